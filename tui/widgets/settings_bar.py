"""The two lines above the matrix: kinds, filters with their keys, and what there is to be seen to."""

from collections.abc import Mapping, Sequence

from textual.content import Content
from textual.events import Click
from textual.widget import Widget

from tui.glyphs import glyphs
from tui.promotion.text import Style
from tui.settings.selection import Chosen, Only, Tab
from tui.widgets.lines import STYLES

FILTER_KEYS: Mapping[str, Only] = {
    "d": Only.DIFFERING,
    "o": Only.ALONE,
    "w": Only.FINDINGS,
    "e": Only.GUESSED,
    "p": Only.PENDING,
    "n": Only.UNDECLARED,
}
_GAP = 3
Part = tuple[str, Content]
"""A key, and what stands for it."""


class SettingsBar(Widget):
    """Painted anew when a filter or a count changes."""

    DEFAULT_CSS = """
    SettingsBar { height: 2; padding: 0 1; text-wrap: nowrap; }
    """

    def __init__(self) -> None:
        super().__init__(id="bar")
        self._chosen = Chosen()
        self._counts: Mapping[str, int] = {}
        self._shown = (0, 0)

    def tell(self, chosen: Chosen, counts: Mapping[str, int], shown: int, total: int) -> None:
        """Show the filters as they stand. counts: by the words of `Only` and `Tab`."""
        told = (chosen, counts, (shown, total))
        if told != (self._chosen, self._counts, self._shown):
            self._chosen, self._counts, self._shown = told
            self.refresh()

    def render(self) -> Content:
        """Return the kinds, and the filters with how much each would show."""
        tabs, (filters, gap) = self._tabs(), self._filters()
        first = _joined([part for _, part in tabs], _GAP)
        return Content("\n").join([
            self._spread(first, self._of()), _joined([part for _, part in filters], gap),
        ])  # fmt: skip

    def on_click(self, event: Click) -> None:
        """Do what the key would do."""
        at, line = event.get_content_offset_capture(self)
        filters, gap = self._filters()
        parts, between = (self._tabs(), _GAP) if line == 0 else (filters, gap)
        for key, part in parts:
            if 0 <= at < part.cell_length:
                self.app.simulate_key(key)
                return
            at -= part.cell_length + between

    def _spread(self, left: Content, right: Content) -> Content:
        room = self.size.width - left.cell_length - right.cell_length - 2
        return Content.assemble(left, " " * room, right) if room >= 1 else left

    def _tabs(self) -> list[Part]:
        return [
            (
                str(at),
                Content.assemble(
                    (f"{at} ", STYLES["accent" if tab is self._chosen.tab else "dim"]),
                    (f"{tab}", "bold underline" if tab is self._chosen.tab else ""),
                ),
            )
            for at, tab in enumerate(Tab, 1)
        ]

    def _filters(self) -> tuple[list[Part], int]:
        """Return the filters and the gap between them; without room for all, what is used least goes first."""
        room, on = self.size.width - 2, self._chosen.only
        going = [which for which in _LEAST if which not in on]
        shown = dict.fromkeys(FILTER_KEYS.values())
        for gap in (_GAP, 2):
            parts = self._parts(shown)
            if _width(parts, gap) <= room:
                return parts, gap
        while going and _width(parts, 2) > room:
            del shown[going.pop(0)]
            parts = self._parts(shown)
        return parts, 2

    def _parts(self, wanted: Mapping[Only, None]) -> list[Part]:
        return [(key, self._filter(key, which)) for key, which in FILTER_KEYS.items() if which in wanted]

    def _filter(self, key: str, which: Only) -> Content:
        on = which in self._chosen.only
        count = self._counts.get(str(which))
        word = str(which) if count is None else told(which, count)
        style: Style = "accent" if on else _WEIGHTS.get(which, "") if count else "dim"
        return Content.assemble(
            (f"{key} ", STYLES["accent" if on else "dim"]),
            (f"{word}{' ' + glyphs().good if on else ''}", STYLES[style]),
        )

    def _of(self) -> Content:
        shown, total = self._shown
        return Content.styled(f"{shown:,} of {total:,}" if total else "", STYLES["dim"])


def _width(parts: Sequence[Part], gap: int) -> int:
    return sum(part.cell_length for _, part in parts) + gap * (len(parts) - 1)


def _joined(parts: Sequence[Content], gap: int) -> Content:
    return Content(" " * gap).join(parts)


def told(which: Only, count: int) -> str:
    """Return how many there are, in words."""
    word = str(which)
    return f"{count:,} {word.removesuffix('s') if count == 1 and which is Only.FINDINGS else word}"


_LEAST = (Only.GUESSED, Only.ALONE)
_WEIGHTS: Mapping[Only, Style] = {Only.DIFFERING: "attention", Only.FINDINGS: "bad", Only.PENDING: "accent"}
