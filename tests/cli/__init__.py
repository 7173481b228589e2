"""Tests of what the command line tells."""
