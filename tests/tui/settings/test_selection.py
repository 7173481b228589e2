"""Filters: each alone, together, and what belongs to no setting."""

import pytest

from core.settings.row import State
from tests.tui.settings.made import finding, setting, table
from tui.settings.selection import Chosen, Only, Rows, Tab

SYSTEM = State.SYSTEM
SENSITIVE = State.SENSITIVE
READ = table(
    setting("a/a/shared", "1", "1", "1", "1"),
    setting("a/a/differs", "1", "1", "1", "0", state=State.DIFFERING | State.SHARED),
    setting("a/b/url", "http://dev", None, "x", "SHOP", state=State.MISSING | SYSTEM, kind="system-specific"),
    setting("a/b/key", "••• a1", state=SENSITIVE | State.ONLY_ONE | State.GUESSED, kind="sensitive"),
    findings=(finding("a/b/key"), finding("db/connection/default/host")),
)


def _found(rows: Rows, **chosen: object) -> list[str]:
    return [row.path for row in rows.select(Chosen(**chosen))]  # type: ignore[arg-type] # the test's own


@pytest.mark.parametrize(
    ("only", "expected"),
    [
        (Only.DIFFERING, ["a/a/differs", "a/b/url"]),
        (Only.ALONE, ["a/b/key"]),
        (Only.FINDINGS, ["db/connection/default/host", "a/b/key"]),
        (Only.GUESSED, ["a/b/key"]),
        (Only.PENDING, ["a/b/url"]),
    ],
)
def test_each_filter(only: Only, expected: list[str]) -> None:
    rows = Rows(READ, ["a/b/url"])
    assert _found(rows, only=frozenset({only})) == expected
    assert rows.count(only) == len(expected)


def test_kinds() -> None:
    rows = Rows(READ)
    assert len(_found(rows)) == 5
    assert _found(rows, tab=Tab.SHARED) == ["a/a/shared", "a/a/differs"]
    assert _found(rows, tab=Tab.SYSTEM) == ["db/connection/default/host", "a/b/url"]
    assert _found(rows, tab=Tab.SENSITIVE) == ["a/b/key"]


def test_words_are_looked_for_in_path_and_value() -> None:
    rows = Rows(READ)
    assert _found(rows, text="shop a/b") == ["a/b/url"]
    assert _found(rows, text="nowhere") == []


def test_filters_narrow_each_other() -> None:
    rows = Rows(READ)
    chosen = Chosen(tab=Tab.SYSTEM).toggled(Only.DIFFERING)
    assert [row.path for row in rows.select(chosen)] == ["a/b/url"]
    assert len(rows.select(chosen.toggled(Only.DIFFERING))) == 2
