"""The glyphs of the log view, until they stand with all others; each has an ASCII form."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Signs:
    """The signs of one character set."""

    pointer: str = "▸"
    folded: str = "▸"
    down: str = "▼"
    cut: str = "…"
    track: str = "│"
    thumb: str = "┃"


UNICODE = Signs()
ASCII = Signs(pointer=">", folded="+", down="v", cut=">", track="|", thumb="#")
