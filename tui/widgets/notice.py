"""The line above the keys: what was just said to the operator, or what is going on."""

from typing import Final, Literal

from textual.content import Content
from textual.widget import Widget

from tui.glyphs import glyphs

Tone = Literal["plain", "good", "attention", "bad", "busy"]
_MOST_LINES: Final = 4


class Notice(Widget):
    """One line, empty most of the time; it keeps its place, so that nothing moves. A long sentence takes more."""

    DEFAULT_CSS = """
    Notice { height: 1; padding: 0 1; }
    Notice.-good { color: $success; }
    Notice.-attention { color: $warning; }
    Notice.-bad { color: $error; }
    Notice.-busy { color: $busy; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self.tone: Tone = "plain"
        self._height = 1

    def say(self, text: str, tone: Tone = "plain") -> None:
        """Show a sentence until another is said."""
        if (text, tone) == (self.text, self.tone):
            return
        self.text, self.tone = text, tone
        for name in ("good", "attention", "bad", "busy"):
            self.set_class(name == tone, f"-{name}")
        self._fit()
        self.refresh()

    def on_resize(self) -> None:
        """The same sentence may need another line now, or none."""
        self._fit()

    def _fit(self) -> None:
        width = self.content_size.width
        needed = len(self.render().wrap(width)) if width > 0 and self.text else 1
        height = max(1, min(_MOST_LINES, needed))
        if height != self._height:
            self._height = height
            self.styles.height = height

    def render(self) -> Content:
        """Return the sentence, with the glyph of its tone."""
        sign = "" if self.tone == "plain" or not self.text else f"{getattr(glyphs(), self.tone)} "
        return Content(f"{sign}{self.text}")
