"""Where a build works on the build host, under the environment's `.mageconsole`. Pure."""

import msgspec

from core.release.layout import Layout


class BuildLayout(msgspec.Struct, frozen=True):
    """The paths of one commit's build."""

    root: str
    commit: str

    @property
    def _dot(self) -> str:
        return Layout(self.root).dot

    @property
    def mirror(self) -> str:
        """The bare clone that all builds fetch into."""
        return f"{self._dot}/mirror.git"

    @property
    def works(self) -> str:
        """The directory of all work trees."""
        return f"{self._dot}/work"

    @property
    def work(self) -> str:
        """The clean tree of this commit, in which it is built."""
        return f"{self.works}/{self.commit[:12]}"

    @property
    def checked_out(self) -> str:
        """The mark, written last, that the tree was checked out whole, and by which job."""
        return f"{self.work}.checkout"
