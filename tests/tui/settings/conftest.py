"""A shop behind the demo's SSH servers, live on staging and production, and the console's screen on it."""

import contextlib
import io
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from textual.pilot import Pilot

from core.cli.main import run
from core.demo import systems
from core.environments.load import load
from tests.support.openssh import public_directory
from tests.support.shop import DemoProcess, Shop
from tests.tui.showing import shows
from tui.app import ConsoleApp
from tui.options import ScreenOptions
from tui.screens.settings import SettingsScreen
from tui.terminal import Terminal

SYSTEMS = ("dev1", "stg", "web1", "web2")


@dataclass
class Stage:
    """The shop, brought back to its beginning for each test."""

    shop: Shop
    toml: str
    files: dict[Path, bytes]

    @classmethod
    def of(cls, shop: Shop) -> "Stage":
        """Remember what settings change."""
        places = [shop.path("dev1") / "app/etc" / name for name in ("env.php", "config.php")]
        places += [shop.path(host) / "shared/app/etc/env.php" for host in SYSTEMS[1:]]
        places += [shop.database(name) / "state.json" for name in ("development", "staging", "production")]
        return cls(shop, shop.toml.read_text(), {place: place.read_bytes() for place in places})

    def begin(self) -> None:
        """Put it all back."""
        self.shop.toml.write_text(self.toml)
        for place, held in self.files.items():
            place.write_bytes(held)
        shutil.rmtree(self.shop.root / "state", ignore_errors=True)
        shutil.rmtree(self.shop.path("build") / ".mageconsole/artifacts", ignore_errors=True)

        self._commit()

    def _commit(self) -> None:
        """Commit and push development's config.php as it is again, where a test had it committed."""
        place, file = self.shop.path("dev1"), "app/etc/config.php"
        if not self.shop.run("dev1", "git", "status", "--porcelain", file, cwd=place).stdout.strip():
            return
        who = ("-c", "user.name=test", "-c", "user.email=test@example.com")
        for words in (("commit", "-qm", "As it was", file), ("push", "-q", "origin", "main")):
            ran = self.shop.run("dev1", "git", *who, *words, cwd=place)
            assert ran.returncode == 0, ran.stderr

    def env_php(self, host: str) -> str:
        """Return a host's env.php."""
        place = "app/etc/env.php" if host == "dev1" else "shared/app/etc/env.php"
        return (self.shop.path(host) / place).read_text()

    def cli(self, *words: str) -> tuple[int, str]:
        """Run a command; return its exit code and what it said."""
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = run(["-c", str(self.shop.toml), *words])
        return code, out.getvalue() + err.getvalue()


@pytest.fixture(scope="session")
def laid() -> Iterator[Stage]:
    """Lay the shop out."""
    with public_directory() as root:
        shop = Shop(systems.create(root / "shop", scale=1, behaviour={}, plant=True))
        with DemoProcess(shop):
            for name in ("staging", "production"):
                shop.lay_out(name)
            yield Stage.of(shop)


@pytest.fixture
def stage(laid: Stage, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """Return the shop as it was laid out; what the screen remembers is this test's own."""
    laid.begin()
    home = tmp_path_factory.mktemp("home")
    for name in ("STATE", "CONFIG", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(home / name.lower()))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    monkeypatch.setattr("keyring.core._keyring_backend", None)
    assert "MAGECONSOLE_ENVIRONMENTS" not in os.environ
    return laid


@asynccontextmanager
async def settings_of(
    stage: Stage, size: tuple[int, int] = (120, 36), *, read_only: bool = False
) -> AsyncIterator[tuple[Pilot[int], SettingsScreen]]:
    """Open the console, and its settings by their key."""
    found = Terminal(remote=False, colour=True, unicode=True)
    app = ConsoleApp(load(str(stage.shop.toml)), found, ScreenOptions(read_only=read_only))
    async with app.run_test(size=size) as pilot:
        await shows(pilot, "1 development")
        await pilot.press("s")
        await shows(pilot, "read:", "general/locale/code")
        # A locked keyring may have opened its question above it.
        (screen,) = (each for each in app.screen_stack if isinstance(each, SettingsScreen))
        yield pilot, screen
