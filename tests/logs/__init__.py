"""Reading logs by line, searching, merging."""
