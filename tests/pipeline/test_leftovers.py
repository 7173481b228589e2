"""What a job that stopped leaves, and what giving it up puts back: by its events, and by what the hosts say."""

from typing import Any

import pytest

from core.jobs import events
from core.jobs.events import Event
from core.jobs.fold import fold_all
from core.jobs.state import JobState
from core.model.plan import Phase, Plan, Step, StepKind, digest
from core.pipeline.leftovers import Facts, judged, judged_settings, leftovers

SAME = Facts(releases={"web1": "2-b", "web2": "2-b"}, fits=True)
MIXED = Facts(releases={"web1": "2-b", "web2": "1-a"}, fits=None)


def _step(step_id: str, action: str = "", **more: object) -> Step:
    return Step(
        id=step_id, phase=Phase.CUT_OVER, kind=StepKind.ENSURE, title=f"the {step_id}", action=action or step_id,
        undo="it is taken back", **more,  # type: ignore[arg-type] # a bool or a text
    )  # fmt: skip


STEPS = (
    _step("lock"),
    _step("pause-cron"),
    _step("close"),
    _step("database", point_of_no_return=True),
    _step("new-settings"),
    _step("health"),
    *map(_step, ("compute", "write", "settled")),
)
NOTED: dict[str, dict[str, Any]] = {
    "pause-cron": {"paused": {"me@web1:22": {}}},
    "close": {"sets": {"me@web1:22": ["1-a"]}},
}


def _came(*ran: str, failed: str = "", kind: str = "promote") -> JobState:
    plan = Plan(kind=kind, title="a toy", target="production", steps=STEPS)
    told: list[Event] = [events.JobStarted(job_id="j", plan=plan, digest=digest(plan), who="anna")]
    for step in (*ran, *([failed] if failed else [])):
        told += [
            events.StepStarted(step=step, attempt=1),
            events.Intent(step=step, attempt=1, task="t"),
            events.FactsNoted(step=step, facts=NOTED.get(step, {})),
        ]
        if step != failed:
            told.append(events.StepFinished(step=step))
    if failed:
        told.append(events.StepFailed(step=failed, failure=events.Failure(code="c", what="It failed.")))
    return fold_all(told)


def test_a_job_that_did_nothing_leaves_nothing() -> None:
    assert leftovers(_came()) == ()


@pytest.mark.parametrize(
    ("state", "facts", "steps", "why"),
    [
        (_came("lock", "pause-cron", "close"), SAME, ("pause-cron", "close", "lock"), ""),
        (_came("lock", "pause-cron", "close", "database", failed="health"), SAME, ("pause-cron", "close", "lock"), ""),
        (_came("lock", "pause-cron", "close", failed="database"), SAME, ("lock",), "did not end well"),
        (_came("lock", "pause-cron", "close"), MIXED, ("lock",), "do not all run the same"),
        (_came("lock", "pause-cron"), Facts(), ("lock",), "no host could be asked"),
        (
            _came("lock", "pause-cron", "close", "database"),
            Facts(releases=SAME.releases, fits=False),
            ("lock",),
            "does not fit the database",
        ),
    ],
)  # fmt: skip
def test_only_what_is_safe_is_put_back(state: JobState, facts: Facts, steps: tuple[str, ...], why: str) -> None:
    found = judged(state, facts)
    assert found.steps == steps
    assert why in found.why and bool(why) == bool(found.why)
    assert judged(state, facts, anyway=True).steps[-1] == "lock"
    assert not judged(state, facts, anyway=True).why


def test_what_stays_names_hosts_and_what_to_do() -> None:
    found = judged(_came("lock", "pause-cron", "close", failed="database"), SAME)
    assert [item.what for item in found.left] == [
        "cron and consumers are paused on web1",
        "the shop is closed (maintenance flags on web1)",
        'the database step "the database" had begun, and did not end well',
    ]
    assert "mageconsole maintenance production off" in found.left[1].remedy


def test_a_change_of_settings_names_what_it_has_not_taken_back() -> None:
    told = [item.what for item in leftovers(_came("lock", failed="write", kind="settings"))]
    assert told == ['"the write" had begun', "the lock is held"]


@pytest.mark.parametrize(
    ("state", "opens"),
    [
        (_came("lock", "close", kind="settings"), True),
        (_came("lock", "close", failed="compute", kind="settings"), False),
        (_came("lock", "close", "compute", failed="write", kind="settings"), False),
        (_came("lock", "close", "compute", "write", failed="settled", kind="settings"), False),
        (_came("lock", "close", "compute", "write", "settled", kind="settings"), True),
    ],
    ids=["nothing set", "half computed", "half written", "not agreed", "whole"],
)
def test_a_shop_closed_for_settings_is_opened_only_where_files_and_database_fit(
    state: JobState, opens: bool
) -> None:
    found = judged_settings(state)
    assert found.steps == (("close", "lock") if opens else ("lock",))
    assert ("each page would answer 500" in found.why) is not opens
    assert [item.step for item in found.left if item.step] == ([] if opens else ["close"])
    assert judged_settings(state, anyway=True).steps == ("close", "lock")


@pytest.mark.parametrize(
    ("noted", "told"),
    [
        ({"set": True, "failed": None}, "has run: env.php of all hosts has it"),
        ({"task": "t"}, "had begun, and nobody knows how far"),
        ({"task": "t", "failed": {"code": "c", "what": "No."}}, "had begun, and nobody knows how far"),
        ({"task": "t", "failed": {"code": "c", "what": "No."}, "taken_back": True}, ""),
    ],
)
def test_settings_that_were_set_from_the_new_release_are_told(
    monkeypatch: pytest.MonkeyPatch, noted: dict[str, Any], told: str
) -> None:
    monkeypatch.setitem(NOTED, "new-settings", noted)
    state = _came("lock", "database", failed="new-settings")
    found = [item.what for item in leftovers(state) if "new-settings" in item.what]
    assert found == ([f'"the new-settings" {told}'] if told else [])
