"""Plans of promotions and roll backs: what they rest on, and what stands between decision and cut-over."""

from typing import Any

import msgspec
import pytest

from core.actions.promotion.registry import PROMOTION_ACTIONS
from core.jobs.state import may_skip
from core.model.plan import Phase, Pin, Plan, StepKind, digest
from core.pipeline.promote import Predicted, Promotion, gate_steps, promotion_plan
from core.pipeline.rollback import Rollback, rollback_plan
from tests.pipeline.shop import OLD, PINS, RELEASE, WEB1, environment, ids

BUILD = "build@build.example.com"


def promoted(pins: tuple[Pin, ...] = PINS, forecast: dict[str, Any] | None = None, **changed: Any) -> Plan:
    """Return the plan of a promotion to production."""
    usual: dict[str, Any] = {
        "source": "staging",
        "build_host": BUILD,
        "build_root": "/srv/build",
        "target": environment(),
        "artifact": "a" * 64,
        "commit": "c" * 40,
        "php": "8.2.29",
        "release": RELEASE,
        "live": {host.address: OLD for host in environment().hosts},
        "predicted": Predicted(window=False),
    }
    return promotion_plan(Promotion(**{**usual, **changed}), pins, forecast or {})


def rolled_back(pins: tuple[Pin, ...] = PINS, forecast: dict[str, Any] | None = None, **changed: Any) -> Plan:
    """Return the plan of a roll back of production."""
    usual: dict[str, Any] = {
        "target": environment(),
        "release": OLD,
        "artifact": "b" * 64,
        "live": {host.address: RELEASE for host in environment().hosts},
        "predicted": Predicted(window=False),
    }
    return rollback_plan(Rollback(**{**usual, **changed}), pins, forecast or {})


@pytest.mark.parametrize("make", [promoted, rolled_back])
def test_the_same_ground_gives_the_same_digest(make: Any) -> None:
    assert digest(make()) == digest(make())
    assert digest(make(forecast={"durations": {"switch": 4.2}})) == digest(make())
    stored = msgspec.json.decode(msgspec.json.encode(make()), type=Plan)
    assert digest(stored) == digest(make())


@pytest.mark.parametrize("make", [promoted, rolled_back])
@pytest.mark.parametrize(
    "changed",
    [
        {"pins": (*PINS[:2], Pin("release", WEB1.address, "current", "9-999999999999"))},
        {"release": "13-abcdef012345"},
        {"artifact": "f" * 64},
        {"live": {WEB1.address: ""}},
        {"target": environment(hosts=(WEB1,))},
        {"predicted": Predicted(window=True)},
        {"predicted": Predicted(window=False, deletes=("store French",))},
        {"options": {"allow_delete": ["fr"]}},
    ],
)
def test_another_ground_gives_another_digest(make: Any, changed: dict[str, Any]) -> None:
    assert digest(make(**changed)) != digest(make())


@pytest.mark.parametrize("make", [promoted, rolled_back])
def test_nothing_of_a_plan_before_the_gate_touches_the_live_shop(make: Any) -> None:
    plan = make()
    for step in plan.steps:
        assert step.phase in (Phase.PREPARE, Phase.DECIDE)
        assert not step.window and not step.point_of_no_return
        assert step.action in {*PROMOTION_ACTIONS, "lock"}
        for host in environment().hosts:
            assert host.address in step.hosts
    found = ids(plan.steps)
    assert found[-1] == "decide"
    assert found.index("check-target") < found.index("lock") < found.index("recheck")
    assert plan.target == "production"


def test_a_release_is_transferred_linked_and_verified_before_it_is_asked() -> None:
    plan = promoted()
    found = ids(plan.steps)
    order = ["lock", "recheck", "own-paths", "transfer", "link-shared", "verify", "decide"]
    assert [step for step in found if step in order] == order
    transfer = plan.steps[found.index("transfer")]
    assert transfer.kind is StepKind.STREAM and transfer.hosts[0] == BUILD
    assert plan.steps[found.index("check-target")].args["php"] == "8.2.29"
    assert plan.source == "staging"


def test_a_roll_back_needs_no_other_host_and_transfers_nothing() -> None:
    plan = rolled_back()
    own = {host.address for host in environment().hosts}
    assert {host for step in plan.steps for host in step.hosts} == own
    assert "transfer" not in ids(plan.steps)
    assert "verify" in ids(plan.steps)


@pytest.mark.parametrize("make", [promoted, rolled_back])
def test_what_the_plan_rests_on_is_read_again_under_the_lock(make: Any) -> None:
    plan = make()
    steps = {step.id: step for step in plan.steps}
    assert msgspec.convert(steps["recheck"].args["pins"], tuple[Pin, ...]) == PINS == plan.pins
    assert msgspec.convert(steps["decide"].args["pins"], tuple[Pin, ...]) == PINS


@pytest.mark.parametrize("verb", ["promote", "roll back"])
def test_no_lock_is_held_while_a_person_reads(verb: str) -> None:
    pins = msgspec.to_builtins(PINS)
    steps = gate_steps(environment(), verb, RELEASE, {WEB1.address: OLD}, waits=True, pins=pins)
    found = ids(steps)
    order = ["unlock-for-gate", "gate", "lock-again", "recheck-again", "answers-again"]
    assert [step for step in found if step in order] == order
    by_id = {step.id: step for step in steps}
    assert (by_id["unlock-for-gate"].action, by_id["lock-again"].action) == ("unlock", "lock")
    assert by_id["gate"].kind is StepKind.GATE and verb in by_id["gate"].title
    assert [step.id for step in steps if step.kind is StepKind.GATE] == ["gate"]
    assert by_id["lock-again"].undo
    assert by_id["recheck-again"].action == "recheck"
    assert msgspec.convert(by_id["recheck-again"].args["pins"], tuple[Pin, ...]) == PINS
    assert by_id["answers-again"].action == "ask-again"
    for step in steps:
        assert step.hosts == tuple(host.address for host in environment().hosts)
        assert step.args["environment"] == "production" and step.args["release"] == RELEASE
        assert not step.window


def test_what_was_approved_beforehand_waits_for_nobody() -> None:
    assert gate_steps(environment(), "promote", RELEASE, {}, waits=False) == ()


@pytest.mark.parametrize("make", [promoted, rolled_back])
def test_what_everything_rests_on_is_never_skipped(make: Any) -> None:
    gate = gate_steps(environment(), "promote", RELEASE, {WEB1.address: OLD}, waits=True)
    for step in (*make().steps, *gate):
        assert not may_skip(step), step.id
