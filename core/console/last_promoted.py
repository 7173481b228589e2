"""What config.php said as it was promoted last, whatever somebody has made of it on a host since."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from core.actions.files import read_if_there
from core.actions.promotion.database import kept_config
from core.actions.site import Site
from core.errors import ConsoleError
from core.magento.php_config import read
from core.magento.php_values import Array
from core.release.artifact import tree

if TYPE_CHECKING:
    from core.console.planning import Planner

_CONFIG: Final = "app/etc/config.php"


async def last_promoted(
    planner: "Planner", sites: tuple[Site, ...], live: Mapping[str, str], artifacts: Mapping[str, str]
) -> dict[str, Array]:
    """Return it by the host's address, from the build system, else as it was kept before an upgrade.

    artifacts: those of the live releases, by address. A host for which nobody knows any more is left out.
    """
    build = planner.build_site
    builder = planner.connections.host(build.address)
    found: dict[str, Array] = {}
    known: dict[str, Array | None] = {}
    for site in sites:
        release, artifact = live.get(site.address, ""), artifacts.get(site.address, "")
        if release not in known:
            built = (
                await read_if_there(builder, f"{tree(build.layout, artifact)}/{_CONFIG}") if artifact else b""
            )
            kept = await read_if_there(planner.connections.host(site.address), kept_config(site, release))
            known[release] = _values(built or kept)
        values = known[release]
        if values is not None:
            found[site.address] = values
    return found


def _values(config: bytes) -> Array | None:
    try:
        return read(config).values if config else None
    except ConsoleError:  # as it lies there nobody can read it: then nothing is known
        return None
