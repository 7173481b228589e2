"""Keys: every one of every screen."""
