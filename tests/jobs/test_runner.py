"""What a job does with steps that succeed, fail, refuse, lie, and with the people who control it."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.errors import ConsoleError, Refused
from core.jobs import commands, events
from core.jobs.action import Action, Context, Outcome
from core.jobs.hosts import HostProvider
from core.jobs.journal import Journal
from core.jobs.links import Patience
from core.jobs.logs import Logs
from core.jobs.runner import Runner
from core.jobs.state import JobState, Status
from core.model.plan import Step, digest
from core.secret import Secret
from tests.support.toy import ACTIONS, Ensure, NoHosts, Task, counts, plan_of

QUICK = Patience(reconnect_s=0.2, pause_s=0.02, login_s=0.05, losses=5)


def runner_of(
    world: Path,
    *steps: dict[str, Any],
    hosts: HostProvider | None = None,
    actions: dict[str, Action] | None = None,
    **options: Any,
) -> Runner:
    """Return the runner of a plan of toy steps that has just begun."""
    plan = plan_of(world, *steps, **options)
    (world / "logs").mkdir()
    journal = Journal(world / "journal")
    journal.open()
    runner = Runner(
        journal=journal,
        actions=actions or ACTIONS,
        hosts=hosts or NoHosts(),
        logs=Logs(world / "logs", [Secret("canary-secret-value")]),
        patience=QUICK,
    )
    started = events.JobStarted(job_id="j1", plan=plan, digest=digest(plan), who="anna")
    runner.tell(started, durable=True)
    return runner


class Lock(Ensure):
    """A lock that another one may hold by the second time."""

    async def run(self, ctx: Context, step: Step) -> Outcome:
        """Take it, unless the step says that it is another's by now."""
        if step.args.get("refuse_again") and counts(Path(step.args["world"])).get("lock"):
            raise Refused("locked", "it says no")
        return await super().run(ctx, step)


async def until(runner: Runner, ready: Callable[[JobState], bool]) -> None:
    """Wait until the state is as it should be."""
    async with asyncio.timeout(20):
        while not ready(runner.state):  # noqa: ASYNC110 - the runner has nothing to be told by
            await asyncio.sleep(0.005)


def statuses(state: JobState) -> dict[str, str]:
    """Return what became of each step."""
    return {item.step.id: str(item.status) for item in state.steps}


def written(world: Path) -> list[events.Event]:
    """Return the events on disk."""
    return list(Journal(world / "journal").read())


async def test_all_kinds_run_in_order_and_the_job_is_done(world: Path) -> None:
    runner = runner_of(
        world,
        {"id": "look", "kind": "probe"},
        {"id": "close", "kind": "ensure"},
        {"id": "send", "kind": "stream"},
        {"id": "upgrade", "kind": "task"},
    )
    state = await runner.run()
    assert (state.outcome, state.exit_code) == ("done", 0)
    assert set(statuses(state).values()) == {"done"}
    assert {path.name for path in (world / "made").iterdir()} == {"close", "send", "upgrade"}
    finished = [e.step for e in written(world) if isinstance(e, events.StepFinished)]
    assert finished == ["look", "close", "send", "upgrade"]


class Witness(Task):
    """Looks into the journal before it acts."""

    async def run(self, ctx: Context, step: Step) -> Outcome:
        """Its own intent must be there."""
        told = [event for event in written(Path(step.args["world"])) if isinstance(event, events.Intent)]
        assert [event.task for event in told] == [ctx.task]
        return await super().run(ctx, step)

    async def undo(self, ctx: Context, step: Step) -> Outcome:
        """The start of its undo must be there."""
        last = written(Path(step.args["world"]))[-1]
        assert isinstance(last, events.UndoStarted)
        assert last.task == ctx.task
        return await super().undo(ctx, step)


async def test_intents_of_doing_and_undoing_are_written_before_the_action_runs(world: Path) -> None:
    runner = runner_of(
        world,
        {"id": "look", "kind": "probe"},
        {"id": "upgrade", "kind": "task"},
        {"id": "no", "kind": "probe", "fail": True},
        actions={**ACTIONS, "task": Witness()},
    )
    state = await runner.run()
    assert statuses(state) == {"look": "done", "upgrade": "undone", "no": "failed"}


async def test_ensure_leaves_alone_what_is_so_already_and_does_not_undo_it(world: Path) -> None:
    runner = runner_of(world, {"id": "close", "kind": "ensure"}, {"id": "no", "kind": "probe", "fail": True})
    (world / "made" / "close").write_text("before us")
    state = await runner.run()
    assert (world / "made" / "close").read_text() == "before us"
    assert statuses(state) == {"close": "done", "no": "failed"}


@pytest.mark.parametrize(
    ("how", "code"), [({"lies": True}, "not-as-ensured"), ({"unseen": True}, "look-unknown")]
)
async def test_ensure_believes_only_what_it_sees(world: Path, how: dict[str, bool], code: str) -> None:
    state = await runner_of(world, {"id": "close", "kind": "ensure", **how}).run()
    failure = state.steps[0].failure
    assert failure is not None
    assert (failure.code, state.outcome, state.exit_code) == (code, "failed", 1)


@pytest.mark.parametrize(("how", "exit_code"), [("fail", 1), ("refuse", 3)])
async def test_a_failure_undoes_all_that_acted_in_reverse(world: Path, how: str, exit_code: int) -> None:
    runner = runner_of(
        world,
        {"id": "close", "kind": "ensure"},
        {"id": "send", "kind": "stream"},
        {"id": "no", "kind": "probe", how: True},
        {"id": "never", "kind": "task"},
    )
    state = await runner.run()
    assert (state.outcome, state.exit_code) == ("failed", exit_code)
    undone = [e.step for e in written(world) if isinstance(e, events.UndoStarted)]
    assert undone == ["send", "close"]
    assert list((world / "made").iterdir()) == []
    assert statuses(state)["never"] == "waiting"


async def test_a_failed_step_is_undone_too_because_it_may_have_acted_in_part(world: Path) -> None:
    state = await runner_of(world, {"id": "compile", "kind": "task", "exit": 2}).run()
    assert statuses(state) == {"compile": "undone"}
    assert list((world / "made").iterdir()) == []


async def test_all_is_undone_though_one_undo_fails_and_that_is_named(world: Path) -> None:
    runner = runner_of(
        world,
        {"id": "close", "kind": "ensure"},
        {"id": "compile", "kind": "task", "undo_fails": True},
        {"id": "no", "kind": "probe", "fail": True},
    )
    state = await runner.run()
    assert statuses(state) == {"close": "undone", "compile": "not undone", "no": "failed"}
    assert (state.outcome, state.exit_code) == ("stopped", 5)
    assert '"the step compile"' in state.what


@pytest.mark.parametrize(("how", "exit_code"), [("fail", 1), ("refuse", 1)])
async def test_a_step_of_the_shops_own_without_undo_is_named_and_is_no_refusal(
    world: Path, how: str, exit_code: int
) -> None:
    runner = runner_of(
        world,
        {"id": "warm", "kind": "task", "action": "custom", "undo": ""},
        {"id": "close", "kind": "ensure"},
        {"id": "no", "kind": "probe", how: True},
        actions={**ACTIONS, "custom": Task()},
    )
    state = await runner.run()
    assert (state.outcome, state.exit_code) == ("failed", exit_code)
    assert 'Not undone, for it has no `undo`: "the step warm".' in state.what
    assert statuses(state) == {"warm": "done", "close": "undone", "no": "failed"}


async def test_past_the_point_of_no_return_a_failure_stops_and_undoes_nothing(world: Path) -> None:
    runner = runner_of(
        world,
        {"id": "close", "kind": "ensure"},
        {"id": "upgrade", "kind": "task", "point_of_no_return": True},
        {"id": "no", "kind": "probe", "fail": True},
    )
    state = await runner.run()
    assert (state.outcome, state.exit_code, state.choices) == ("stopped", 5, ("retry", "skip"))
    assert {path.name for path in (world / "made").iterdir()} == {"close", "upgrade"}
    assert "the step upgrade" in state.what


async def test_a_failure_that_only_warns_lets_the_job_go_on(world: Path) -> None:
    runner = runner_of(
        world,
        {"id": "clean", "kind": "probe", "fail": True, "on_failure": "warn"},
        {"id": "close", "kind": "ensure"},
    )
    state = await runner.run()
    assert (state.outcome, state.warnings) == ("done", (("clean", "it fails"),))


async def test_an_amendment_takes_the_place_of_what_has_not_run(world: Path) -> None:
    new = [{"id": "close", "kind": "ensure"}]
    runner = runner_of(world, {"id": "ask", "kind": "probe", "amend": new}, {"id": "predicted", "kind": "task"})
    assert runner.state.plan is not None
    before = digest(runner.state.plan)
    state = await runner.run()
    assert statuses(state) == {"ask": "done", "close": "done"}
    assert state.plan is not None
    assert digest(state.plan) != before
    assert state.digest == before


async def test_a_gate_opens_only_for_the_plan_that_was_shown(world: Path) -> None:
    runner = runner_of(world, {"id": "gate", "kind": "gate"}, {"id": "close", "kind": "ensure"})
    running = asyncio.create_task(runner.run())
    await until(runner, lambda state: state.waiting_for == "gate")
    assert state_of(runner).gate is not None
    with pytest.raises(ConsoleError) as told:
        runner.command(commands.Approve(digest="0" * 64), "anna")
    assert told.value.code == "other-plan"
    with pytest.raises(ConsoleError):
        runner.command(commands.Approve(digest=""), "anna")
    gate = state_of(runner).gate
    assert gate is not None
    runner.command(commands.Approve(digest=gate.digest), "anna")
    state = await running
    assert state.outcome == "done"
    answers = [e for e in written(world) if isinstance(e, events.GateAnswered)]
    assert [(e.who, e.answer, e.digest) for e in answers] == [("anna", "approved", gate.digest)]


def state_of(runner: Runner) -> JobState:
    """Return the state, without what the type checker remembers of it."""
    return runner.state


async def test_a_refused_gate_undoes_with_exit_code_3(world: Path) -> None:
    runner = runner_of(world, {"id": "close", "kind": "ensure"}, {"id": "gate", "kind": "gate"})
    running = asyncio.create_task(runner.run())
    await until(runner, lambda state: state.waiting_for == "gate")
    runner.command(commands.Refuse(reason="not today"), "bert")
    state = await running
    assert (state.outcome, state.exit_code, statuses(state)["close"]) == ("failed", 3, "undone")
    assert "not today" in state.what


async def test_cancelling_stops_the_running_task_and_undoes(world: Path) -> None:
    runner = runner_of(world, {"id": "close", "kind": "ensure"}, {"id": "long", "kind": "task", "lines": 5000})
    running = asyncio.create_task(runner.run())
    await until(runner, lambda state: counts(world).get("long") == 1)
    runner.command(commands.Cancel(), "anna")
    state = await running
    assert (state.outcome, state.exit_code) == ("cancelled", 4)
    assert statuses(state) == {"close": "undone", "long": "undone"}
    assert list((world / "made").iterdir()) == []


async def test_cancelling_past_the_point_of_no_return_is_refused_unless_forced(world: Path) -> None:
    upgrade = {"id": "upgrade", "kind": "task", "point_of_no_return": True, "lines": 5000}
    runner = runner_of(world, {"id": "close", "kind": "ensure"}, upgrade)
    running = asyncio.create_task(runner.run())
    await until(runner, lambda state: counts(world).get("upgrade") == 1)
    with pytest.raises(ConsoleError) as told:
        runner.command(commands.Cancel(), "anna")
    assert told.value.code == "past-the-point-of-no-return"
    runner.command(commands.Cancel(force=True), "anna")
    state = await running
    assert (state.outcome, state.exit_code, statuses(state)["close"]) == ("stopped", 5, "done")


async def test_a_paused_job_takes_one_step_at_a_time(world: Path) -> None:
    steps = [{"id": name, "kind": "probe"} for name in ("one", "two", "three")]
    runner = runner_of(world, *steps, step=True)
    running = asyncio.create_task(runner.run())
    await until(runner, lambda state: state.waiting_for == "pause")
    assert set(statuses(runner.state).values()) == {"waiting"}
    runner.command(commands.Next(), "anna")
    await until(runner, lambda state: state.step("one").status is Status.DONE)  # type: ignore[union-attr] # the step is there
    await asyncio.sleep(0.05)
    assert runner.state.waiting_for == "pause"
    assert statuses(runner.state)["two"] == "waiting"
    runner.command(commands.Continue(), "anna")
    assert (await running).outcome == "done"


async def test_a_person_retries_and_skips_with_a_reason_where_that_is_safe(world: Path) -> None:
    runner = runner_of(
        world,
        {"id": "soft", "kind": "probe", "fail": True},
        {"id": "verify", "kind": "probe", "phase": "verify", "needs": "made/healthy"},
        on_failure="ask",
    )
    running = asyncio.create_task(runner.run())
    await until(runner, lambda state: state.choosing == "soft")
    assert runner.state.choices == ("retry", "skip", "undo")
    with pytest.raises(ConsoleError) as told:
        runner.command(commands.Skip(reason=" "), "anna")
    assert told.value.code == "no-reason"
    runner.command(commands.Skip(reason="known"), "anna")
    await until(runner, lambda state: state.choosing == "verify")
    with pytest.raises(ConsoleError) as told:
        runner.command(commands.Skip(reason="in a hurry"), "anna")
    assert told.value.code == "not-skippable"
    (world / "made" / "healthy").touch()
    runner.command(commands.Retry(), "anna")
    state = await running
    assert state.outcome == "done"
    soft = state.step("soft")
    assert soft is not None
    assert (soft.status, soft.reason, soft.who) == (Status.SKIPPED, "known", "anna")
    assert counts(world)["verify"] == 2


async def test_a_retried_task_is_another_task(world: Path) -> None:
    runner = runner_of(world, {"id": "compile", "kind": "task", "exit": 1, "lines": 2}, on_failure="ask")
    running = asyncio.create_task(runner.run())
    await until(runner, lambda state: state.choosing == "compile")
    runner.command(commands.Retry(), "anna")
    await until(runner, lambda state: counts(world)["compile"] == 2 and state.choosing == "compile")
    runner.command(commands.Back(), "anna")
    assert (await running).exit_code == 1
    assert len({e.task for e in written(world) if isinstance(e, events.Intent)}) == 2


async def test_a_bug_in_an_action_fails_its_step_without_telling_secrets(
    world: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    runner = runner_of(world, {"id": "close", "kind": "ensure"}, {"id": "bug", "kind": "probe", "raise": True})
    state = await runner.run()
    assert statuses(state) == {"close": "undone", "bug": "failed"}
    failure = state.steps[1].failure
    assert failure is not None
    assert failure.code == "internal-error"
    told = capfd.readouterr().err + (world / "journal").read_text()
    assert "ValueError" in told
    assert "canary-secret-value" not in told


async def test_a_host_that_was_never_there_is_not_waited_for(world: Path) -> None:
    runner = runner_of(world, {"id": "look", "kind": "probe", "hosts": ("web1",)})
    async with asyncio.timeout(5):
        state = await runner.run()
    failure = state.steps[0].failure
    assert failure is not None
    assert (failure.code, state.outcome) == ("no-link", "failed")


@pytest.mark.parametrize("how", ["", "refuse"])
async def test_a_job_that_is_given_up_takes_the_lock_again_before_it_puts_anything_back(
    world: Path, how: str
) -> None:
    lock = {"id": "lock", "kind": "ensure", "action": "lock"}
    runner = runner_of(
        world,
        {**lock, **({"refuse_again": True} if how else {})},
        {"id": "close", "kind": "ensure"},
        {"id": "upgrade", "kind": "task", "point_of_no_return": True, "exit": 1},
        actions={**ACTIONS, "lock": Lock()},
    )
    assert (await runner.run()).outcome == "stopped"
    (world / "made/lock").unlink()  # as `lock release` does
    runner.tell(events.Resumed(who="anna", choice="abandon"))
    given_up = events.TurnedBack(because="abandoned", exit_code=4, what="Given up", only=("lock", "close"))
    runner.tell(given_up)
    state = await runner.run()
    if how:
        assert (state.outcome, statuses(state)["close"]) == ("stopped", "done")
        assert "Nothing was put back: the step lock: it says no" in state.what
        return
    assert (state.outcome, state.exit_code) == ("abandoned", 4)
    assert statuses(state) == {"lock": "undone", "close": "undone", "upgrade": "waiting"}
    assert counts(world) == {"lock": 2, "close": 1, "upgrade": 1}
