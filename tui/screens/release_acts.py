"""What can be done about a release, on the list of them and on its own screen."""

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType

from core.console.answers import ReleaseRow
from core.errors import ConsoleError
from tui.screens.base import ConsoleScreen


class ReleaseActs(ConsoleScreen):
    """Roll back, and ask for the fit. A subclass gives `row`, and `update`, which shows a new answer."""

    CHANGES: ClassVar[frozenset[str]] = frozenset({"roll_back"})
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("b", "roll_back", "roll back", id="roll-back", tooltip="Make it live again; shows the plan first"),
        Binding("f", "fit", "fits?", id="release-fit", tooltip="Ask Magento: does it fit the database?"),
    ]  # fmt: skip

    def __init__(self, environment: str) -> None:
        super().__init__()
        self.environment = environment

    @property
    def row(self) -> ReleaseRow | None:
        """The release that the keys are about."""
        raise NotImplementedError

    @property
    def foremost(self) -> Sequence[str]:
        """The keys in the order of their use."""
        return ("list-open", "roll-back", "release-fit", "list-filter", "releases-look")

    def update(self) -> None:
        """Show what is known now."""
        raise NotImplementedError

    def why_not(self, action: str) -> str:
        """Return why an action is not possible now."""
        row = self.row
        if action not in ("roll_back", "fit"):
            return super().why_not(action)
        if row is None:
            return "there is no release"
        if action == "roll_back" and row.live and len(row.live) == len(row.hosts):
            return "it is live already"
        return "" if row.complete else "it never arrived whole"

    def action_roll_back(self) -> None:
        """Show what a roll back to it would do."""
        if self.row is not None:
            self.console_app.open_rollback(self.environment, self.row.name)

    def action_fit(self) -> None:
        """Ask whether it fits the database."""
        if self.row is not None:
            self.run_worker(self.ask_fit(self.row.name), group="fit", exclusive=True, exit_on_error=False)

    async def ask_fit(self, name: str) -> None:
        """Ask Magento of a release; what it says is known from then on, with its age."""
        self.say(f"asking Magento of release {name}", "busy")
        try:
            found = await self.console_app.looker.ask_release(self.environment, name)
        except ConsoleError as error:
            self.say(error.what, "bad")
            return
        self.console_app.fits[self.environment, name] = found
        self.say("")
        self.update()
