"""Which artifacts a build has to leave in the store, whatever their age (decision 20)."""

import asyncio
from typing import TYPE_CHECKING, Any

from core.actions.site import Site
from core.environments.model import Environment, Role
from core.errors import ConsoleError
from core.release.artifact import available
from core.text import one_line

if TYPE_CHECKING:
    from core.console.planning import Planner


async def needed_artifacts(planner: "Planner", build: Site) -> dict[str, Any]:
    """Return the options of a build that say what its `tidy` may remove; empty while the store has room.

    `keep_artifacts`: the ids that staging and production systems have. Where one of them can't be asked
    nothing may go: `artifacts_unknown` says why. Raises ConsoleError when the build host can't be asked.
    """
    if (
        len(await available(planner.connections.host(build.address), build.layout))
        < build.environment.keep_releases
    ):
        return {}
    targets = [one for role in (Role.STAGING, Role.PRODUCTION) for one in planner.project.of_role(role)]
    try:
        found = await asyncio.gather(*(_on(planner, target) for target in targets))
    except ConsoleError as error:
        where = f"{error.where}: " if error.where else ""
        return {"artifacts_unknown": one_line(f"{where}{error.what}", 300)}
    return {"keep_artifacts": sorted(set().union(*found))}


async def _on(planner: "Planner", target: Environment) -> set[str]:
    inventories = (await planner.inventories(target)).values()
    return {release.artifact_id for one in inventories for release in one.releases} - {""}
