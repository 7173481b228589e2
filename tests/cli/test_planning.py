"""Which release a roll back leads to, which options approve, and how long steps took before."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from core.console.console import APPROVALS, Console, plan_digest
from core.console.durations import earlier
from core.console.planning import _instead, _older
from core.environments.model import Project
from core.errors import Refused
from core.jobs import events
from core.jobs.journal import Journal
from core.jobs.store import Store
from core.model.plan import Phase, Pin, Plan, Step, StepKind
from core.release.artifact import Info
from core.release.inventory import Inventory, Release, ReleaseInfo
from core.release.occupant import Kind, Occupant
from tests.pipeline.shop import environment


def release(number: int, since: float | None = None, **changed: Any) -> Release:
    """Return a whole release; its artifact is named after its number."""
    info = ReleaseInfo(artifact=Info(id=f"{number:064x}", commit=f"{number:040x}"))
    usual: dict[str, Any] = {
        "name": f"{number}-{number:012x}",
        "complete": True,
        "live_since": since,
        "verified_at": since,
        "info": info,
    }
    return Release(**{**usual, **changed})


def hosts(*found: tuple[Release, ...]) -> dict[str, Inventory]:
    """Return the inventories of web1, web2, ..."""
    return {
        f"web{at}": Inventory(address=f"web{at}", occupant=Occupant(Kind.OURS), releases=releases)
        for at, releases in enumerate(found, 1)
    }


A, B, LIVE = release(1, 10.0), release(2, 20.0), release(3, 30.0, live=True)


def test_the_way_back_leads_to_what_was_live_before() -> None:
    there = hosts((A, B, LIVE), (A, B, LIVE))
    assert _older(environment(), there, "") == (B.name, B.artifact_id)
    assert _older(environment(), there, A.name) == (A.name, A.artifact_id)


def test_what_did_not_pass_its_verification_is_gone_back_to_by_name_only() -> None:
    failed = release(2, 20.0, verified_at=None)
    there = hosts((A, failed, LIVE), (A, B, LIVE))
    with pytest.raises(Refused) as error:
        _older(environment(), there, "")
    assert error.value.code == "previous-unverified" and "--to" in error.value.remedy
    assert _older(environment(), there, failed.name)[0] == failed.name


@pytest.mark.parametrize(
    "there",
    [
        hosts((LIVE,)),
        hosts((release(1, None), LIVE)),
        hosts((release(1, 10.0, complete=False), LIVE)),
        hosts((A, B, LIVE), (A, LIVE)),
        hosts((A, LIVE), (LIVE,)),
        {},
    ],
)
def test_hosts_that_disagree_about_the_way_back_are_told(there: dict[str, Inventory]) -> None:
    with pytest.raises(Refused) as error:
        _older(environment(), there, "")
    assert error.value.code == "no-previous" and "--to" in error.value.remedy


@pytest.mark.parametrize("second", [(LIVE,), (release(1, 10.0, complete=False), LIVE)])
def test_a_release_that_is_not_whole_everywhere_is_no_way_back(second: tuple[Release, ...]) -> None:
    with pytest.raises(Refused) as error:
        _older(environment(), hosts((A, LIVE), second), A.name)
    assert error.value.code == "no-release"
    assert "web2" in error.value.what and "web1" not in error.value.what


def test_what_staging_has_instead_of_a_verified_artifact() -> None:
    assert B.name in _instead([A, B], LIVE)
    assert LIVE.name in _instead([], LIVE)
    assert "nothing" in _instead([], None)


STEP = Step(
    id="switch", phase=Phase.CUT_OVER, kind=StepKind.ENSURE, title="switch", action="switch", hosts=("web1",)
)
PLAN = Plan(
    kind="promote", title="promote", target="production", steps=(STEP,), pins=(Pin("file", "web1", "x", "1"),)
)


def with_options(**options: Any) -> Plan:
    """Return the plan with these options."""
    return msgspec.structs.replace(PLAN, options=options)


def test_how_a_plan_is_approved_is_no_part_of_its_digest() -> None:
    shown = with_options(full_upgrade=True)
    for key in APPROVALS:
        assert plan_digest(with_options(full_upgrade=True, **{key: "x"})) == plan_digest(shown)
    assert set(APPROVALS) == {"yes", "approved", "confirm", "stay"}


@pytest.mark.parametrize(
    "option",
    [{"full_upgrade": True}, {"allow_delete": ["fr"]}, {"hotfix": "urgent"}, {"drop": ["x"]}, {"anyway": True}],
)
def test_what_changes_the_plan_changes_its_digest(option: dict[str, Any]) -> None:
    assert plan_digest(with_options(**option)) != plan_digest(with_options())


def test_the_forecast_is_no_part_of_the_digest_and_all_else_is() -> None:
    assert plan_digest(msgspec.structs.replace(PLAN, forecast={"x": 1})) == plan_digest(PLAN)
    for changed in ({"steps": ()}, {"pins": ()}, {"target": "staging"}, {"kind": "rollback"}, {"title": "x"}):
        assert plan_digest(msgspec.structs.replace(PLAN, **changed)) != plan_digest(PLAN)


def console(state: Path) -> Console:
    """Return a console whose state lies in a directory."""
    return Console(Project(name="Acme", file="/x", digest="d", environments={}, state_dir=str(state)))


def test_the_plan_that_was_shown_is_the_one_that_may_run(tmp_path: Path) -> None:
    door = console(tmp_path)
    name = door.save(PLAN)
    for approved in (name, name[:12], name[:8]):
        door.refuse_other(with_options(yes=True, approved=approved), approved)


def test_a_plan_whose_ground_moved_is_refused_and_says_what_moved(tmp_path: Path) -> None:
    door = console(tmp_path)
    name = door.save(PLAN)
    moved = msgspec.structs.replace(PLAN, pins=(Pin("file", "web1", "x", "2"),))
    with pytest.raises(Refused) as error:
        door.refuse_other(moved, name[:12])
    assert error.value.code == "plan-stale" and "x on web1" in error.value.what
    with pytest.raises(Refused) as error:
        door.refuse_other(with_options(full_upgrade=True), name[:12])
    assert "options" in error.value.what


@pytest.mark.parametrize(
    "approved", ["/etc/passwd", "../../../x", "**/*aaaaaaaa", "not-shown-here", "\x1b[31maaaaaaaa"]
)
def test_anything_else_approves_nothing(tmp_path: Path, approved: str) -> None:
    door = console(tmp_path)
    door.save(PLAN)
    with pytest.raises(Refused) as error:
        door.refuse_other(PLAN, approved)
    assert error.value.code == "plan-stale" and error.value.what.isprintable()


def test_a_few_characters_name_no_plan(tmp_path: Path) -> None:
    door = console(tmp_path)
    name = door.save(PLAN)
    with pytest.raises(Refused) as error:
        door.refuse_other(PLAN, name[:7])
    assert error.value.code == "digest-short"


def test_plans_of_a_shared_state_directory_belong_to_its_group(tmp_path: Path) -> None:
    name = console(tmp_path).save(PLAN)
    kept = tmp_path / "plans" / f"{name}.json"
    assert kept.parent.stat().st_mode & 0o7777 == 0o2770
    assert kept.stat().st_mode & 0o777 == 0o660


def test_plans_of_a_private_state_directory_are_their_owners_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    door = Console(Project(name="Acme", file="/x", digest="d", environments={}))
    name = door.save(PLAN)
    (kept,) = tmp_path.rglob(f"{name}.json")
    assert kept.parent.stat().st_mode & 0o7777 == 0o700
    assert kept.stat().st_mode & 0o777 == 0o600


def ran(
    store: Store,
    seconds: float,
    *,
    outcome: Any = "done",
    target: str = "production",
    kind: str = "promote",
    closed: float | None = None,
) -> None:
    """Leave a job behind in which the step took so long."""
    opening = msgspec.structs.replace(PLAN.steps[0], id="open")
    plan = msgspec.structs.replace(PLAN, target=target, kind=kind, steps=(*PLAN.steps, opening))
    job = store.create(plan, b"")
    now = 1000.0

    def clock() -> float:
        return now

    journal = Journal(job.journal, clock=clock)
    journal.open()
    journal.append(events.JobStarted(job_id=job.id, plan=plan, digest="d", who="anna"))
    journal.append(events.StepStarted(step="switch", attempt=1))
    now += seconds
    journal.append(events.StepFinished(step="switch"))
    if closed is not None:
        journal.append(events.StepFinished(step="open", facts={"closed_s": closed}))
    journal.append(events.JobEnded(outcome=outcome, exit_code=0))
    journal.close()


def test_steps_are_forecast_by_the_jobs_that_were_done_there(tmp_path: Path) -> None:
    store = Store(str(tmp_path))
    for took in (4.0, 90.0, 5.0):
        ran(store, took)
    assert earlier(store, "promote", "production")["durations"] == {"switch": 5.0}


def test_other_jobs_say_nothing(tmp_path: Path) -> None:
    store = Store(str(tmp_path))
    assert earlier(store, "promote", "production")["durations"] == {}
    ran(store, 1.0, target="staging")
    ran(store, 2.0, kind="rollback")
    ran(store, 3.0, outcome="failed")
    (store.create(PLAN, b"").journal).write_bytes(b"no journal at all\n{}\n")
    assert earlier(store, "promote", "production")["durations"] == {}
    ran(store, 7.0)
    assert earlier(store, "promote", "production")["durations"] == {"switch": 7.0}


def test_the_last_windows_are_told_as_they_were_measured(tmp_path: Path) -> None:
    store = Store(str(tmp_path))
    ran(store, 1.0)
    ran(store, 1.0, closed=14.04)
    assert earlier(store, "promote", "production")["windows"] == [14.0]


def test_the_forecast_is_added_without_changing_the_digest(tmp_path: Path) -> None:
    door = console(tmp_path)
    ran(door.store, 7.0)
    plan = door.forecast_durations(PLAN)
    assert plan.forecast["durations"] == {"switch": 7.0}
    assert plan_digest(plan) == plan_digest(PLAN)
