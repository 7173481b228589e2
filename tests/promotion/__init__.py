"""Tests of the pure parts of promotions."""
