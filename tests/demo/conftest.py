"""A shop laid out once for all tests of the demo, and copies of its release to play with."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from core.demo.standin import database, phpfile
from core.demo.standin.phpfile import Array
from tests.support.shop import Shop, make_shop

_LEFT_OUT: Final = (
    "vendor",
    "lib",
    "pub/static/frontend",
    "pub/static/adminhtml",
    "var/view_preprocessed",
    "generated",
)


@pytest.fixture(scope="session")
def laid(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """Return a shop that is live on staging; tests copy from it, and change nothing in it."""
    shop = make_shop(tmp_path_factory.mktemp("demo") / "shop", scale=1)
    shop.lay_out("staging")
    return shop


@dataclass(frozen=True)
class Play:
    """A release of its own with a database of its own."""

    shop: Shop
    root: Path
    database: Path

    @property
    def config(self) -> Array:
        """What config.php returns."""
        found = phpfile.read((self.root / "app/etc/config.php").read_text())
        assert isinstance(found, dict)
        return found

    def write_config(self, config: Array) -> None:
        """Write config.php."""
        (self.root / "app/etc/config.php").write_text(phpfile.write(config))

    def state(self) -> dict[str, Any]:
        """Return what the database holds."""
        return database.Database(self.database).state

    def change(self, **state: Any) -> None:
        """Replace parts of what the database holds."""
        opened = database.Database(self.database)
        opened.state |= state
        opened.save()

    def write(self, name: str, text: str) -> None:
        """Write a file of the release."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


@pytest.fixture
def play(laid: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Play]:
    """Return a maker of copies of the live release."""
    monkeypatch.setenv("MAGECONSOLE_DEMO", str(laid.root))
    monkeypatch.setenv("MAGECONSOLE_DEMO_HOST", "stg")

    def make() -> Play:
        root = tmp_path / "release"
        live = laid.live("stg")
        left_out = {live / name for name in _LEFT_OUT}
        shutil.copytree(
            live,
            root,
            symlinks=True,
            ignore=lambda place, names: [name for name in names if Path(place, name) in left_out],
        )
        for name in ("vendor", "lib"):  # large, and nothing writes there
            (root / name).symlink_to(live / name)
        host = f"db.{tmp_path.name}.demo"
        shutil.copytree(laid.database("staging"), laid.root / "databases" / host / "magento")
        env = (laid.path("stg") / "shared/app/etc/env.php").read_text()
        (root / "app/etc/env.php").unlink()
        (root / "app/etc/env.php").write_text(env.replace("db.staging.demo", host))
        return Play(laid, root, laid.root / "databases" / host / "magento")

    return make
