"""environments.toml as typed data, read with all its mistakes told, written leaf by leaf."""
