"""What the product makes of bad input, and where secrets never are."""
