"""The plan of a promotion: prepare, then decide; the cut-over is added from real probes (decision 2)."""

from collections.abc import Sequence
from typing import Any

import msgspec

from core.environments.model import Environment
from core.model.plan import Phase, Pin, Plan, Step, StepKind
from core.pipeline.cut_over import addresses
from core.pipeline.new_settings import new_forecast, values_at_hand
from core.pipeline.undecided import CONFLICTS
from core.settings.conflict_words import ShownConflict
from core.settings.new import NewSettings


class Predicted(msgspec.Struct, frozen=True, kw_only=True):
    """What the manifests say of the cut-over, before anything asked Magento."""

    window: bool
    reasons: tuple[str, ...] = ()
    deletes: tuple[str, ...] = ()
    """Websites, groups and stores that an import would delete, as `store outlet_en`."""


class Promotion(msgspec.Struct, frozen=True, kw_only=True):
    """What a promotion is asked to do, after reading and before deciding."""

    source: str
    """The name of the environment that the artifact comes from."""
    build_host: str
    build_root: str
    target: Environment
    artifact: str
    commit: str
    php: str
    """The PHP that built it; the target's has to be of the same minor version."""
    release: str
    live: dict[str, str]
    predicted: Predicted
    new: NewSettings = NewSettings()
    """Settings to be set from the new release: what only its code knows, and what was decided about conflicts."""
    conflicts: tuple[ShownConflict, ...] = ()
    """What was set by hand on the target and clashes with the artifact, with what a person decided."""
    options: dict[str, Any] = {}

    @property
    def settings_forecast(self) -> dict[str, Any]:
        """What it means for settings, as a part of a forecast."""
        told = {CONFLICTS: msgspec.to_builtins(self.conflicts)} if self.conflicts else {}
        return {**new_forecast(self.new), **told}


def _prepare(promotion: Promotion, pins: list[Any]) -> list[Step]:
    target = promotion.target
    hosts = addresses(target.hosts)
    common = {
        "environment": target.name,
        "release": promotion.release,
        "live": promotion.live,
        "artifact": promotion.artifact,
    }

    def step(step_id: str, kind: StepKind, title: str, **more: Any) -> Step:
        args = {**common, **more.pop("args", {})}
        return Step(
            id=step_id,
            phase=Phase.PREPARE,
            kind=kind,
            title=title,
            action=more.pop("action", step_id),
            hosts=more.pop("hosts", hosts),
            args=args,
            essential=True,
            **more,
        )

    names = ", ".join(host.name for host in target.hosts)
    build = {"build_host": promotion.build_host, "build_root": promotion.build_root}
    return [
        step(
            "check-target",
            StepKind.PROBE,
            f"check {names}: disk, PHP, rights, layout, env.php",
            args={"php": promotion.php},
        ),
        step("lock", StepKind.ENSURE, "lock", undo="release the lock"),
        step("recheck", StepKind.PROBE, "nothing that the plan rests on has moved", args={"pins": pins}),
        *([step("own-paths", StepKind.PROBE, "no two hosts share the path")] if len(hosts) > 1 else []),
        step(
            "transfer",
            StepKind.STREAM,
            f"transfer artifact {promotion.artifact[:12]} to releases/{promotion.release}",
            args=build,
            hosts=(promotion.build_host, *hosts),
            limit_s=7200,
        ),
        step("link-shared", StepKind.ENSURE, "link the shared files and directories"),
        step(
            "verify",
            StepKind.PROBE,
            f"verify the release on {len(hosts)} host{'s' if len(hosts) != 1 else ''}",
            action="verify-release",
            limit_s=1800,
        ),
    ]


def _lost(
    environment: Environment,
    release: str,
    live: dict[str, str],
    again: str = "",
    decided: Sequence[str] = (),
) -> Step:
    """Return the step that refuses to lose what lives in the live release alone (decision 17).

    decided: settings that were changed by hand in the live config.php, and about which a person has decided.
    """
    return Step(
        id=f"lost{again}",
        phase=Phase.DECIDE,
        kind=StepKind.PROBE,
        title="nothing was added that the switch would lose" if again else "what the switch would lose",
        action="lost",
        hosts=addresses(environment.hosts),
        args={
            "environment": environment.name,
            "release": release,
            "live": live,
            **({"decided": list(decided)} if decided else {}),
        },
        essential=True,
        limit_s=600,
    )


def _decide(promotion: Promotion, pins: list[Any]) -> list[Step]:
    hosts = addresses(promotion.target.hosts)
    return [
        _lost(
            promotion.target,
            promotion.release,
            promotion.live,
            decided=[one.name for one in promotion.conflicts if one.answer],
        ),
        *values_at_hand(promotion.target, promotion.new),
        Step(
            id="decide",
            phase=Phase.DECIDE,
            kind=StepKind.PROBE,
            title="ask the new release what the database and the configuration need",
            action="decide",
            hosts=hosts,
            args={
                "environment": promotion.target.name,
                "release": promotion.release,
                "live": promotion.live,
                "artifact": promotion.artifact,
                "predicted": msgspec.to_builtins(promotion.predicted),
                "verb": "promote",
                "pins": pins,
                **promotion.settings_forecast,
                **({"settings": msgspec.to_builtins(promotion.new.changes)} if promotion.new.changes else {}),
            },
            essential=True,
            limit_s=promotion.target.timeouts.command * 3,
        ),
    ]


def promotion_plan(promotion: Promotion, pins: tuple[Pin, ...], forecast: dict[str, Any]) -> Plan:
    """Return the plan up to the gate; the forecast carries the predicted cut-over for people to read."""
    pinned = msgspec.to_builtins(pins)
    return Plan(
        kind="promote",
        title=f"promote {promotion.artifact[:12]} to {promotion.target.name}",
        source=promotion.source,
        target=promotion.target.name,
        steps=(*_prepare(promotion, pinned), *_decide(promotion, pinned)),
        pins=pins,
        forecast=forecast,
        options=promotion.options,
    )


def gate_steps(
    environment: Environment,
    verb: str,
    release: str,
    live: dict[str, str],
    *,
    waits: bool,
    pins: Sequence[Any] = (),
    decided: Sequence[str] = (),
) -> tuple[Step, ...]:
    """Return the steps between the decision and the cut-over.

    No lock is held while a person reads (decision 22): it is released, taken again, and everything that the
    decision rests on is asked again. Approved beforehand, the lock is kept.
    """
    if not waits:
        return ()
    hosts = addresses(environment.hosts)
    common = {"release": release, "live": live, "environment": environment.name, "pins": list(pins)}

    def step(step_id: str, kind: StepKind, title: str, action: str, **more: Any) -> Step:
        return Step(
            id=step_id,
            phase=Phase.DECIDE,
            kind=kind,
            title=title,
            action=action,
            hosts=hosts,
            args=common,
            essential=True,
            **more,
        )

    return (
        step("unlock-for-gate", StepKind.ENSURE, "release the lock while you read", "unlock"),
        step("gate", StepKind.GATE, f"your approval: {verb} {environment.name}", "gate"),
        step("lock-again", StepKind.ENSURE, "lock again", "lock", undo="release the lock"),
        step("recheck-again", StepKind.PROBE, "nothing has moved while you read", "recheck"),
        step(
            "answers-again",
            StepKind.PROBE,
            "Magento answers what you approved",
            "ask-again",
            limit_s=environment.timeouts.command * 3,
        ),
        *((_lost(environment, release, live, "-again", decided),) if verb == "promote" else ()),
    )
