"""Two systems, or a system and an artifact, beside each other."""

from collections.abc import Sequence
from typing import Final

from textual import work

from core.console.answers import Side
from core.environments.model import Role
from core.errors import ConsoleError
from tui.screens.choose import ChooseScreen
from tui.screens.settings_moving import SettingsMoving

_ARTIFACTS: Final = 8
"""How many of the newest artifacts are offered."""


class SettingsComparing(SettingsMoving):
    """Asks with what, and shows the two."""

    @work(exclusive=True, group="change")
    async def action_compare(self) -> None:
        """Compare the system under the cursor with another one, or with an artifact; or show all again."""
        if self.compared is not None:
            self.end_comparing()
            return
        first = self.matrix.system
        choices = [(name, self._told(name)) for name in self.names if name != first]
        try:
            choices += [(f"artifact {side.name[:12]}", side.told) for side in await self._artifacts()]
        except ConsoleError as error:
            self.tell(f"no artifacts: {error.what}", "attention")
        text = f"What is {first} beside? With an artifact only config.php is compared: it has nothing else."
        chosen = await self.app.push_screen_wait(ChooseScreen(f"Compare {first} with", text, choices))
        if chosen is not None:
            await self._beside(first, chosen)

    async def _artifacts(self) -> Sequence[Side]:
        return (await self.console_app.looker.sides())[:_ARTIFACTS]

    def _told(self, name: str) -> str:
        environment = self.console_app.project.environments[name]
        if environment.role is Role.BUILD:
            return "its newest artifact"
        return ", ".join(host.name for host in environment.hosts)

    async def _beside(self, first: str, second: str) -> None:
        try:
            found = await self.console_app.looker.beside(first, second.removeprefix("artifact "))
        except ConsoleError as error:
            self.tell_error(error)
            return
        self.show_compared(found, f"{found.names[0]} beside {found.names[1]}")
        differing = len(self.matrix.rows)
        told = f"{differing:,} differ" if differing else "they come to the same"
        self.say(f"{found.names[0]} and {found.names[1]}: {told}; c shows all systems again", "good")
