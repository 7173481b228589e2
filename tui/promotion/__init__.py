"""What the promotion screen shows, as plain data: pure functions of a job's state. No Textual here."""
