"""The line above the keys: what was just said to the operator, or what is going on."""

from typing import Literal

from textual.content import Content
from textual.widget import Widget

from tui.glyphs import glyphs

Tone = Literal["plain", "good", "attention", "bad", "busy"]


class Notice(Widget):
    """One line, empty most of the time; it keeps its place, so that nothing moves."""

    DEFAULT_CSS = """
    Notice { height: 1; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis; }
    Notice.-good { color: $success; }
    Notice.-attention { color: $warning; }
    Notice.-bad { color: $error; }
    Notice.-busy { color: $busy; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self.tone: Tone = "plain"

    def say(self, text: str, tone: Tone = "plain") -> None:
        """Show a sentence until another is said."""
        if (text, tone) == (self.text, self.tone):
            return
        self.text, self.tone = text, tone
        for name in ("good", "attention", "bad", "busy"):
            self.set_class(name == tone, f"-{name}")
        self.refresh()

    def render(self) -> Content:
        """Return the sentence, with the glyph of its tone."""
        sign = "" if self.tone == "plain" or not self.text else f"{getattr(glyphs(), self.tone)} "
        return Content(f"{sign}{self.text}")
