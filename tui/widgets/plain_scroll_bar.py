"""Scroll bars for terminals that have no blocks of an eighth of a cell."""

from typing import ClassVar

from textual.scrollbar import ScrollBar, ScrollBarRender


class WholeCells(ScrollBarRender):
    """A thumb of whole cells: it is told by its colour, or by reversed cells, and needs no character."""

    VERTICAL_BARS: ClassVar[list[str]] = [" "]
    HORIZONTAL_BARS: ClassVar[list[str]] = [" "]


def choose(unicode: bool) -> None:
    """Choose how scroll bars are drawn, once, before anything is drawn."""
    ScrollBar.renderer = ScrollBarRender if unicode else WholeCells
