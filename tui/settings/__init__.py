"""What the settings screen shows, as plain data: pure functions of what was read. No Textual here."""
