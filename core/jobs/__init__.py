"""Jobs: events, journal, fold, runner, process, control."""
