"""The stage of all tests here, and a fresh beginning for each."""

from collections.abc import Iterator

import pytest

from tests.chain.stage import Stage, commit_changes, configure
from tests.support.openssh import public_directory
from tests.support.shop import DemoProcess, make_shop, openssh


@pytest.fixture(scope="session")
def laid() -> Iterator[Stage]:
    """Lay the stage out: every artifact built, the first live on staging and production."""
    with public_directory() as root:
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


@pytest.fixture(params=["openssh", "demo"])
def served(stage: Stage, request: pytest.FixtureRequest) -> Iterator[Stage]:
    """Return the stage twice: behind OpenSSH, and behind the demo's own SSH servers."""
    if request.param == "openssh":
        yield stage
        return
    files = [stage.shop.root / name for name in ("ssh_config", "known_hosts")]
    kept = [path.read_text() for path in files]
    with DemoProcess(stage.shop):
        assert [path.read_text() for path in files] != kept
        yield stage
    for path, text in zip(files, kept, strict=True):
        path.write_text(text)
