"""The log view, by its keys, and at a real terminal."""
