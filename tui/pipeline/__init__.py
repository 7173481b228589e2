"""What the pipeline's screen says of environments and what stands between them: pure functions of snapshots."""
