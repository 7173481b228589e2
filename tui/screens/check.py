"""What is missing or dangerous on the hosts of an environment, each with what to do."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.events import Key

from core.actions.checks.finding import Finding
from core.errors import ConsoleError
from tui.glyphs import glyphs
from tui.pipeline.pane import host_name
from tui.promotion.text import Line, Style, head, line
from tui.screens.filtered import FilteredScreen
from tui.widgets.filter_bar import FilterBar, first_to_filter, has_words
from tui.widgets.lines import Lines

_SIGNS: dict[str, tuple[str, Style, str]] = {
    "blocks": ("bad", "bad", "Keeps a promotion from running"),
    "warns": ("attention", "attention", "Dangerous"),
    "notes": ("waiting", "dim", "Good to know"),
}


def finding_lines(findings: Sequence[Finding]) -> list[Line]:
    """Return the findings by weight, the worst first. Pure."""
    lines: list[Line] = []
    for weight, (sign, style, title) in _SIGNS.items():
        some = [item for item in findings if item.weight == weight]
        lines += [head(title)] if some else []
        for item in some:
            mark = f"  {getattr(glyphs(), sign)} {host_name(item.where)}  "
            lines.append(Line(((mark, style), (item.what, ""), (f"  {item.code}", "dim")), len(mark)))
            if item.remedy:
                lines.append(Line(((" " * len(mark), ""), (item.remedy, "dim")), len(mark)))
        lines += [line()] if some else []
    return lines[:-1]


def _words(item: Finding) -> str:
    return f"{item.weight} {_SIGNS[item.weight][2]} {item.where} {item.what} {item.remedy} {item.code}"


class FindingLines(Lines):
    """The text, which can be filtered."""

    async def on_key(self, event: Key) -> None:
        """Let the filter have the keys that are meant for it."""
        await first_to_filter(self, event)


class CheckScreen(FilteredScreen):
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
        self._findings: Sequence[Finding] = ()

    @property
    def heading(self) -> str:
        """What is checked."""
        return f"check of {self._environment}"

    @property
    def listed(self) -> Lines:
        """The findings."""
        return self.query_one(FindingLines)

    @property
    def foremost(self) -> Sequence[str]:
        """The keys in the order of their use."""
        return ("check-again", "check-deep", "list-filter")

    def body(self) -> ComposeResult:
        """Lay out one text that scrolls, and its filter."""
        yield FindingLines(id="findings", classes="pane")
        yield FilterBar()

    def on_mount(self) -> None:
        """Begin."""
        self.listed.border_title = f"What {self._environment} lacks"
        self.listed.focus()
        self.action_look()

    def action_look(self) -> None:
        """Check again."""
        self.run_worker(self._check(deep=False), group="check", exclusive=True, exit_on_error=False)

    def action_deep(self) -> None:
        """Check and hash."""
        self.run_worker(self._check(deep=True), group="check", exclusive=True, exit_on_error=False)

    async def _check(self, *, deep: bool) -> None:
        self.say(f"checking the hosts of {self._environment}", "busy")
        self.listed.show((line("asking", "dim"),))
        try:
            found = await self.console_app.looker.check([self._environment], deep=deep)
        except ConsoleError as error:
            self.say(error.what, "bad")
            return
        self._findings = found.get(self._environment, [])
        self.show_filtered()
        many = len(self._findings)
        self.say(f"{many} findings" if many != 1 else "1 finding")

    def show_filtered(self) -> None:
        """Show those that have the words."""
        bar = self.query_one(FilterBar)
        shown = [item for item in self._findings if has_words(_words(item), bar.text)]
        bar.tell(len(shown), len(self._findings))
        none = line("No finding has these words.", "dim") if bar.text else _nothing()
        self.listed.show(finding_lines(shown) or [none])


def _nothing() -> Line:
    return line(f"{glyphs().good} Nothing is missing.", "good")
