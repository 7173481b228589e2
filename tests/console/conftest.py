"""A shop whose staging runs a release of ours, and its servers, for all tests here."""

import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import msgspec
import pytest

from core.console.looker import Looker
from core.console.snapshot_store import SnapshotStore
from core.environments.load import load
from core.environments.model import Project
from core.release.artifact import Info
from core.release.inventory import ReleaseInfo
from tests.support.shop import DemoProcess, Shop, make_shop

ARTIFACT = "ab" * 32
RELEASE = f"1-{ARTIFACT[:12]}"


@dataclass(frozen=True)
class Laid:
    """The shop, and the process that serves it."""

    shop: Shop
    demo: DemoProcess


def _mark(shop: Shop, host: str) -> None:
    """Make the release that was laid out by hand one of ours, as a promotion records it."""
    place = shop.path(host)
    laid = shop.live(host)
    laid.rename(place / "releases" / RELEASE)
    (place / "current").unlink()
    (place / "current").symlink_to(f"releases/{RELEASE}")
    mark = place / ".mageconsole/releases" / RELEASE
    mark.mkdir(parents=True)
    commit = shop.systems.commits.first
    info = Info(id=ARTIFACT, commit=commit, subject="Open \x1b[31mthe\x1b[0m shop", magento="2.4.7-p3", files=7)
    (mark / "info.json").write_bytes(msgspec.json.encode(ReleaseInfo(artifact=info)))
    for name in ("complete", "verified"):
        (mark / name).touch()
    (mark / "live").write_text(f"{time.time()}")
    history = {"release": RELEASE, "who": "priya", "at": time.time()}
    (place / ".mageconsole/history").write_bytes(msgspec.json.encode(history) + b"\n")


@pytest.fixture(scope="session")
def laid(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Laid]:
    """Return the shop; tests put back what they change."""
    shop = make_shop(tmp_path_factory.mktemp("console") / "shop", scale=1)
    shop.lay_out("staging")
    _mark(shop, "stg")
    with DemoProcess(shop) as demo:
        yield Laid(shop, demo)


@pytest.fixture
def project(laid: Laid) -> Project:
    """Return the project; nothing is known of it yet."""
    found = load(laid.shop.toml)
    SnapshotStore(found).path.unlink(missing_ok=True)
    return found


@pytest.fixture
async def looker(project: Project) -> AsyncIterator[Looker]:
    """Return a looker whose process is ended with the test."""
    made = Looker(project)
    yield made
    await made.stop()
