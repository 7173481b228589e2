"""Scrolling over rows of different heights, against an oracle that lays out all of them."""

import itertools
import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from core.logs.document import Single
from core.logs.file import LogFile
from core.logs.rows import AllRows
from core.logs.viewport import Top, end, moved, visible
from tui.widgets.log_view.pace import FLOOD_S, FRAME_S, KEY_S, Pace
from tui.widgets.log_view.status import fit
from tui.widgets.log_view.wrapping import cuts, fitted, from_cell

HEIGHTS = st.lists(st.integers(1, 5), min_size=1, max_size=20)
TEXT = st.text(st.sampled_from("ab日本é́️🙂 "), max_size=40)


def _rows(count: int) -> AllRows:
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "a.log"
        path.write_bytes(b"\n" * count)
        log = LogFile(path)
        log.read_all()
        log.close()
    return AllRows(Single(log))


@given(HEIGHTS, st.integers(1, 12), st.lists(st.integers(-15, 15), max_size=6))
def test_moving_is_moving_in_the_whole(heights: list[int], page: int, moves: list[int]) -> None:
    rows = _rows(len(heights))
    everything = [(row, sub) for row, lines in enumerate(heights) for sub in range(lines)]
    last = max(len(everything) - page, 0)
    at, top = 0, Top()
    for move in moves:
        at = min(max(at + move, 0), last)
        top = moved(rows, top, move, page, heights.__getitem__)
        assert visible(rows, top, page, heights.__getitem__) == everything[at : at + page]
    assert visible(rows, end(rows, page, heights.__getitem__), page, heights.__getitem__) == everything[last:]


@given(TEXT, st.integers(2, 9))
def test_wrapped_pieces_fit_and_lose_nothing(text: str, cells: int) -> None:
    begins = [*cuts(text, cells), len(text)]
    pieces = [text[begin:end] for begin, end in itertools.pairwise(begins)]
    assert "".join(pieces) == text
    assert all(cell_len(piece) <= cells for piece in pieces)


@given(TEXT, st.integers(1, 30), st.integers(0, 30))
def test_what_is_cut_out_fills_its_cells(text: str, cells: int, column: int) -> None:
    begin, blanks = from_cell(text, column)
    assert cell_len(fitted(" " * blanks + text[begin:], cells)) == cells
    assert cell_len(text[:begin]) == column + blanks or begin == len(text)


def test_a_flood_is_painted_less_often() -> None:
    pace = Pace()
    assert pace.due(now=100.0)
    pace.painted(moved=True, now=100.0)
    assert not pace.due(now=100.0 + FRAME_S / 2)
    assert pace.key_due(now=100.0 + FRAME_S / 2)
    assert pace.due(now=100.0 + FRAME_S)
    pace.painted(moved=True, all_new=True, now=101.0)
    assert not pace.due(now=101.0 + FRAME_S)
    assert pace.due(now=101.0 + FLOOD_S)


def test_keys_do_not_hold_up_the_log() -> None:
    pace = Pace()
    pace.painted(moved=True, now=100.0)
    now = 100.0
    while now < 100.0 + FRAME_S:
        now += KEY_S
        pace.painted(moved=False, now=now)
        assert not pace.key_due(now=now)
    assert pace.due(now=now + KEY_S)


def test_the_status_line_leaves_out_what_matters_least() -> None:
    parts = [(3, "follow on"), (5, "time off"), (0, "1 new"), (1, "")]
    assert fit(parts, 40) == "follow on  time off  1 new"
    assert fit(parts, 20) == "follow on  1 new"
    assert fit(parts, 3) == "1 new"
