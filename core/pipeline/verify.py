"""The plan that verifies a release which is live already: after a job that was given up, for instance."""

from typing import Any

import msgspec

from core.environments.model import Environment
from core.model.plan import Phase, Pin, Plan, Step, StepKind
from core.pipeline.cut_over import addresses


class Verification(msgspec.Struct, frozen=True, kw_only=True):
    """Which live release is verified."""

    source: str
    """The environment that the artifact was to come from."""
    target: Environment
    release: str
    artifact: str
    live: dict[str, str]
    static_version: str = ""
    options: dict[str, Any] = {}


def verification_plan(wanted: Verification, pins: tuple[Pin, ...], forecast: dict[str, Any]) -> Plan:
    """Return the plan: everything that marks a release as verified, and nothing that changes the shop."""
    target = wanted.target
    hosts = addresses(target.hosts)
    args = {
        "environment": target.name,
        "release": wanted.release,
        "live": wanted.live,
        "artifact": wanted.artifact,
    }

    def step(step_id: str, phase: Phase, kind: StepKind, title: str, action: str = "", **more: Any) -> Step:
        return Step(
            id=step_id,
            phase=phase,
            kind=kind,
            title=title,
            action=action or step_id,
            hosts=more.pop("hosts", hosts),
            args={**args, **more.pop("args", {})},
            **more,
        )

    steps = (
        step("lock", Phase.PREPARE, StepKind.ENSURE, "lock", undo="release the lock"),
        step(
            "recheck", Phase.PREPARE, StepKind.PROBE, "nothing that the plan rests on has moved",
            args={"pins": msgspec.to_builtins(pins)},
        ),
        step(
            "verify", Phase.PREPARE, StepKind.PROBE, f"verify release {wanted.release}", "verify-release",
            limit_s=1800,
        ),
        step(
            "fits", Phase.VERIFY, StepKind.PROBE, "ask the live release whether it fits the database",
            limit_s=target.timeouts.command * 3,
        ),
        step(
            "health", Phase.VERIFY, StepKind.PROBE,
            f"{', '.join(host.name for host in target.web_hosts)}"
            f" {'answers' if len(target.web_hosts) == 1 else 'answer'} from release {wanted.release}",
            hosts=addresses(target.web_hosts), limit_s=target.timeouts.health,
            args={"static_version": wanted.static_version, "closed": False},
        ),
        step(
            "record", Phase.FINISH, StepKind.ENSURE, "record the release as verified",
            args={"verb": "verify", "verified": True},
        ),
        step("unlock", Phase.FINISH, StepKind.ENSURE, "release the lock", on_failure="warn"),
    )  # fmt: skip
    return Plan(
        kind="verify",
        title=f"verify {wanted.artifact[:12]}, live on {target.name} already",
        source=wanted.source,
        target=target.name,
        steps=steps,
        pins=pins,
        forecast=forecast,
        options=wanted.options,
    )
