"""environments.toml as the console goes on with it: what others change is taken over by itself, once it is whole."""

import asyncio
from typing import TYPE_CHECKING, Final

from core.environments.model import Project
from core.errors import ConsoleError
from tui.going import Going
from tui.messages import ProjectChanged

if TYPE_CHECKING:
    from core.console.looker import Looker
    from core.console.secrets import Secrets
    from core.console.snapshot import Magento
    from tui.environments_file import EnvironmentsFile

FILE_S: Final = 2.0
"""How often the file is looked at; a change is taken over at the second look that finds it."""


class ProjectNow(Going):
    """The part of the app that follows environments.toml."""

    fits: "dict[tuple[str, str], Magento]"
    broken = ""
    """Why the file as it is now can't be used; empty while it can."""
    _file: "EnvironmentsFile"
    _secrets: "Secrets | None" = None

    @property
    def looker(self) -> "Looker":
        """What looks at hosts."""
        raise NotImplementedError

    @property
    def asks(self) -> bool:
        """Whether a question is open: what it is about has to stay as it was read."""
        raise NotImplementedError

    async def take_project(self, project: Project) -> None:
        """Go on with environments.toml as it is now. Raises ConsoleError."""
        raise NotImplementedError

    def refresh_header(self) -> None:
        """Tell the screen in front what stands in its header."""
        raise NotImplementedError

    @property
    def secrets(self) -> "Secrets":
        """The secrets of the project, with what was typed for this run."""
        if self._secrets is None:
            from core.console.secrets import Secrets

            self._secrets = Secrets(self.project)
        return self._secrets

    def keep_secrets(self, project: Project) -> None:
        """Take what was typed for this run over to another reading of the file."""
        if self._secrets is not None:
            from core.console.secrets import Secrets

            self._secrets = Secrets(project, resolver=self._secrets.resolver)

    async def tell_secrets(self, environment: str) -> None:
        """Give the looking process what only this one knows: typed for this run, or from an unlocked file."""
        named = self.project.environments.get(environment)
        if named is not None and named.sensitive:
            await self.looker.remember(await self.secrets.here_alone(named))

    def follow_file(self) -> None:
        """Look at the file again and again from now on."""
        from tui.environments_file import EnvironmentsFile

        self._file = EnvironmentsFile(self.project)
        self.set_interval(FILE_S, self._look_at_file)

    async def _look_at_file(self) -> None:
        """Go on with what somebody else made of the file, when nothing is under way that rests on the old one."""
        if self.asks or self.looker.busy:
            return
        found = await asyncio.to_thread(self._file.look)
        if isinstance(found, Project):
            await self._take_over(found)
        elif found is not None:
            self._keep_old(found)

    async def _take_over(self, project: Project) -> None:
        mended, self.broken = self.broken, ""
        if project.digest == self.project.digest:
            if mended:
                self.refresh_header()
                self._told("environments.toml is whole again, as it was read before")
            return
        try:
            await self._go_on_with(project)
        except ConsoleError as error:
            self._file.again()
            self._keep_old(error)
        else:
            self._told("environments.toml was changed: the console goes on with it as it is now")

    def _told(self, text: str) -> None:
        self.say(text, "good")
        self.notify(text)

    def _keep_old(self, error: ConsoleError) -> None:
        """Say what is wrong with the file; everything stays as it was read."""
        self.broken = error.what
        self.refresh_header()
        where = f" {error.where}." if error.where else ""
        self.say(f"environments.toml can't be used as it is now: {error.what}{where}", "attention")
        self.notify(
            f"{error.what}\nThe console goes on with what it read before.",
            title="environments.toml can't be used", severity="warning", timeout=15,
        )  # fmt: skip

    async def action_read_environments(self) -> None:
        """Read environments.toml again, and go on with it."""
        from core.environments.load import load

        try:
            await self._go_on_with(await asyncio.to_thread(load, self.project.file))
        except ConsoleError as error:
            self.say(f"{error.what} {error.remedy}".strip(), "bad")
            return
        self.broken = ""
        self.say("environments.toml was read again", "good")

    async def _go_on_with(self, project: Project) -> None:
        await self.take_project(project)
        self.fits.clear()  # hosts may be others
        self.refresh_header()
        for screen in self.screen_stack:
            screen.post_message(ProjectChanged())
