"""Where one can go: every screen is opened here, and loaded when it first is."""

from typing import TYPE_CHECKING, Any

from textual.app import App

from core.environments.model import Project, Role
from core.errors import ConsoleError
from tui.widgets.notice import Tone

if TYPE_CHECKING:
    from core.console.jobs import Jobs


class Going(App[int]):
    """The part of the app that opens screens."""

    project: Project

    @property
    def door(self) -> "Jobs":
        """The jobs of the project."""
        raise NotImplementedError

    def say(self, text: str, tone: Tone = "plain") -> None:
        """Say a sentence above the keys of the screen in front."""
        raise NotImplementedError

    def go_home(self) -> None:
        """Show the first screen again."""
        while len(self.screen_stack) > 1:
            self.pop_screen()

    def open_environment(self, environment: str) -> None:
        """Show all that is known of an environment."""
        from tui.screens.environment import EnvironmentScreen

        self.push_screen(EnvironmentScreen(environment))

    def open_promotion(self, source: str, target: str) -> None:
        """Show what promoting would do."""
        self._open_wanted(kind="promote", source=source, target=target)

    def open_build(self) -> None:
        """Show what building would do."""
        self._open_wanted(kind="build", target=self.project.of_role(Role.BUILD)[0].name)

    def open_rollback(self, environment: str, release: str = "") -> None:
        """Show what going back to a release would do, else to the one that was live before."""
        self._open_wanted(kind="rollback", target=environment, item=release)

    def _open_wanted(self, **wanted: Any) -> None:
        from tui.promotion.wanted import Wanted
        from tui.screens.promotion import PromotionScreen

        self.push_screen(PromotionScreen(wanted=Wanted(**wanted)))

    def open_job(self, job: str) -> None:
        """Show a job."""
        from tui.screens.promotion import PromotionScreen

        try:
            self.push_screen(PromotionScreen(job=self.door.find(job)))
        except ConsoleError as error:
            self.say(error.what, "bad")

    def open_jobs(self) -> None:
        """List the jobs."""
        from tui.screens.jobs import JobsScreen

        self.push_screen(JobsScreen())

    def open_log(self, job: str) -> None:
        """Show the log of a job."""
        from tui.screens.log import LogScreen, log_files

        found = self.door.find(job)
        if not log_files(found):
            self.say("no host has said anything yet", "attention")
            return
        self.push_screen(LogScreen(found, found.load_plan().title))

    def open_releases(self, environment: str) -> None:
        """List an environment's releases."""
        from tui.screens.releases import ReleasesScreen

        self.push_screen(ReleasesScreen(environment))

    def open_settings(self) -> None:
        """Compare settings."""
        from tui.screens.settings import SettingsScreen

        self.push_screen(SettingsScreen())

    def open_check(self, environment: str) -> None:
        """Say what is missing or dangerous."""
        from tui.screens.check import CheckScreen

        self.push_screen(CheckScreen(environment))
