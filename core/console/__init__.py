"""The only door for the screen and the command line: status, plan, start, follow, control."""
