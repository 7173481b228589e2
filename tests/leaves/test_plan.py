"""The digest of a plan approves exactly one plan."""

import random
from typing import Any

import msgspec
import pytest

from core.model.plan import Phase, Pin, Plan, Step, StepKind, digest

STEP = Step(
    id="switch",
    phase=Phase.CUT_OVER,
    kind=StepKind.ENSURE,
    title="switch web1",
    action="switch",
    hosts=("web1",),
)
PLAN = Plan(
    kind="promote",
    title="staging to production",
    target="production",
    source="staging",
    steps=(STEP, msgspec.structs.replace(STEP, id="verify", phase=Phase.VERIFY, args={"b": 1, "a": [1, 2]})),
    pins=(Pin("link", "web1", "current", "a1"), Pin("file", "web1", "env.php", "b2")),
    forecast={"seconds": 12},
    options={"full_upgrade": False},
)

# Another value for each field; a field that is new in the model must be added here, or the test is red.
OTHER: dict[str, Any] = {
    "kind": "rollback",
    "title": "another",
    "target": "staging",
    "source": "",
    "steps": PLAN.steps[:1],
    "pins": PLAN.pins[:1],
    "options": {"full_upgrade": True},
    "schema": 0,
}
OTHER_STEP: dict[str, Any] = {
    "id": "other",
    "phase": Phase.FINISH,
    "kind": StepKind.TASK,
    "title": "another",
    "action": "other",
    "hosts": ("web2",),
    "args": {"a": 1},
    "commands": ("true",),
    "window": True,
    "point_of_no_return": True,
    "undo": "back",
    "essential": True,
    "on_failure": "warn",
    "secrets": ("x",),
    "limit_s": 61.0,
}


def test_every_field_is_tried() -> None:
    assert set(OTHER) | {"forecast"} == set(Plan.__struct_fields__)
    assert set(OTHER_STEP) == set(Step.__struct_fields__)


@pytest.mark.parametrize("field", OTHER)
def test_the_digest_covers(field: str) -> None:
    assert digest(msgspec.structs.replace(PLAN, **{field: OTHER[field]})) != digest(PLAN)


@pytest.mark.parametrize("field", OTHER_STEP)
def test_the_digest_covers_of_a_step(field: str) -> None:
    step = msgspec.structs.replace(STEP, **{field: OTHER_STEP[field]})
    assert digest(msgspec.structs.replace(PLAN, steps=(step, *PLAN.steps[1:]))) != digest(PLAN)


def test_the_forecast_is_no_part_of_it() -> None:
    assert digest(msgspec.structs.replace(PLAN, forecast={"seconds": 99})) == digest(PLAN)


def test_the_order_of_pins_and_keys_says_nothing() -> None:
    pins = list(PLAN.pins)
    random.Random(1).shuffle(pins)
    step = msgspec.structs.replace(PLAN.steps[1], args={"a": [1, 2], "b": 1})
    other = msgspec.structs.replace(PLAN, pins=tuple(reversed(pins)), steps=(PLAN.steps[0], step))
    assert digest(other) == digest(PLAN)


def test_the_order_of_steps_says_something() -> None:
    assert digest(msgspec.structs.replace(PLAN, steps=PLAN.steps[::-1])) != digest(PLAN)


def test_a_plan_that_was_written_and_read_is_the_same() -> None:
    again = msgspec.json.decode(msgspec.json.encode(PLAN), type=Plan)
    assert again == PLAN
    assert digest(again) == digest(PLAN)
    assert len(digest(PLAN)) == 64
