"""Tests of plans and of what decides them."""
