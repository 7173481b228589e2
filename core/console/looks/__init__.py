"""Looking at a host: one script and one round trip for each role, and what its answer means."""
