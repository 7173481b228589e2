"""A shop behind the demo's real SSH servers, and the console's screen on it."""

import contextlib
import re
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from textual.pilot import Pilot

from core.environments.load import load
from core.jobs.store import Job
from tests.chain.stage import Stage, commit_changes, configure
from tests.support.openssh import public_directory
from tests.support.shop import DemoProcess, make_shop
from tests.support.ssh_agent import agent
from tui.app import ConsoleApp
from tui.options import ScreenOptions
from tui.promotion.wanted import Wanted
from tui.screens.approve import ApproveScreen
from tui.screens.promotion import PromotionScreen
from tui.terminal import Terminal

LONG_S = 60.0
"""What a step may take on a busy machine."""


@dataclass
class Seen:
    """The screen as a person sees it."""

    pilot: Pilot[int]
    app: ConsoleApp
    screen: PromotionScreen

    async def until(self, condition: Callable[[], object], what: str = "") -> None:
        """Wait for what has to come."""
        ends = time.monotonic() + LONG_S
        while not condition():
            assert time.monotonic() < ends, f"never {what}: {self.top}\n{self.screen.shown_text}"
            await self.pilot.pause(0.05)

    async def press(self, *keys: str) -> None:
        """Press keys."""
        await self.pilot.press(*keys)
        await self.pilot.pause()

    @property
    def top(self) -> str:
        """The two lines at the top."""
        return self.screen.headline

    async def asked(self) -> ApproveScreen:
        """Wait for a question."""
        await self.until(lambda: isinstance(self.app.screen, ApproveScreen), "a question")
        asked = self.app.screen
        assert isinstance(asked, ApproveScreen)
        await self.until(lambda: not asked.deaf, "an answer is taken")
        return asked

    async def at(self, waits: str) -> None:
        """Wait until the job waits for a person in some way."""
        await self.until(lambda: self.screen.state.waiting_for == waits or self.screen.state.outcome, waits)
        assert self.screen.state.waiting_for == waits, self.top

    async def over(self) -> None:
        """Wait until the job has ended."""
        await self.until(lambda: self.screen.state.outcome, "the end")

    @property
    def job(self) -> Job:
        """The job that is shown."""
        assert self.screen.job is not None
        return self.screen.job


@asynccontextmanager
async def opened(
    stage: Stage, *, wanted: Wanted | None = None, job: Job | None = None, size: tuple[int, int] = (120, 36)
) -> AsyncIterator[Seen]:
    """Open the console, and in it a plan or a job."""
    app = ConsoleApp(
        load(str(stage.shop.toml)), Terminal(remote=False, colour=True, unicode=True), ScreenOptions()
    )
    async with app.run_test(size=size) as pilot:
        screen = PromotionScreen(wanted=wanted, job=job)
        await app.push_screen(screen)
        seen = Seen(pilot, app, screen)
        if job is None:
            await seen.until(lambda: screen.planned or screen.trouble, "a plan")
        else:
            await seen.until(lambda: screen.state.plan, "the job")
        yield seen


@pytest.fixture(scope="session")
def laid() -> Iterator[Stage]:
    """Lay the shop out: one release live everywhere, and an artifact that needs a window."""
    with public_directory() as root:
        shop = make_shop(root / "shop", scale=1)
        with DemoProcess(shop) as demo:
            configure(shop)
            stage = Stage(shop, demo)
            commits = commit_changes(shop)
            stage.build("live", commits["live"])
            for words in (("build", "staging"), ("staging", "production")):
                ran = stage.cli("promote", *words, "--yes")
                assert ran.code == 0, ran.said
            stage.build("window", commits["window"])
            stage.keep()
            yield stage
            with contextlib.suppress(OSError):
                stage.begin()


@pytest.fixture
def stage(laid: Stage, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """Return the shop as it was laid out; what the screen remembers is this test's own."""
    laid.begin()
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("XDG_STATE_HOME", str(home / "state"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "config"))
    return laid


@pytest.fixture
def only_an_agent(stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let logins need an agent, which is there."""
    config = stage.shop.systems.ssh_config
    text = config.read_text()
    keys = {Path(found.strip('"')) for found in re.findall(r"IdentityFile (.*)", text)}
    with agent(tmp_path / "agent", *keys) as socket:
        monkeypatch.setenv("SSH_AUTH_SOCK", socket)
        config.write_text(re.sub(r" *(IdentityFile|IdentitiesOnly) .*\n", "", text))
        yield
        config.write_text(text)


@pytest.fixture
def production(stage: Stage) -> Wanted:
    """Return the promotion that needs a window."""
    return Wanted(kind="promote", source="build", target="production", item=stage.artifacts["window"])
