"""The only door: looking, its process, the jobs as a screen sees them."""
