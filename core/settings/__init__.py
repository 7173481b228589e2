"""Settings of the three kinds, and how they are applied."""
