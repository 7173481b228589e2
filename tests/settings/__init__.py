"""Settings: what they are, where they come from, how systems compare, and how they are changed."""
