"""Every glyph of the screens, once; each has an ASCII form for locales that are not UTF-8."""

import msgspec


class Glyphs(msgspec.Struct, frozen=True):
    """The signs that stand beside words: never alone, so that none has to be known."""

    good: str = "✓"
    attention: str = "▲"
    bad: str = "✗"
    busy: str = "●"
    waiting: str = "○"
    skipped: str = "–"
    undone: str = "↶"
    unknown: str = "?"
    here: str = "▶"
    """The row or tab that is chosen."""
    right: str = "▶"
    line: str = "─"
    down: str = "▼"
    up: str = "▲"
    more: str = "▾"
    folded: str = "▸"
    none: str = "–"
    """An empty value."""
    arrow: str = "→"
    differs: str = "≠"
    cut: str = "…"
    dot: str = "·"
    secret: str = "••••"
    track: str = "│"
    thumb: str = "┃"
    """A scroll bar, and what of it is on the screen."""
    box: str = "┏━┓┃┗━┛"
    """Corners and sides of the maintenance window: top left, across, top right, side, bottom left, across, right."""


UNICODE = Glyphs()
ASCII = Glyphs(
    good="+", attention="!", bad="x", busy="*", waiting="o", skipped="-", undone="<", unknown="?",
    here=">", right=">", line="-", down="v", up="^", more="v", folded=">", none="-", arrow="->",
    differs="!=", cut="~", dot="-", secret="****", track="|", thumb="#", box="+-+|+-+",
)  # fmt: skip

_chosen = UNICODE


def glyphs() -> Glyphs:
    """Return the set that this terminal can show."""
    return _chosen


def masked(text: str) -> str:
    """Return a value with its mask, if it has one, in letters that this terminal can show."""
    return text.replace(UNICODE.secret, _chosen.secret)


def choose(unicode: bool) -> None:
    """Choose the set, once, before anything is drawn."""
    global _chosen
    _chosen = UNICODE if unicode else ASCII
