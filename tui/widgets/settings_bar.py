"""The two lines above the matrix: kinds, filters with their keys, and what there is to be seen to."""

from collections.abc import Mapping, Sequence

from textual.content import Content
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
        return Content("\n").join([self._spread(self._tabs(), self._of()), self._filters()])

    def _spread(self, left: Content, right: Content) -> Content:
        room = self.size.width - left.cell_length - right.cell_length - 2
        return Content.assemble(left, " " * room, right) if room >= 1 else left

    def _tabs(self) -> Content:
        parts: list[tuple[str, str]] = []
        for at, tab in enumerate(Tab, 1):
            here = tab is self._chosen.tab
            parts.append((f"{at} ", STYLES["accent" if here else "dim"]))
            parts.append((f"{tab}", "bold underline" if here else ""))
            parts.append(("   ", ""))
        return Content.assemble(*parts)

    def _filters(self) -> Content:
        """Return the filters; where there is no room for all, what is used least goes first, unless it is on."""
        shown = [self._filter(key, which) for key, which in FILTER_KEYS.items()]
        going = [which for which in _LEAST if which not in self._chosen.only]
        for gap in (3, 2):
            if _width(shown, gap) <= self.size.width - 2:
                return _joined(shown, gap)
        while going and _width(shown, 2) > self.size.width - 2:
            going.pop(0)
            shown = [
                self._filter(key, which)
                for key, which in FILTER_KEYS.items()
                if which in self._chosen.only or which in going or which not in _LEAST
            ]
        return _joined(shown, 2)

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


def _width(parts: Sequence[Content], gap: int) -> int:
    return sum(part.cell_length for part in parts) + gap * (len(parts) - 1)


def _joined(parts: Sequence[Content], gap: int) -> Content:
    return Content(" " * gap).join(parts)


def told(which: Only, count: int) -> str:
    """Return how many there are, in words."""
    word = str(which)
    return f"{count:,} {word.removesuffix('s') if count == 1 and which is Only.FINDINGS else word}"


_LEAST = (Only.GUESSED, Only.ALONE)
_WEIGHTS: Mapping[Only, Style] = {Only.DIFFERING: "attention", Only.FINDINGS: "bad", Only.PENDING: "accent"}
