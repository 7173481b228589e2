"""Four systems on this machine, to try everything on. Shares no code with what it tests."""
