"""Changes of settings on four systems: reviewed, applied, taken back."""
