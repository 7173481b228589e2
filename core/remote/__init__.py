"""Tasks that outlive a connection, the lock and its fence."""
