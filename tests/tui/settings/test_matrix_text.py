"""What a row says: one state that matters most, what stands out, what will be."""

import pytest
from textual.app import App, ComposeResult

from core.settings.row import State
from tests.tui.settings.made import NAMES, setting
from tui.settings.cells import Marks, cells, state_span
from tui.settings.layout import layout
from tui.settings.selection import Chosen, Tab
from tui.widgets.settings_bar import SettingsBar


@pytest.mark.parametrize(
    ("state", "word"),
    [
        (State.EQUAL | State.SHARED, "equal"),
        (State.DIFFERING | State.SHARED, "differs"),
        (State.MISSING | State.SHARED, "missing"),
        (State.DIFFERING | State.NULL_LOCKED, "null-lock"),
        (State.EQUAL | State.GUESSED, "guessed"),
        (State.UNKNOWN, "unknown"),
    ],
)
def test_each_state_has_a_word(state: State, word: str) -> None:
    sign, _, told = state_span(setting("a/b/c", "1", state=state), Marks()).text.partition(" ")
    assert told == word and sign


def test_a_finding_comes_before_what_is_pending() -> None:
    marks = Marks(findings={"a/b/c": frozenset({"staging"})}, pending={"a/b/c": {"production": "2"}})
    row = setting("a/b/c", "1", "1", "1", "1")
    assert "finding" in state_span(row, marks).text
    assert "pending" in state_span(row, Marks(pending=marks.pending)).text


def test_the_odd_one_stands_out_and_what_will_be_is_shown() -> None:
    row = setting("a/b/c", "1", "1", None, "2", state=State.DIFFERING)
    told = cells(row, NAMES, Marks())
    assert [span.style for span in told[3:]] == ["", "", "dim", "bold"]
    pending = cells(row, NAMES, Marks(pending={"a/b/c": {"production": "9"}}))
    assert pending[-1].text.endswith(" 9") and pending[-1].style == "accent"


@pytest.mark.parametrize("width", [76, 116, 196])
@pytest.mark.parametrize("at", range(4))
def test_the_chosen_system_is_always_seen(width: int, at: int) -> None:
    found = layout(width, 4, at)
    assert found.systems[at] >= 8
    assert 2 + sum(one + 2 for one in found.widths if one) <= width
    start, end = found.cell(at)
    assert end - start == found.systems[at]


def test_all_four_are_seen_where_there_is_room() -> None:
    assert all(layout(116, 4, 3).systems)


class Barred(App[None]):
    """Shows the bar, and notes the keys that clicks stand for."""

    def __init__(self) -> None:
        super().__init__()
        self.pressed: list[str] = []

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Know the console's own variables."""
        return {"quiet": "#888888", "busy": "#888888"}

    def compose(self) -> ComposeResult:
        yield SettingsBar()

    def simulate_key(self, key: str) -> None:
        """Note it."""
        self.pressed.append(key)


@pytest.mark.parametrize("width", [80, 120])
async def test_kinds_and_filters_are_clicked_and_all_that_is_shown_is_whole(width: int) -> None:
    app = Barred()
    async with app.run_test(size=(width, 4)) as pilot:
        bar = app.query_one(SettingsBar)
        counts = {"differ": 12345, "findings": 4, "pending": 2, "undeclared": 6}
        bar.tell(Chosen(tab=Tab.SHARED), counts, 1, 2)
        await pilot.pause()
        kinds, filters = bar.render().plain.split("\n")
        assert len(filters) <= width - 2 and filters.endswith("n 6 undeclared")
        for line, text, key in (
            (0, kinds, "system-specific"),
            (1, filters, "pending"),
            (1, filters, "undeclared"),
        ):
            await pilot.click(SettingsBar, offset=(text.index(key) + 1, line))
        assert app.pressed == ["3", "p", "n"]
