"""The only door for those who look: status, plan, start, follow, control."""

import os
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec

from core.console.durations import earlier
from core.console.jobs import Jobs
from core.errors import Refused
from core.jobs.journal import disk_error
from core.model.pins import moved
from core.model.plan import Plan, digest
from core.text import one_line

if TYPE_CHECKING:
    from core.console.planning import Planner

APPROVALS: Final = ("yes", "approved", "confirm", "stay")
"""Options that say how a plan is approved, and are no part of what is planned."""
_KEPT_PLANS: Final = 50
_SHORTEST_DIGEST: Final = 8


def plan_digest(plan: Plan) -> str:
    """Return the digest that people see and give back: of the plan without how it is approved."""
    options = {key: value for key, value in plan.options.items() if key not in APPROVALS}
    return digest(msgspec.structs.replace(plan, options=options))


class Console(Jobs):
    """One project: its plans, its jobs. What it takes to make plans is loaded when the first one is made."""

    @asynccontextmanager
    async def planner(self, first: str = "") -> "AsyncIterator[Planner]":
        """Connect as needed, for reading and for making plans."""
        from core.actions.connections import Connections
        from core.console.planning import Planner

        async with Connections(self.project, first) as connections:
            yield Planner(self.project, connections)

    def options(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the options of a plan: those that were given, and where environments.toml lies."""
        return {**{key: value for key, value in given.items() if value}, "environments": self.project.file}

    def forecast_durations(self, plan: Plan) -> Plan:
        """Return the plan with how long its steps and windows took before; no part of its digest."""
        known = earlier(self.store, plan.kind, plan.target)
        return msgspec.structs.replace(plan, forecast={**plan.forecast, **known})

    def save(self, plan: Plan) -> str:
        """Keep a plan that was shown, so that a later refusal can say what has moved. Returns its digest."""
        name = plan_digest(plan)
        try:
            self._write_plan(name, plan)
        except OSError as error:
            raise disk_error(error, self._plans) from error
        return name

    @property
    def _plans(self) -> Path:
        return self.store.root.parent / "plans"

    def _write_plan(self, name: str, plan: Plan) -> None:
        """Keep the plan, and the newest fifty; a shared `state_dir` is its group's (decision 27)."""
        self._plans.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not self._plans.is_dir():
            self._plans.mkdir(mode=0o700)
            self._plans.chmod(0o2770 if self.store.shared else 0o700)
        handle, made = tempfile.mkstemp(dir=self._plans)
        with os.fdopen(handle, "wb") as file:
            file.write(msgspec.json.encode(plan))
            os.fchmod(handle, 0o660 if self.store.shared else 0o600)
        Path(made).replace(self._plans / f"{name}.json")
        for old in sorted(self._plans.glob("*.json"), key=lambda file: file.stat().st_mtime)[:-_KEPT_PLANS]:
            old.unlink(missing_ok=True)

    def refuse_other(self, plan: Plan, approved: str) -> None:
        """Raise Refused `plan-stale` unless the plan is the approved one, saying what has moved."""
        name = plan_digest(plan)
        if len(approved) < _SHORTEST_DIGEST:
            raise Refused(
                "digest-short",
                f"{one_line(approved)!r} is too short to name one plan.",
                where=plan.target,
                remedy=f"Give at least {_SHORTEST_DIGEST} characters of the digest that `mageconsole plan` shows.",
            )
        if name.startswith(approved):
            return
        told = self._moved(plan, approved)
        raise Refused(
            "plan-stale",
            f"The plan is not {one_line(approved[:12])} any more: {told}.",
            where=plan.target,
            remedy=f"Read it again with `mageconsole plan`; it is {name[:12]} now. Nothing was changed.",
        )

    def _moved(self, plan: Plan, approved: str) -> str:
        found = sorted(self._plans.glob(f"{approved}*.json")) if approved.isalnum() else []
        if len(found) != 1:
            return "no plan of that digest was shown here"
        try:
            before = msgspec.json.decode(found[0].read_bytes(), type=Plan)
        except (OSError, msgspec.DecodeError):
            return "the plan that was shown can't be read again"
        told = moved(before.pins, plan.pins)
        return "; ".join(told) or "its steps or options are others"
