"""`settings`: what a value is on each system, what would change, and the secrets."""
