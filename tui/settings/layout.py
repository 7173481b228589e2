"""How much room each column of the matrix has, and which systems are seen when there is not room for all. Pure."""

from typing import Final, NamedTuple

_MARK: Final = 2
_GAP: Final = 2
_STATE: Final = 11
_LEAST_CELL: Final = 10
_LEAST_PATH: Final = 26


class Layout(NamedTuple):
    """Widths in cells; 0: not shown."""

    path: int
    kind: int
    state: int
    systems: tuple[int, ...]

    @property
    def widths(self) -> list[int]:
        """All of them, from left to right."""
        return [self.path, self.kind, self.state, *self.systems]

    def cell(self, system: int) -> tuple[int, int]:
        """Return from where to where a system's cell goes on a line."""
        before = self.widths[: 3 + system]
        start = _MARK + sum(width + _GAP for width in before if width > 0)
        return start, start + self.systems[system]


def layout(width: int, systems: int, at: int) -> Layout:
    """Return the layout for a line of so many cells. at: the system that must be seen."""
    room = width - _MARK
    kind = 15 if room >= 150 else 9 if room >= 100 else 0
    path = max(_LEAST_PATH, min(60, room * 30 // 100))
    left = room - path - _STATE - 2 * _GAP - (kind + _GAP if kind else 0)
    seen = max(1, min(systems, left // (_LEAST_CELL + _GAP)))
    first = max(0, min(at - seen // 2, systems - seen))
    each = max(4, left // seen - _GAP)
    shown = tuple(each if first <= one < first + seen else 0 for one in range(systems))
    return Layout(path, kind, _STATE, shown)
