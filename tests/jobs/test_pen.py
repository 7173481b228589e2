"""Two operators and one job: both watch, one holds the pen (decision 27)."""

import asyncio
import os
import signal
from pathlib import Path

import pytest
from msgspec.structs import replace

from core.cli import following
from core.console.console import Console
from core.console.possible import Act, why_not
from core.environments.load import load
from core.errors import ConsoleError
from core.jobs import commands, events
from core.jobs.commands import AnyCommand, HandPen, Pause, TakePen, judge
from core.jobs.control import Line, send
from core.jobs.fold import fold, fold_all
from core.jobs.launch import resume, start
from core.jobs.pen import Giver
from core.jobs.state import JobState, Pen
from core.jobs.who import who
from tests.jobs.conftest import ROOT, Make, toy_worker
from tests.support.toy import plan_of

BOTH = frozenset({"one", "two"})


@pytest.fixture
def begun(world: Path) -> JobState:
    """A job that has just started."""
    plan = plan_of(world, {"id": "gate", "kind": "gate"})
    return fold_all([events.JobStarted(job_id="j", plan=plan, digest="d", who="ada", seq=1, time=1.0)])


def give(
    state: JobState, command: AnyCommand, who: str, screen: str = "", present: frozenset[str] = BOTH
) -> JobState:
    """Return the state after a command."""
    for event in judge(state, command, who, screen, present):
        state = fold(state, events.decode(events.encode(replace(event, seq=state.seq + 1))))
    return state


def refusal(
    state: JobState, command: AnyCommand, who: str, screen: str = "", present: frozenset[str] = BOTH
) -> str:
    """Return the code and text with which a command is refused."""
    with pytest.raises(ConsoleError) as error:
        judge(state, command, who, screen, present)
    assert error.value.remedy or error.value.code != "pen-held"
    return f"{error.value.code}: {error.value.what}"


def test_the_first_screen_that_commands_holds_the_pen(begun: JobState) -> None:
    held = give(begun, Pause(), "ada", "one")
    assert held.pen is not None and (held.pen.who, held.pen.screen) == ("ada", "one") and held.paused
    for command in (
        Pause(),
        commands.Cancel(),
        commands.Next(),
        commands.Attach(agent="/a"),
        HandPen(to="bob"),
    ):
        assert refusal(held, command, "bob", "two") == "pen-held: ada holds the pen."
        assert refusal(held, command, "bob") == "pen-held: ada holds the pen."
    assert judge(held, commands.Ask(), "bob", "two", BOTH) == ()
    assert give(held, commands.Continue(), "ada", "one").pen == held.pen
    ada, bob = (Giver(who=who, screen=screen, present=BOTH) for who, screen in (("ada", "one"), ("bob", "two")))
    assert why_not(Act.RUN_ALL, held, alive=True, giver=ada) == ""
    assert why_not(Act.RUN_ALL, held, alive=True, giver=bob) == "ada holds the pen"


def test_a_command_that_cannot_be_done_takes_no_pen(begun: JobState) -> None:
    assert refusal(begun, commands.Retry(), "ada", "one").startswith("nothing-to-choose")


def test_the_command_line_is_obeyed_while_nobody_else_holds_it_and_takes_nothing(begun: JobState) -> None:
    assert give(begun, Pause(), "bob").pen is None
    held = give(begun, Pause(), "ada", "one")
    assert give(held, commands.Continue(), "ada").pen == held.pen


def test_it_is_handed_over_to_a_person(begun: JobState) -> None:
    held = give(give(begun, Pause(), "ada", "one"), HandPen(to="bob"), "ada", "one")
    assert held.pen is not None and (held.pen.who, held.pen.screen) == ("bob", "")
    assert refusal(held, Pause(), "ada", "one").startswith("pen-held: bob")
    taken = give(held, Pause(), "bob", "two")
    assert taken.pen is not None and (taken.pen.who, taken.pen.screen) == ("bob", "two")
    assert give(taken, HandPen(), "bob", "two").pen is None


def test_the_pen_of_a_screen_that_is_gone_is_taken_explicitly(begun: JobState) -> None:
    held = give(begun, Pause(), "ada", "one")
    only = frozenset({"two"})
    assert refusal(held, Pause(), "bob", "two", only) == (
        "pen-held: ada holds the pen, and is not at a screen any more."
    )
    taken = give(held, TakePen(), "bob", "two", only)
    assert taken.pen is not None and taken.pen.who == "bob"
    assert refusal(held, TakePen(), "bob", "two") == "pen-held: ada holds the pen, and is at a screen."
    assert give(held, TakePen(force=True), "bob", "two").pen == Pen(who="bob", screen="two")


def test_a_person_who_comes_back_goes_on_and_has_one_pen_at_two_screens(begun: JobState) -> None:
    held = give(begun, Pause(), "ada", "one")
    back = give(held, commands.Continue(), "ada", "two", frozenset({"two"}))
    assert back.pen is not None and back.pen.screen == "two"
    assert refusal(held, Pause(), "ada", "two") == "pen-held: Another screen of yours holds the pen."
    assert give(held, TakePen(), "ada", "two").pen == Pen(who="ada", screen="two")


def test_whoever_resumes_a_job_leaves_the_pen_where_it_is(begun: JobState) -> None:
    held = give(begun, Pause(), "ada", "one")
    alone = frozenset({"two"})  # the lines to the old process are gone with it
    for resumed in (fold(held, events.Resumed(who=name)) for name in ("ada", "bob")):
        assert resumed.pen == held.pen
        assert refusal(resumed, commands.Continue(), "bob", "two", alone).startswith("pen-held: ada holds")
        assert refusal(resumed, commands.Continue(), "bob", "", frozenset()).startswith("pen-held: ada holds")
        taken = give(resumed, TakePen(), "bob", "two", alone)
        assert taken.pen is not None and taken.pen.who == "bob"
        assert give(resumed, commands.Continue(), "ada", "one").pen == held.pen


async def test_a_screen_is_there_while_its_line_is_open(make: Make) -> None:
    job = make({"id": "gate", "kind": "gate"})
    await start(job, worker=toy_worker())
    one, two = Line(job, "one"), Line(job, "two")
    reply = await one.send(TakePen())
    assert (reply.pen, reply.holder_there) == (job.state().pen, True)
    assert reply.pen is not None and (reply.pen.who, reply.pen.screen) == (who(), "one")
    with pytest.raises(ConsoleError) as error:
        await two.send(Pause())
    assert error.value.code == "pen-held"
    await send(job, Pause())  # the same person, at the command line
    assert two.giver.present == frozenset()  # its last answer was a refusal
    await two.send(commands.Ask())
    assert two.giver == Giver(who=who(), screen="two", present=frozenset({"one"}))
    one.close()
    async with asyncio.timeout(30):
        while (await two.send(commands.Ask())).holder_there:  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.01)
    assert (await two.send(commands.Continue())).pen == job.state().pen
    assert (pen := job.state().pen) is not None and pen.screen == "two"

    os.kill(job.state().pid, 9)
    async with asyncio.timeout(30):
        while job.alive:  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.01)
    with pytest.raises(ConsoleError) as error:
        await two.send(commands.Ask())
    assert error.value.code == "job-not-running"
    await resume(job, worker=toy_worker())
    reply = await two.send(commands.Cancel())
    assert reply.pen is not None and reply.pen.screen == "two"
    two.close()


async def test_the_command_line_says_who_holds_the_pen_at_the_gate(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = make({"id": "gate", "kind": "gate"})
    await start(job, worker=toy_worker())
    monkeypatch.setenv("SUDO_USER", "ada")
    line = Line(job, "one")
    await line.send(TakePen())
    monkeypatch.setenv("SUDO_USER", "bob")
    told: list[str] = []

    def tell(text: str) -> None:
        told.append(text)
        if "holds the pen" in text:
            os.kill(job.state().pid, signal.SIGKILL)  # else it waits for ada, who does not come

    monkeypatch.setattr(following, "tell", tell)
    monkeypatch.setattr(following, "as_json", lambda: False)
    monkeypatch.setattr(following, "interactive", lambda: True)
    monkeypatch.setattr(following, "ask_at_gate", lambda *_: True)
    assert (
        await asyncio.to_thread(following.follow_to_end, Console(load(ROOT / "environments.example.toml")), job)
        == 5
    )
    assert any(text.startswith("  ! ada as ") and "hand it over" in text for text in told), told
    line.close()
