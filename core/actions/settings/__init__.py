"""What the steps of a change of settings do."""
