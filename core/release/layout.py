"""Where things lie on a staging or production host (design, section 5)."""

from pathlib import PurePosixPath

import msgspec


class Layout(msgspec.Struct, frozen=True):
    """The paths under an environment's `path`. Pure: nothing is looked at."""

    root: str

    def _at(self, *parts: str) -> str:
        return str(PurePosixPath(self.root, *parts))

    @property
    def releases(self) -> str:
        """Where releases lie, each a directory `<n>-<id>`."""
        return self._at("releases")

    @property
    def shared(self) -> str:
        """What outlives releases: env.php, pub/media, var/log."""
        return self._at("shared")

    @property
    def current(self) -> str:
        """The link to the live release."""
        return self._at("current")

    @property
    def next_link(self) -> str:
        """The link that becomes `current` by a rename."""
        return self._at("current.next")

    @property
    def dot(self) -> str:
        """Our own directory."""
        return self._at(".mageconsole")

    @property
    def lock(self) -> str:
        """The lock of the environment on this host, a directory."""
        return self._at(".mageconsole", "lock")

    @property
    def tasks(self) -> str:
        """Remote tasks, a directory each."""
        return self._at(".mageconsole", "tasks")

    @property
    def marks(self) -> str:
        """One directory for each complete release: manifest, mark, inode index; never inside the release."""
        return self._at(".mageconsole", "releases")

    @property
    def history(self) -> str:
        """What was made live, when, by whom: one JSON line each."""
        return self._at(".mageconsole", "history")

    @property
    def backups(self) -> str:
        """Backups of env.php, 0600."""
        return self._at(".mageconsole", "backups")

    def release(self, name: str) -> str:
        """Return the directory of a release."""
        return self._at("releases", name)

    def mark(self, name: str) -> str:
        """Return the directory of a release's mark."""
        return self._at(".mageconsole", "releases", name)
