"""Artifacts and releases: manifest, transfer, layout, retention."""
