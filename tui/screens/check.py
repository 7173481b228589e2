"""What is missing or dangerous on the hosts of an environment, each with what to do."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from core.errors import ConsoleError
from tui.glyphs import glyphs
from tui.pipeline.pane import host_name
from tui.promotion.text import Line, Style, head, line
from tui.screens.base import ConsoleScreen
from tui.widgets.lines import Lines

_SIGNS: dict[str, tuple[str, Style]] = {
    "blocks": ("bad", "bad"),
    "warns": ("attention", "attention"),
    "notes": ("waiting", "dim"),
}
_TITLES = (("blocks", "Keeps a promotion from running"), ("warns", "Dangerous"), ("notes", "Good to know"))


class CheckScreen(ConsoleScreen):
    """The findings, the worst first."""

    BINDING_GROUP_TITLE = "Check"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("u", "look", "check again", id="check-again", tooltip="Check again"),
        Binding(
            "e",
            "deep",
            "deep",
            id="check-deep",
            tooltip="Also hash what is live: what was changed by hand?",
        ),
    ]
    DEFAULT_CSS = """
    CheckScreen #findings { height: 1fr; }
    """

    def __init__(self, environment: str) -> None:
        super().__init__()
        self._environment = environment

    @property
    def heading(self) -> str:
        """What is checked."""
        return f"check of {self._environment}"

    def body(self) -> ComposeResult:
        """Lay out one text that scrolls."""
        yield Lines(id="findings", classes="pane")

    def on_mount(self) -> None:
        """Begin."""
        self.query_one(Lines).border_title = f"What {self._environment} lacks"
        self.query_one(Lines).focus()
        self.action_look()

    def action_look(self) -> None:
        """Check again."""
        self.run_worker(self._check(deep=False), group="check", exclusive=True, exit_on_error=False)

    def action_deep(self) -> None:
        """Check and hash."""
        self.run_worker(self._check(deep=True), group="check", exclusive=True, exit_on_error=False)

    async def _check(self, *, deep: bool) -> None:
        self.say(f"checking the hosts of {self._environment}", "busy")
        self.query_one(Lines).show((line("asking", "dim"),))
        try:
            found = await self.console_app.looker.check([self._environment], deep=deep)
        except ConsoleError as error:
            self.say(error.what, "bad")
            return
        findings = found.get(self._environment, [])
        lines: list[Line] = []
        for weight, title in (
            ("blocks", "Keeps a promotion from running"),
            ("warns", "Dangerous"),
            ("notes", "Good to know"),
        ):
            some = [item for item in findings if item.weight == weight]
            if some:
                lines += [head(title)]
            sign, style = _SIGNS[weight]
            for item in some:
                mark = f"  {getattr(glyphs(), sign)} {host_name(item.where)}  "
                lines.append(Line(((mark, style), (item.what, ""), (f"  {item.code}", "dim")), len(mark)))
                if item.remedy:
                    lines.append(Line(((" " * len(mark), ""), (item.remedy, "dim")), len(mark)))
            if some:
                lines.append(line())
        self.query_one(Lines).show(lines or [line(f"{glyphs().good} Nothing is missing.", "good")])
        self.say(f"{len(findings)} findings" if len(findings) != 1 else "1 finding")
