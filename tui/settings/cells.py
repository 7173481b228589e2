"""A setting as a row of the matrix: its kind, how the systems compare, and its value on each. Pure."""

from collections import Counter
from collections.abc import Mapping
from typing import Final

import msgspec

from core.console.settings_table import ShownCell, ShownSetting
from core.settings.row import State
from tui.glyphs import glyphs, masked
from tui.pipeline.rows import Span
from tui.promotion.text import Style

_SHORT: Final[Mapping[str, str]] = {
    "system-specific": "system",
    "system-specific and sensitive": "sensitive",
}


class Marks(msgspec.Struct, frozen=True):
    """What is known of settings beside what was read, by name."""

    findings: Mapping[str, frozenset[str]] = {}
    """The systems that a finding is about."""
    blocking: frozenset[str] = frozenset()
    """Those whose findings keep an artifact from being promoted."""
    pending: Mapping[str, Mapping[str, str]] = {}
    """By system what it will be; a secret is masked."""


def kind_word(row: ShownSetting) -> str:
    """Return the kind in one word; a guessed one with a question mark."""
    word = _SHORT.get(row.kind, row.kind)
    return f"{word} ?" if row.evidence == "guessed" else word


def state_span(row: ShownSetting, marks: Marks) -> Span:
    """Return what matters most of a row, as a sign and a word."""
    signs, state = glyphs(), row.state
    if row.name in marks.findings:
        blocks = row.name in marks.blocking
        return Span(f"{signs.bad if blocks else signs.attention} finding", "bad" if blocks else "attention")
    if row.name in marks.pending:
        return Span(f"{signs.busy} pending", "accent")
    if state & State.NULL_LOCKED:
        return Span(f"{signs.attention} null-lock", "attention")
    if state & State.DIFFERING:
        # A system-specific setting is there to be another one on each system.
        style: Style = "dim" if state & State.SYSTEM else "attention"
        return Span(f"{signs.differs} differs", style)
    if state & State.MISSING:
        return Span(f"{signs.none} missing", "dim" if state & State.SYSTEM else "attention")
    if state & State.UNKNOWN:
        return Span(f"{signs.unknown} unknown", "dim")
    if state & State.GUESSED:
        return Span(f"{signs.unknown} guessed", "dim")
    return Span(f"{signs.good} equal", "dim")


def cells(row: ShownSetting, names: tuple[str, ...], marks: Marks) -> list[Span]:
    """Return a setting's row: path, kind, state, and what it is on each system."""
    found = marks.findings.get(row.name, frozenset())
    wrong: Style = "bad" if row.name in marks.blocking else "attention"
    pending = marks.pending.get(row.name, {})
    usual = _usual(row)
    return [
        Span(row.name),
        Span(kind_word(row), "dim"),
        state_span(row, marks),
        *(
            _cell(cell, usual, wrong=wrong if name in found else None, becomes=pending.get(name))
            for name, cell in zip(names, row.cells, strict=True)
        ),
    ]


def _usual(row: ShownSetting) -> str | None:
    """Return the value that most systems have where they differ; None where none is more usual."""
    if not row.state & State.DIFFERING:
        return None
    texts = Counter(cell.text for cell in row.cells if cell)
    most = texts.most_common(2)
    if len(most) < 2 or most[0][1] == most[1][1]:
        return None
    return most[0][0]


def _cell(cell: ShownCell | None, usual: str | None, *, wrong: Style | None, becomes: str | None) -> Span:
    signs = glyphs()
    if becomes is not None:
        return Span(f"{signs.arrow} {masked(becomes)}", "accent")
    if cell is None:
        return Span(signs.none, "dim")
    text = masked(cell.text) or "''"
    if cell.null_locked:
        return Span(f"{signs.attention} {text}", "attention")
    if wrong is not None:
        return Span(text, wrong)
    if usual is not None and cell.text != usual:
        return Span(text, "bold")
    return Span(text, "dim" if cell.inherited else "")
