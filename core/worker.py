"""The job's process: binds actions to the runner."""
