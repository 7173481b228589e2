"""mageconsole without its screen: everything that decides, connects, runs and records."""
