"""Reading raw logs of any size: by line number through a sparse index, searched where a search can be stopped."""
