"""The actions of a build, from the check of the build host to the artifact in its store."""
