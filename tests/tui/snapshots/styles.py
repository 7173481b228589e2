"""The styles on the screen, to be read in a review: each piece of text that is not plain, with colours by their names."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from rich.color import Color
from rich.style import Style
from textual.app import App

_NAMES = (
    "background", "panel", "surface", "foreground", "accent", "success", "warning", "error", "busy", "quiet",
    "border-blurred",
)  # fmt: skip
_SIDES = frozenset("│┃ ")
"""Blanks, and the sides of a pane: its first and last line tell how they look."""
_ATTRIBUTES = ("bold", "dim", "italic", "underline", "reverse", "strike", "blink")


def styles(app: App[Any]) -> list[str]:
    """Return a line for each run of cells of one style, but of those that are as most are: `3 accent bold  enter`."""
    names = {
        app.theme_variables[name].lower(): name for name in reversed(_NAMES) if name in app.theme_variables
    }
    plain = _told(
        Style(color=app.theme_variables["foreground"], bgcolor=app.theme_variables["background"]), names
    )
    return [
        f"{y:>2}  {style}  {text.strip()}".rstrip()
        for y, strip in enumerate(app.screen._compositor.render_strips(), 1)
        for style, text in _runs(strip, names)
        if style != plain and not _SIDES.issuperset(text)
    ]


def _runs(strip: Any, names: dict[str, str]) -> Iterator[tuple[str, str]]:
    cells = [(_told(segment.style or Style.null(), names), segment.text) for segment in strip]
    for style, found in groupby(cells, key=lambda cell: cell[0]):
        yield style, "".join(text for _, text in found)


def _told(style: Style, names: dict[str, str]) -> str:
    parts = [_colour(style.color, names), *(name for name in _ATTRIBUTES if getattr(style, name))]
    ground = _colour(style.bgcolor, names)
    return " ".join([*parts, *(["on", ground] if ground != "background" else [])])


def _colour(colour: Color | None, names: dict[str, str]) -> str:
    if colour is None:
        return "none"
    triplet = colour.triplet
    if triplet is None:
        return colour.name
    return names.get(triplet.hex.lower(), triplet.hex.lower())
