"""The plan of a roll back: an older verified release of the same hosts goes live again."""

from typing import Any

import msgspec

from core.environments.model import Environment
from core.model.plan import Phase, Pin, Plan, Step, StepKind
from core.pipeline.cut_over import addresses
from core.pipeline.promote import Predicted


class Rollback(msgspec.Struct, frozen=True, kw_only=True):
    """Which release goes live again. Needs nothing but the environment's own hosts."""

    target: Environment
    release: str
    artifact: str
    live: dict[str, str]
    predicted: Predicted
    options: dict[str, Any] = {}


def rollback_plan(rollback: Rollback, pins: tuple[Pin, ...], forecast: dict[str, Any]) -> Plan:
    """Return the plan up to the gate; whether the older release fits the database is asked first."""
    hosts = addresses(rollback.target.hosts)
    pinned = msgspec.to_builtins(pins)
    args = {
        "environment": rollback.target.name,
        "release": rollback.release,
        "live": rollback.live,
        "artifact": rollback.artifact,
    }

    def step(step_id: str, phase: Phase, kind: StepKind, title: str, action: str, **more: Any) -> Step:
        extra = more.pop("args", {})
        return Step(
            id=step_id,
            phase=phase,
            kind=kind,
            title=title,
            action=action,
            hosts=hosts,
            args={**args, **extra},
            essential=True,
            **more,
        )

    steps = (
        step("check-target", Phase.PREPARE, StepKind.PROBE, "check the hosts", "check-target"),
        step(
            "lock", Phase.PREPARE, StepKind.ENSURE, "lock", "lock",
            undo="release the lock",
        ),
        step(
            "recheck", Phase.PREPARE, StepKind.PROBE, "nothing that the plan rests on has moved", "recheck",
            args={"pins": pinned},
        ),
        step("verify", Phase.PREPARE, StepKind.PROBE, f"verify release {rollback.release}", "verify-release"),
        step(
            "decide", Phase.DECIDE, StepKind.PROBE, "ask the older release whether it fits the database as it is",
            "decide", args={"predicted": msgspec.to_builtins(rollback.predicted), "verb": "roll back", "pins": pinned},
            limit_s=rollback.target.timeouts.command * 3,
        ),
    )  # fmt: skip
    return Plan(
        kind="rollback",
        title=f"roll back {rollback.target.name} to {rollback.release}",
        target=rollback.target.name,
        steps=steps,
        pins=pins,
        forecast=forecast,
        options=rollback.options,
    )
