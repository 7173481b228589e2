"""The stage of all tests here, and a fresh beginning for each."""

from collections.abc import Iterator

import pytest

from tests.chain.stage import configure
from tests.new_settings.stage import NewStage, commit_module
from tests.support.openssh import public_directory
from tests.support.shop import make_shop, openssh


@pytest.fixture(scope="session")
def laid() -> Iterator[NewStage]:
    """Lay the stage out: what has no such module is live on production."""
    with public_directory() as root:
        shop = make_shop(root / "shop", scale=1)
        with openssh(shop) as demo:
            configure(shop)
            stage = NewStage(shop, demo)
            for name, commit in commit_module(shop).items():
                stage.build(name, commit)
            for target in ("staging", "production"):
                ran = stage.promote("live", to=target)
                assert ran.code == 0, ran.said
            stage.keep()
            yield stage
            stage.begin()


@pytest.fixture
def stage(laid: NewStage) -> Iterator[NewStage]:
    """Return the stage as it was laid out; at the end the release that was live then is looked at."""
    laid.begin()
    yield laid
    laid.untouched()
