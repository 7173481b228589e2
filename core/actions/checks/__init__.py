"""Finding what would hurt on a host, before anything is changed there."""
