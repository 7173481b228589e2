"""The stage of all tests here, and a fresh beginning for each."""

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.chain.stage import Stage, commit_changes, configure
from tests.support.shop import make_shop, openssh

_ROOM: Final = 3 << 30


@contextlib.contextmanager
def _directory() -> Iterator[Path]:
    """Make a directory in memory where there is room: some ten thousand small files are made and removed."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > _ROOM
    path = Path(tempfile.mkdtemp(prefix="mageconsole-test-", dir=memory if roomy else None))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


@pytest.fixture(scope="session")
def laid() -> Iterator[Stage]:
    """Lay the stage out: every artifact built, one live everywhere, another prepared and verified on staging."""
    with _directory() as root:
        shop = make_shop(root / "shop", scale=1)
        with openssh(shop) as demo:
            configure(shop)
            stage = Stage(shop, demo)
            commits = commit_changes(shop)
            stage.build("live", commits["live"])
            stage.laid["staging"] = stage.promote("live", to="staging")
            stage.laid["production"] = stage.cli("promote", "staging", "production", "--yes")
            for name, ran in stage.laid.items():
                assert ran.code == 0, f"{name}: {ran.said}"
            for name in ("quiet", "setting", "themes", "delete", "window"):
                stage.build(name, commits[name])
            stage.keep()
            yield stage
            stage.begin()


@pytest.fixture
def stage(laid: Stage) -> Iterator[Stage]:
    """Return the stage as it was laid out; at the end the release that was live then is looked at."""
    laid.begin()
    yield laid
    laid.untouched()
