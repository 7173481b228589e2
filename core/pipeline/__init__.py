"""Pure builders of plans: build, promote, roll back."""
