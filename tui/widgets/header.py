"""The first line of every screen: which project, which screen; who is here, and what runs."""

import getpass
import socket

from rich.cells import cell_len, set_cell_size
from textual.content import Content
from textual.widget import Widget

from core.text import one_line
from tui.glyphs import glyphs


def here() -> str:
    """Return who sits where: `ops@bastion`."""
    return one_line(f"{getpass.getuser()}@{socket.gethostname().partition('.')[0]}", 40)


class Header(Widget):
    """One line; it is painted anew only when something in it changed."""

    DEFAULT_CSS = """
    Header { height: 1; padding: 0 1; background: $panel; }
    """

    def __init__(self, project: str, title: str) -> None:
        super().__init__()
        self._left = (project, title)
        self._right: tuple[str, ...] = (here(),)

    def tell(self, title: str, *right: str) -> None:
        """Show another title, and what is said on the right before who is here."""
        left, shown = (self._left[0], title), (*[item for item in right if item], here())
        if (left, shown) != (self._left, self._right):
            self._left, self._right = left, shown
            self.refresh()

    def render(self) -> Content:
        """Return the line; what does not fit is cut from the title."""
        project, title = self._left
        right = "    ".join(self._right)
        room = max(0, self.size.width - cell_len(right) - 2)
        left = f"{project}   {title}" if title else project
        shown = left if cell_len(left) <= room else set_cell_size(left, max(0, room - 1)) + glyphs().cut
        shown = set_cell_size(shown, room)
        return Content.assemble((shown[: len(project)], "bold"), shown[len(project) :], "  ", (right, "dim"))
