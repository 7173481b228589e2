"""Text with a few styles and a hanging indent: what the right half of the screen is written in. Pure."""

from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec

from core.text import width

Style = Literal["", "dim", "bold", "accent", "good", "attention", "bad", "busy"]


class Line(msgspec.Struct, frozen=True):
    """One paragraph: it wraps under `indent` cells when it is too long."""

    spans: tuple[tuple[str, Style], ...] = ()
    indent: int = 0

    @property
    def plain(self) -> str:
        """The text alone."""
        return "".join(text for text, _ in self.spans)


def line(text: str = "", style: Style = "", *, indent: int = 0) -> Line:
    """Return a line of one style."""
    return Line(((text, style),) if text else (), indent)


def head(text: str) -> Line:
    """Return a heading."""
    return line(text, "bold")


def labelled(label: str, value: str, style: Style = "", *, room: int = 10) -> Line:
    """Return a label and its value, in two columns; the value wraps under itself."""
    return Line(((f"{label:<{room}} ", "dim"), (value, style)), room + 1)


def sentences(texts: Iterable[str], *, indent: int = 2) -> list[Line]:
    """Return each sentence as a line of its own, indented."""
    return [line(f"{' ' * indent}{text}", indent=indent) for text in texts]


def table(rows: Sequence[Sequence[str]], styles: Sequence[Style], *, indent: int = 2) -> list[Line]:
    """Return rows with their columns aligned; the last column wraps under itself."""
    if not rows:
        return []
    widths = [max(width(cell) for cell in column) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        *cells, last = row
        padded = [cell + " " * (room - width(cell) + 2) for cell, room in zip(cells, widths, strict=False)]
        spans = [(" " * indent, ""), *zip((*padded, last), styles, strict=False)]
        lines.append(Line(tuple(spans), indent + sum(width(cell) for cell in padded)))
    return lines
