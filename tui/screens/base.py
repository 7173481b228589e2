"""What all screens have: header, body, a line for what is said, keys; and one step back on escape."""

from typing import TYPE_CHECKING, ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.events import DescendantFocus, Resize
from textual.screen import Screen
from textual.widget import Widget

from tui.widgets.header import Header
from tui.widgets.key_bar import KeyBar
from tui.widgets.notice import Notice, Tone
from tui.widgets.room import MIN_HEIGHT, MIN_WIDTH, NeedsRoom

if TYPE_CHECKING:
    from tui.app import ConsoleApp

_WIDTHS: Final[list[tuple[int, str]] | None] = [(0, "-narrow"), (100, "-normal"), (160, "-wide")]
_HEIGHTS: Final[list[tuple[int, str]] | None] = [(0, "-short"), (30, "-tall")]


class ConsoleScreen(Screen[None]):
    """A whole screen. A subclass gives `body`, `TITLE` and its bindings.

    Two agreements about actions: `why_not(action)` says in a sentence why one is not possible now ("" when it
    is); its key stays visible in brackets, and pressing it says the sentence. `CHANGES` names the actions that
    change a host, a job or a file: with `--read-only` they are refused.
    """

    HORIZONTAL_BREAKPOINTS = _WIDTHS
    VERTICAL_BREAKPOINTS = _HEIGHTS
    BINDING_GROUP_TITLE = "Everywhere"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "back", id="back", tooltip="Go back one level; never quits"),
        Binding("z", "zoom", "zoom", id="zoom", tooltip="Give the focused part the whole screen", show=False),
        Binding("tab", "app.focus_next", "next", id="focus-next", tooltip="The next part", show=False),
        Binding(
            "shift+tab",
            "app.focus_previous",
            "previous",
            id="focus-previous",
            tooltip="The part before",
            show=False,
        ),
        Binding(
            "ctrl+c,super+c",
            "screen.copy_text",
            "copy",
            id="copy",
            tooltip="Copy the text that was selected with the mouse",
            show=False,
        ),
    ]
    CHANGES: ClassVar[frozenset[str]] = frozenset()

    @property
    def console_app(self) -> "ConsoleApp":
        """The app, with its type."""
        from tui.app import ConsoleApp

        app = self.app
        if not isinstance(app, ConsoleApp):
            raise TypeError("a screen of the console belongs to the console")
        return app

    def body(self) -> ComposeResult:
        """Yield what the screen is about."""
        yield from ()

    def compose(self) -> ComposeResult:
        """Lay out the four parts; the last covers all when there is no room for them."""
        yield Header(self.console_app.project_name, self.heading)
        with Container(id="body"):
            yield from self.body()
        yield Notice()
        yield KeyBar()
        yield NeedsRoom()

    @property
    def heading(self) -> str:
        """What the header says after the project's name."""
        return self.TITLE or ""

    def on_resize(self, event: Resize) -> None:
        """Say that more room is needed rather than show half of everything."""
        self.set_class(event.size.width < MIN_WIDTH or event.size.height < MIN_HEIGHT, "-no-room")

    def on_screen_resume(self) -> None:
        """Show what became of jobs while another screen was in front."""
        self.console_app.refresh_header()

    def say(self, text: str, tone: Tone = "plain") -> None:
        """Say one sentence above the keys."""
        self.query_one(Notice).say(text, tone)

    def why_not(self, action: str) -> str:
        """Return why an action is not possible now; empty when it is."""
        return ""

    # --- one part alone

    @property
    def zoomed(self) -> Widget | None:
        """The part that has the whole screen, None while all are shown."""
        return next(iter(self.query(".-zoomed")), None)

    def action_zoom(self) -> None:
        """Give the focused part the whole screen, or show all parts again."""
        if self.zoomed is not None:
            self._unzoom()
        elif self.focused is not None:
            self._zoom(self.focused)

    def _zoom(self, focused: Widget) -> None:
        body = self.query_one("#body")
        inside = [
            node for node in focused.ancestors_with_self if isinstance(node, Widget) and body in node.ancestors
        ]
        if not inside:
            return
        part = next((node for node in inside if node.has_class("pane")), focused)
        for node in part.ancestors_with_self:
            if node is body or not isinstance(node, Widget):
                break
            for other in node.siblings:
                other.add_class("-out")
        part.add_class("-zoomed")
        self.refresh_bindings()
        self.say("z or esc shows all parts again")

    def _unzoom(self) -> None:
        self.query("#body .-out").remove_class("-out")
        self.query(".-zoomed").remove_class("-zoomed")
        self.refresh_bindings()
        self.say("")

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """A part that a key leads to is shown, also when another had the whole screen."""
        zoomed = self.zoomed
        if zoomed is not None and zoomed not in event.widget.ancestors_with_self:
            self._unzoom()

    def action_back(self) -> None:
        """Close this screen; the first one stays."""
        if self.zoomed is not None:
            self._unzoom()
        elif len(self.app.screen_stack) > 1:
            self.app.pop_screen()
