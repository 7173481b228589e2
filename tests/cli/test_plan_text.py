"""A plan and a gate as lines: all that a person has to know before saying yes."""

from typing import Any

import msgspec

from core.cli.gate import gate_lines
from core.cli.plan_text import plan_lines
from core.console.artifact_reading import Between
from core.jobs import events
from core.jobs.fold import fold_all
from core.jobs.state import JobState
from core.model.plan import Phase, Plan, Step, StepKind
from core.pipeline.cut_over import cut_over_steps
from core.pipeline.promote import Predicted, gate_steps
from core.release.artifact import Info
from tests.pipeline.shop import IMPORT, OLD, RELEASE, WEB1, decided, environment, ids, switching
from tests.pipeline.test_plans import promoted

INFO = Info(
    id="a" * 64,
    commit="c" * 40,
    subject="Sell more",
    php="8.2.29",
    magento="2.4.7-p3",
    files=50123,
    bytes=1_100_000_000,
)
FOUND = Between(
    known=True,
    files_added=1200,
    files_changed=3,
    files_removed=4,
    schema=("a/db_schema.xml",),
    unseen=("a/etc/queue.xml",),
    settings=({"path": "web/secure/url", "scope": "default", "before": None, "after": "https://x"},),
    creates=("store French",),
    updates=("store British",),
    deletes=("store English",),
    codes=("outlet_en",),
)
ROWS: list[dict[str, Any]] = [
    {"id": step.id, "title": step.title, "window": step.window, "commands": list(step.commands)}
    for step in cut_over_steps(switching(environment()), decided(IMPORT))
]


def forecast(**changed: Any) -> dict[str, Any]:
    """Return a forecast as it is kept in a plan."""
    usual: dict[str, Any] = {
        "artifact": msgspec.to_builtins(INFO),
        "commits": [{"commit": "d" * 40, "author": "Bob", "subject": "Sell even more"}],
        "between": msgspec.to_builtins(FOUND),
        "predicted": msgspec.to_builtins(Predicted(window=True, reasons=("an import is needed",))),
        "cut_over": ROWS,
    }
    return {**usual, **changed}


def text(plan: Plan, *, brief: bool = False) -> str:
    """Return the plan as one text."""
    return "\n".join(plan_lines(plan, brief=brief))


def test_a_plan_tells_hosts_artifact_commits_settings_and_stores() -> None:
    told = text(promoted(forecast=forecast()))
    for host in environment().hosts:
        assert host.address in told
    for part in (
        "a" * 12, "c" * 12, "Sell more", "50,123 files", "1.1 GB", "8.2.29", "2.4.7-p3", "Sell even more", "Bob",
        "1,200 added, 3 changed, 4 removed", "web/secure/url", "https://x", "1 file of schema", "--full-upgrade",
        "store French", "store British", "an import is needed",
    ):  # fmt: skip
        assert part in told, part


def test_a_deletion_stands_out_and_tells_what_allows_it() -> None:
    (line,) = [line for line in plan_lines(promoted(forecast=forecast())) if "DELETED" in line]
    assert "store English" in line and "--allow-delete outlet_en" in line


def test_every_step_and_command_is_shown_open_or_closed() -> None:
    plan = promoted(forecast=forecast())
    lines = plan_lines(plan)
    for step in plan.steps:
        assert any(step.title in line for line in lines)
    for row in ROWS:
        (line,) = [line for line in lines if line.rstrip().endswith(row["title"])]
        assert line.split()[0] == ("closed" if row["window"] else "open")
        for command in row["commands"]:
            assert any(f"$ {command}" in line for line in lines)
    brief = text(plan, brief=True)
    assert plan.title in brief and "switch" not in brief


def test_no_window_is_said_plainly() -> None:
    plan = promoted(forecast=forecast(predicted=msgspec.to_builtins(Predicted(window=False))))
    assert "the shop stays open" in text(plan)


def test_what_magento_answered_goes_before_what_was_predicted() -> None:
    real = {
        "window": True,
        "reasons": ["the database has to be upgraded"],
        "import": {"deletes": ["store Real"]},
    }
    told = text(promoted(forecast=forecast(**real)))
    assert "will be DELETED: store Real" in told and "store French" not in told
    assert "the database has to be upgraded" in told and "an import is needed" not in told
    assert "stays open" in text(promoted(forecast=forecast(window=False, reasons=[])))


def test_a_first_deployment_compares_with_nothing() -> None:
    told = text(promoted(forecast=forecast(between=msgspec.to_builtins(Between(known=False)), commits=[])))
    assert "no live release" in told and "0 added" not in told


def test_a_forecast_of_the_window_never_promises_too_little() -> None:
    inside = [row["id"] for row in ROWS if row["window"]]
    all_known = text(promoted(forecast=forecast(durations=dict.fromkeys(inside, 10.0))))
    assert f"about {10 * len(inside) // 60}m" in all_known or f"about {10.0 * len(inside):.1f}s" in all_known
    without_database = {step: 1.0 for step in inside if step != "database"}
    assert f"at least {float(len(inside) - 1):.1f}s" in text(
        promoted(forecast=forecast(durations=without_database))
    )
    assert "earlier jobs" not in text(promoted(forecast=forecast()))
    measured = text(promoted(forecast=forecast(windows=[11.0, 15.0, 13.0])))
    assert "about 15.0s (last three: 11.0s, 15.0s, 13.0s)" in measured


def test_long_lists_are_cut_and_say_so() -> None:
    commits = [{"commit": f"{at:040x}", "author": "Bob", "subject": f"change {at}"} for at in range(200)]
    lines = plan_lines(promoted(forecast=forecast(commits=commits)), brief=True)
    assert len(lines) < 40 and any("and 188 more" in line for line in lines)
    assert any("commits" in line and "200" in line for line in lines)


def test_nothing_in_a_plan_paints_on_the_terminal() -> None:
    nasty = "\x1b[31mred\x07\u202e"
    row = {"path": nasty, "scope": nasty, "before": nasty, "after": nasty}
    found = msgspec.structs.replace(FOUND, settings=(row,), deletes=(nasty,), codes=(nasty,), creates=(nasty,))
    info = msgspec.structs.replace(INFO, subject=nasty, php=nasty, magento=nasty)
    plan = promoted(
        forecast=forecast(
            artifact=msgspec.to_builtins(info), between=msgspec.to_builtins(found),
            commits=[{"commit": nasty, "author": nasty, "subject": nasty}],
            predicted={"window": True, "reasons": [nasty]},
            cut_over=[{"id": nasty, "title": nasty, "window": True, "commands": [nasty]}],
        )
    )  # fmt: skip
    for line in plan_lines(msgspec.structs.replace(plan, title=nasty)):
        assert line.isprintable(), line


def at_gate(window: bool, **amended: Any) -> JobState:
    """Return a job that waits at its gate."""
    plan = promoted()
    decision = decided(IMPORT) if window else decided()
    steps = (
        *gate_steps(environment(), "promote", RELEASE, {WEB1.address: OLD}, waits=True),
        *cut_over_steps(switching(environment()), decision),
    )
    many: list[events.Event] = [events.JobStarted(job_id="j", plan=plan, digest="d", who="anna")]
    for step in ids(plan.steps):
        many += [events.StepStarted(step=step, attempt=1), events.StepFinished(step=step)]
    known = {"window": window, "reasons": list(decision.reasons), **amended}
    many += [
        events.Amended(step="decide", steps=steps, forecast=known),
        events.StepStarted(step="unlock-for-gate", attempt=1),
        events.StepFinished(step="unlock-for-gate"),
        events.StepStarted(step="gate", attempt=1),
        events.GateOpened(step="gate", digest="e"),
    ]
    return fold_all(many)


def test_the_gate_tells_every_step_that_an_approval_lets_run() -> None:
    state = at_gate(window=True)
    lines = gate_lines(state)
    for item in state.steps:
        found = [line for line in lines if line.strip().removeprefix("closed").strip() == item.step.title]
        if item.step.phase in (Phase.PREPARE,) or item.step.kind is StepKind.GATE:
            assert not found, item.step.id
        elif item.step.phase is not Phase.DECIDE:
            assert found, item.step.id
            assert ("closed" in found[0].split()[:1]) is item.step.window
    (closing,) = [line for line in lines if "closed to customers" in line]
    assert "web1.example.com, web2.example.com, admin.example.com" in closing and "imported" in closing


def test_the_gate_tells_what_an_import_will_do() -> None:
    warned = {
        "creates": ["store A"],
        "updates": ["store B"],
        "deletes": ["store C"],
        "others": ["mind the themes"],
    }
    told = "\n".join(gate_lines(at_gate(window=True, **{"import": warned})))
    for part in ("created: store A", "changed: store B", "DELETED: store C", "mind the themes"):
        assert part in told


def test_the_gate_says_that_the_shop_stays_open() -> None:
    told = gate_lines(at_gate(window=False))
    assert any("stays open" in line for line in told)
    assert not any(line.strip().startswith("closed") for line in told)
    stale = gate_lines(at_gate(window=False, reasons=["setup:db:status says 2 as before"]))
    assert any("stays open (setup:db:status says 2" in line for line in stale)


def test_the_gate_tells_how_one_comes_back() -> None:
    without = "\n".join(gate_lines(at_gate(window=False)))
    assert f"roll back to {OLD}" in without and "not the database" not in without
    database = "\n".join(gate_lines(at_gate(window=True)))
    assert (
        "app:config:import" in database and "nothing is undone" in database and "not the database" in database
    )
    assert f"from {OLD} to {RELEASE}, all of them or none" in database


def test_the_gate_paints_nothing() -> None:
    nasty = "\x1b[31mred\x07"
    lines = gate_lines(
        at_gate(window=True, reasons=[nasty], **{"import": {"deletes": [nasty], "others": [nasty]}})
    )
    assert sum("red" in line for line in lines) >= 3
    for line in lines:
        assert line.isprintable()


def test_without_a_job_there_is_nothing_to_tell() -> None:
    assert gate_lines(JobState()) == []


def test_a_roll_back_has_no_artifact_to_tell() -> None:
    step = Step(id="x", phase=Phase.PREPARE, kind=StepKind.PROBE, title="check", action="x", hosts=("web1",))
    plan = Plan(
        kind="rollback", title="roll back", target="production", steps=(step,), forecast={"release": OLD}
    )
    assert "web1" in text(plan) and "check" in text(plan)
