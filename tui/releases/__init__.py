"""The releases of an environment in words."""
