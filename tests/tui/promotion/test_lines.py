"""Paragraphs wrap under their own indent, and lose nothing."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.promotion.text import Line, labelled, line, table
from tui.widgets.lines import wrapped


@given(st.lists(st.text("abc ", min_size=1, max_size=30), min_size=1, max_size=20), st.integers(20, 60))
@settings(max_examples=40)
def test_nothing_is_lost_and_nothing_is_too_wide(words: list[str], width: int) -> None:
    text = " ".join(words).strip()
    parts = wrapped(labelled("label", text), width)
    assert all(part.cell_length <= width for part in parts)
    assert " ".join("".join(part.plain for part in parts).split()).replace(" ", "") == f"label{text}".replace(
        " ", ""
    )


def test_what_goes_on_below_stands_under_the_value() -> None:
    first, *rest = wrapped(labelled("files", "one two three four five six seven"), 24)
    assert first.plain.startswith("files      one two")
    assert rest and all(part.plain.startswith(" " * 11) and part.plain[11] != " " for part in rest)


def test_a_command_longer_than_the_line_is_whole() -> None:
    command = "$ " + "x" * 100
    parts = wrapped(Line((("    runs    ", "dim"), (command, "")), 12), 40)
    assert "".join(part.plain.strip() for part in parts).replace(" ", "") == ("runs" + command).replace(" ", "")


def test_a_path_longer_than_the_line_breaks_behind_a_slash() -> None:
    path = "app/code/Acme/Gift/Setup/Patch/Data/AddWrappings.php"
    parts = [part.plain for part in wrapped(Line((("    ", ""), (path, "")), 4), 48)]
    assert parts == ["    app/code/Acme/Gift/Setup/Patch/Data/", "    AddWrappings.php"]


def test_every_line_of_a_long_path_breaks_behind_a_slash() -> None:
    path = "look in /srv/acme/hosts/build/shop/.mageconsole/tasks/20261125-1850-compile-1-build/log."
    parts = [part.plain.strip() for part in wrapped(labelled("do", path), 46)]
    assert "".join(parts).replace(" ", "") == f"do{path}".replace(" ", "")
    assert all(part[-1] in "/." or part.endswith("in") for part in parts), parts


def test_columns_are_aligned() -> None:
    rows = table([("a", "bb", "c"), ("aaa", "b", "c")], ("dim", "", ""))
    assert [row.plain for row in rows] == ["  a    bb  c", "  aaa  b   c"]


@pytest.mark.parametrize("width", [1, 5, 12])
def test_hardly_any_room_is_no_error(width: int) -> None:
    assert wrapped(labelled("label", "value and more"), width)
    assert wrapped(line(""), width)
