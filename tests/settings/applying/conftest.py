"""One stage for all tests here, and a fresh beginning for each."""

from collections.abc import Iterator

import pytest

from tests.settings.applying.stage import Stage
from tests.support.openssh import public_directory
from tests.support.shop import make_shop, openssh


@pytest.fixture(scope="session")
def laid() -> Iterator[Stage]:
    """Lay the stage out."""
    with public_directory() as root:
        shop = make_shop(root / "shop", scale=1)
        with openssh(shop) as demo:
            for name in ("staging", "production"):
                shop.lay_out(name)
            stage = Stage(shop, demo)
            stage.keep()
            yield stage


@pytest.fixture
def stage(laid: Stage) -> Stage:
    """Return the stage as it was laid out."""
    laid.begin()
    return laid
