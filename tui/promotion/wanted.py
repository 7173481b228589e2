"""What a person wants to have planned: a promotion, a roll back or a build. Pure but for the asking."""

from typing import Any, Literal, Protocol

import msgspec

from core.console.answers import Planned
from core.model.plan import Plan


class Planner(Protocol):
    """Who makes plans: the looker."""

    async def plan_promotion(
        self, source: str, target: str, artifact: str = "", options: dict[str, Any] | None = None
    ) -> Planned:
        """Plan a promotion."""

    async def plan_rollback(self, target: str, to: str = "", options: dict[str, Any] | None = None) -> Planned:
        """Plan a roll back."""

    async def plan_build(self, ref: str = "", options: dict[str, Any] | None = None) -> Planned:
        """Plan a build."""


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be planned."""

    kind: Literal["promote", "rollback", "build"]
    target: str
    source: str = ""
    item: str = ""
    """The artifact, the release, or the commit, branch or tag; empty: the newest, the one before, the branch."""
    options: dict[str, Any] = {}
    """As on the command line: `allow_delete`, `drop`, `hotfix`, `full_upgrade`, `anyway`."""

    @property
    def title(self) -> str:
        """What it is, in a few words."""
        match self.kind:
            case "promote":
                return f"promote {self.source} to {self.target}"
            case "rollback":
                return f"roll back {self.target}"
            case _:
                return f"build {self.item}".strip()

    async def plan(self, planner: Planner) -> Planned:
        """Have it planned. Raises ConsoleError. A failed step of it waits for a person."""
        options = {**self.options, "on_failure": "ask"}
        match self.kind:
            case "promote":
                return await planner.plan_promotion(self.source, self.target, self.item, options)
            case "rollback":
                return await planner.plan_rollback(self.target, self.item, options)
            case _:
                return await planner.plan_build(self.item, options)


_NOT_ASKED = ("on_failure", "step", "environments", "yes", "confirm", "approved")
"""Options that say how a job is run, not what is planned."""


def wanted_of(plan: Plan) -> Wanted:
    """Return what a plan was made from, to have it made again."""
    item = {
        "promote": plan.forecast.get("artifact", {}).get("id", ""),
        "rollback": plan.forecast.get("release", ""),
        "build": next((pin.key for pin in plan.pins if pin.kind == "commit"), ""),
    }
    kind = plan.kind if plan.kind in item else "promote"
    return Wanted(
        kind=kind,  # type: ignore[arg-type] # one of the three
        target=plan.target,
        source=plan.source,
        item=str(item[kind]),
        options={key: value for key, value in plan.options.items() if key not in _NOT_ASKED},
    )
