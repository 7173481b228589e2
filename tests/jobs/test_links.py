"""Connections that break and logins that are refused while a job runs."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from core.actions.running import expect
from core.errors import ConsoleError
from core.jobs import commands, events
from core.jobs.action import Action, Context, Outcome
from core.jobs.hosts import HostProvider, LoginNeeded
from core.jobs.journal import Journal
from core.jobs.logs import Logs
from core.jobs.runner import Runner
from core.jobs.state import Status, asked_again
from core.model.plan import Step
from core.ssh.host import As, Host, LinkLost, Result
from tests.jobs.test_runner import QUICK, runner_of, statuses, until, written
from tests.support.local_host import LocalHost
from tests.support.toy import ACTIONS, Ensure, Probe, Task, counts

WEB1 = "deploy@web1.example.com"


class Wire(LocalHost):
    """This machine as a host whose connection can be down."""

    def __init__(self, down: Callable[[], bool]) -> None:
        super().__init__(WEB1)
        self._down = down

    async def sh(
        self, script: str, payload: bytes = b"", *, limit_s: float = 60.0, user: As = "owner"
    ) -> Result:
        """Run a script while the connection holds."""
        if self._down():
            raise LinkLost("link-lost", "The connection was closed.", where=WEB1)
        return await super().sh(script, payload, limit_s=limit_s, user=user)


class Net(HostProvider):
    """One host, whose line and login can be taken away."""

    def __init__(self) -> None:
        self.down = False
        self.refuses = False
        self.tries = 0

    async def get(self, address: str) -> Host:
        """Connect as things are."""
        self.tries += 1
        if self.down:
            raise LinkLost("link-lost", "No route to host.", where=address)
        if self.refuses:
            raise LoginNeeded("login-refused", "The host refuses the login.", where=address)
        return Wire(lambda: self.down)

    def attach(self, agent: str) -> None:
        """Take the right agent."""
        self.refuses = agent != "/run/agent"

    async def close(self) -> None:
        """Do nothing."""


class FarTask(Task):
    """A task that asks its host each time it looks, as a remote one would."""

    async def run(self, ctx: Context, step: Step) -> Outcome:
        """Run as a task, and ask the host before and after."""
        await ctx.host(WEB1).sh("true")
        self._start(ctx.task, step)
        for _ in range(30):
            await ctx.host(WEB1).sh("true")
            await asyncio.sleep(0.01)
        return await super().run(ctx, step)


class FarEnsure(Ensure):
    """An undo that needs its host."""

    async def undo(self, ctx: Context, step: Step) -> Outcome:
        """Ask the host first."""
        await ctx.host(WEB1).sh("true")
        return await super().undo(ctx, step)


ACTING: dict[str, Action] = {**ACTIONS, "task": FarTask(), "ensure": FarEnsure()}
UPGRADE = {"id": "upgrade", "kind": "task", "point_of_no_return": True, "hosts": (WEB1,)}


async def _running(net: Net, world: Path, *steps: dict[str, object]) -> tuple[Runner, "asyncio.Task[object]"]:
    runner = runner_of(world, *steps, hosts=net, actions=ACTING)
    return runner, asyncio.create_task(runner.run())


class Slow(Task):
    """A task whose host takes longer for a small script than it may."""

    async def run(self, ctx: Context, step: Step) -> Outcome:
        """Begin, then ask what is never answered in time."""
        self._start(ctx.task, step)
        result = await ctx.host(WEB1).sh("sleep 20", limit_s=0.2)
        expect(result, "toy-failed", "Asking the time", where=WEB1)
        return Outcome()


async def test_a_limit_that_ran_out_is_told_as_that_and_not_tried_again(world: Path) -> None:
    net = Net()
    runner = runner_of(world, {"id": "ask", "kind": "task"}, hosts=net, actions={"task": Slow()})
    state = await runner.run()
    failed = [event for event in written(world) if isinstance(event, events.StepFailed)]
    assert [event.failure.code for event in failed] == ["no-answer-in-time"]
    assert "Asking the time: it did not answer within 0.2 s" in failed[0].failure.what
    assert failed[0].unknown
    assert (net.tries, state.lost) == (1, ())
    assert "the step ask: " in state.what


async def test_a_cut_connection_is_found_again_and_the_task_joined(world: Path) -> None:
    net = Net()
    runner, running = await _running(net, world, UPGRADE)
    await until(runner, lambda state: counts(world).get("upgrade") == 1)
    net.down = True
    await until(runner, lambda state: state.lost == (WEB1,))
    net.down = False
    await running
    assert (runner.state.outcome, runner.state.lost, counts(world)) == ("done", (), {"upgrade": 1})
    told = [type(event).__name__ for event in written(world)]
    assert told.count("LinkLost") == told.count("LinkBack") == told.count("LoggedIn") == 1
    assert told.count("Intent") == 1


async def test_a_host_that_stays_away_stops_the_job_and_a_retry_joins(world: Path) -> None:
    net = Net()
    runner, running = await _running(net, world, UPGRADE)
    await until(runner, lambda state: counts(world).get("upgrade") == 1)
    net.down = True
    await running
    step = runner.state.steps[0]
    assert (runner.state.outcome, step.unknown, step.failure and step.failure.code) == (
        "stopped",
        True,
        "host-unreachable",
    )
    net.down = False
    journal = Journal(world / "journal")
    journal.open()
    again = Runner(journal=journal, actions=ACTING, hosts=net, logs=Logs(world / "logs"), patience=QUICK)
    again.tell(events.Resumed(who="anna", again=asked_again(again.state)))
    assert again.state.steps[0].status is Status.RUNNING
    assert (await again.run()).outcome == "done"
    assert counts(world) == {"upgrade": 1}


async def test_undo_gives_up_a_dead_host_once_and_names_what_is_left(world: Path) -> None:
    net = Net()
    runner, running = await _running(
        net,
        world,
        {"id": "close", "kind": "ensure"},
        {"id": "pause", "kind": "ensure"},
        {"id": "look", "kind": "probe", "hosts": (WEB1,)},
        {"id": "gate", "kind": "gate"},
    )
    await until(runner, lambda state: state.waiting_for == "gate")
    net.down = True
    before = net.tries
    runner.command(commands.Cancel(), "anna")
    await running
    assert (runner.state.outcome, runner.state.exit_code) == ("stopped", 5)
    assert statuses(runner.state) == {
        "close": "not undone",
        "pause": "not undone",
        "look": "done",
        "gate": "waiting",
    }
    assert net.tries > before + 2


async def test_a_refused_login_is_waited_for_and_an_agent_helps(world: Path) -> None:
    net = Net()
    runner, running = await _running(
        net,
        world,
        {"id": "look", "kind": "probe", "hosts": (WEB1,)},
        {"id": "gate", "kind": "gate"},
        {"id": "again", "kind": "probe", "hosts": (WEB1,)},
    )
    await until(runner, lambda state: state.waiting_for == "gate")
    net.refuses = True
    gate = runner.state.gate
    assert gate is not None
    runner.command(commands.Approve(digest=gate.digest), "anna")
    await until(runner, lambda state: state.waiting_for == "login")
    runner.command(commands.Attach(agent="/run/wrong"), "bert")
    await asyncio.sleep(0.1)
    assert runner.state.refusing == (WEB1,)
    runner.command(commands.Attach(agent="/run/agent"), "bert")
    await running
    assert runner.state.outcome == "done"
    assert not runner.state.refusing
    attached = [e.who for e in written(world) if isinstance(e, events.AgentAttached)]
    assert attached == ["bert", "bert"]


async def test_a_login_refused_from_the_start_fails_at_once(world: Path) -> None:
    net = Net()
    net.refuses = True
    runner = runner_of(world, {"id": "look", "kind": "probe", "hosts": (WEB1,)}, hosts=net)
    async with asyncio.timeout(10):
        state = await runner.run()
    assert state.steps[0].failure is not None
    assert (state.outcome, state.steps[0].failure.code) == ("failed", "login-refused")


class Background(Probe):
    """A probe that leaves something reading behind, as the prober of a cut-over does."""

    def __init__(self) -> None:
        self.reading: asyncio.Task[Result] | None = None

    async def run(self, ctx: Context, step: Step) -> Outcome:
        """Begin to read, and fail."""
        await ctx.host(WEB1).sh("true")
        self.reading = asyncio.create_task(ctx.host(WEB1).sh("sleep 0.3; true"))
        raise ConsoleError("toy-failed", "it fails", where=WEB1)


async def test_the_end_of_a_job_is_its_last_event_though_connections_are_lost_by_it(world: Path) -> None:
    net, action = Net(), Background()
    runner = runner_of(world, {"id": "ask", "kind": "probe"}, hosts=net, actions={"probe": action})
    await runner.run()
    net.down = True
    assert action.reading is not None
    await asyncio.gather(action.reading, return_exceptions=True)
    with pytest.raises(ConsoleError):
        await runner._links.host(WEB1).sh("true")
    assert isinstance(written(world)[-1], events.JobEnded)
