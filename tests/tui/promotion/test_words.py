"""What the screen says in words: how a job stands, what state the shop is in, what changes, what is possible."""

import msgspec
import pytest

from core.console.shop_state import shop_state
from core.jobs import events
from core.jobs.state import Standing
from core.model.plan import Pin
from tests.cli.test_plan_text import forecast
from tests.pipeline.shop import OLD, RELEASE, WEB1, environment
from tests.pipeline.test_plans import promoted
from tests.tui.promotion.jobs import FAILURE, START, Teller, approved, prepared
from tui.jobs_text import look
from tui.promotion.material import changes
from tui.promotion.now import Choice, now_text
from tui.promotion.plan_view import plan_text
from tui.promotion.rows import unstarted
from tui.promotion.situation import Situation, headline, situation
from tui.promotion.text import Line


def text(lines: tuple[Line, ...]) -> str:
    """Return lines as one text."""
    return "\n".join(line.plain for line in lines)


def top(teller: Teller, *, alive: bool = True, later: float = 0.0, heard: float | None = None) -> str:
    """Return the two lines at the top."""
    found = headline(teller.state, {}, teller.now + later, alive=alive, heard=heard)
    return f"{found.text}\n{found.detail}"


def test_a_plan_says_that_nothing_has_been_changed() -> None:
    state = unstarted(promoted())
    assert situation(state, alive=False) is Situation.PLANNED
    assert "nothing has been changed yet" in headline(state, {}, START, alive=False).text


@pytest.mark.parametrize(
    ("teller", "expected", "said"),
    [
        (prepared(), Situation.GATE, "waits for approval since"),
        (approved(until="switch").began("switch"), Situation.RUNNING, "running, "),
        (approved(until="switch").tell(events.Paused(who="bob")), Situation.PAUSED, "paused, "),
        (
            approved(until="switch").failed("switch").tell(events.ChoiceOpened(step="switch", choices=("retry",))),
            Situation.CHOICE,
            FAILURE.what,
        ),
        (approved(until="close").tell(events.WaitingForLogin(address="a@web1", what="")), Situation.LOGIN, "web1"),
        (
            approved(until="close").failed("close").tell(events.TurnedBack(because="failed", exit_code=1, what="it")),
            Situation.UNDOING,
            "taking back",
        ),
        (approved().tell(events.JobEnded(outcome="done", exit_code=0)), Situation.DONE, "done in"),
        (approved(until="close").tell(events.JobEnded(outcome="failed", exit_code=1)), Situation.FAILED, "as it was"),
        (
            approved(until="ask-after").tell(events.JobEnded(outcome="stopped", exit_code=5, what="why")),
            Situation.STOPPED,
            "needs a person",
        ),
        (
            approved(until="ask-after").tell(events.JobEnded(outcome="abandoned", exit_code=4, what="why")),
            Situation.ABANDONED,
            "abandoned after",
        ),
    ],
)  # fmt: skip
def test_the_top_says_how_it_stands(teller: Teller, expected: Situation, said: str) -> None:
    assert situation(teller.state, alive=True) is expected
    assert said in top(teller)


@pytest.mark.parametrize("standing", Standing)
def test_every_standing_of_a_job_has_a_sign_and_a_word(standing: Standing) -> None:
    sign, _, word = look(standing)
    assert sign and word


def test_a_job_without_its_process_is_interrupted() -> None:
    assert situation(approved(until="switch").state, alive=False) is Situation.INTERRUPTED
    assert "process is gone" in top(approved(until="switch"), alive=False)


def test_a_running_step_that_says_nothing_is_called_silent() -> None:
    teller = approved(until="database").began("database")
    assert "silent" not in top(teller, later=2)
    assert "silent for 12s" in top(teller, later=12, heard=teller.now)
    assert "silent" not in top(teller, later=12, heard=teller.now + 11)


def test_a_lost_connection_is_said_and_that_nothing_is_repeated() -> None:
    teller = approved(until="database").began("database").tell(events.LinkLost(address=WEB1.address))
    assert "connection to web1.example.com is lost" in top(teller) and "nothing is repeated" in top(teller)


def test_the_shop_is_as_it_was_until_something_is_changed() -> None:
    assert shop_state(prepared().state) == (
        "The shop is as it was: open, with the release, database and settings of before.",
    )
    locked = Teller(promoted()).did("check-target", "lock")
    assert "lock is held" in shop_state(locked.state)[-1]


def test_a_failed_database_step_leaves_a_closed_shop_and_a_begun_database() -> None:
    told = "\n".join(shop_state(approved(until="database").failed("database").state))
    for part in ("The shop is closed", " since ", "had begun", "Cron and consumers are paused", "lock is held"):
        assert part in told
    assert "is live" not in told and "as it was" not in told


def test_a_database_step_that_runs_is_not_said_to_have_failed() -> None:
    running = approved(until="database").began("database").state
    assert "is running" in "\n".join(shop_state(running, alive=True))
    assert "did not end well" not in "\n".join(shop_state(running, alive=True))
    assert "did not end well" in "\n".join(shop_state(running))  # its process is gone


def test_the_gate_is_as_old_as_it_is_also_after_the_pen_was_handed_over() -> None:
    teller = prepared()
    before = top(teller)
    teller.now += 600
    teller.tell(events.PenTaken(who="bob", screen="s2"))
    assert top(teller) == before


def test_a_finished_switch_is_live_and_an_open_shop_is_open() -> None:
    told = "\n".join(shop_state(approved(until="open").state))
    assert f"release {RELEASE} is live" in told and "The shop is closed" in told
    done = "\n".join(shop_state(approved().state))
    assert "The shop is open." in done and "lock is held" not in done and "paused" not in done


def test_what_is_undone_is_no_longer_so() -> None:
    teller = approved(until="database").tell(events.TurnedBack(because="cancelled", exit_code=4, who="bob"))
    for step in ("close", "pause-cron", "lock-again"):
        teller.tell(events.UndoStarted(step=step, attempt=1, task="u"), events.UndoFinished(step=step))
    assert "as it was" in shop_state(teller.state)[0]


def test_what_a_command_printed_does_not_bury_what_happened() -> None:
    printed = (
        "setup:upgrade failed (exit status 1): Unknown column 'x'\n"
        + "Module 'Acme_Gift': 22% [====>---]\n" * 9
    )
    failure = msgspec.structs.replace(FAILURE, what=printed)
    teller = approved(until="database").began("database").tell(
        events.StepFailed(step="database", failure=failure), events.ChoiceOpened(step="database", choices=("retry",))
    )  # fmt: skip
    told = text(now_text(teller.state, {}, (), alive=True))
    for said in (told, top(teller)):
        assert "Unknown column 'x'" in said and "====" not in said


def test_a_plan_to_build_says_what_it_builds() -> None:
    commit = Pin("commit", "", "main", "7bd39162e127" + "0" * 28)
    plan = msgspec.structs.replace(promoted(), kind="build", title="build 7bd39162e127: Gifts", pins=(commit,))
    told = text(changes(unstarted(plan), {}))
    for part in ("7bd39162e127  Gifts", "main", "touches no shop"):
        assert part in told
    assert "Nothing is known" not in told


def test_a_build_touches_no_shop() -> None:
    assert "No shop" in shop_state(Teller(msgspec.structs.replace(promoted(), kind="build")).state)[0]


def test_a_failure_says_what_where_what_to_do_and_what_is_possible() -> None:
    teller = approved(until="database").failed("database")
    choices = (Choice("t", "retry the failed step"), Choice("u", "undo", "a database step has begun"))
    told = text(now_text(teller.state, {}, choices, alive=True))
    for part in (
        FAILURE.what, FAILURE.where, FAILURE.remedy, FAILURE.code, "The shop is closed", "retry the failed step",
        "a database step has begun",
    ):  # fmt: skip
        assert part in told
    assert told.index("What you can do now") < told.index("retry") < told.index("Not now") < told.index("undo")


def test_who_did_what_is_told() -> None:
    teller = approved(until="close").tell(
        events.StepSkipped(step="pause-cron", reason="no cron here", who="carl")
    )
    told = text(now_text(teller.state, {}, (), alive=True))
    assert "anna from 10.0.0.9" in told and "bob" in told and "by carl: no cron here" in told


def test_the_gates_material_tells_changes_happenings_and_the_way_back() -> None:
    state = prepared().state
    merged = {**forecast(), **(state.plan.forecast if state.plan else {})}
    told = text(changes(state, merged))
    for part in (
        "Sell even more", "web/secure/url", "nothing -> 'https://x'", "1 file of schema", "closed to customers",
        f"from {OLD} to {RELEASE}", "How you come back", "not the database",
    ):  # fmt: skip
        assert part in told


def test_the_plan_shows_every_command_and_every_address() -> None:
    state = prepared().state
    told = text(plan_text(state, {}))
    for item in state.steps:
        assert item.step.title in told
        for command in item.step.commands:
            assert f"$ {command}" in told
        if item.step.undo:
            assert item.step.undo in told
    for host in environment().hosts:
        assert host.address in told
    assert "point of no return" in told and state.digest in told


def test_nothing_paints_on_the_terminal() -> None:
    nasty = "\x1b[31mred\x07\u202e"
    plan = promoted(forecast=forecast(commits=[{"commit": nasty, "author": nasty, "subject": nasty}]))
    teller = Teller(plan).began("check-target")
    failure = events.Failure(code=nasty, what=nasty, where=nasty, remedy=nasty)
    teller.tell(events.StepFailed(step="check-target", failure=failure, unknown=True))
    choice = events.ChoiceOpened(step="check-target", choices=())
    found = headline(teller.tell(choice).state, plan.forecast, teller.now, alive=True)
    lines = (
        *now_text(teller.state, plan.forecast, (), alive=True),
        *changes(teller.state, plan.forecast),
        *plan_text(teller.state, plan.forecast),
    )
    for said in (found.text, found.detail, *(line.plain for line in lines)):
        assert said.isprintable(), said


def test_a_job_that_asks_is_not_said_to_undo_by_itself() -> None:
    asking = prepared(database=False).state
    assert asking.plan is not None and asking.plan.options["on_failure"] == "ask"
    assert "the job waits for you" in text(changes(asking, {}))
    plan = msgspec.structs.replace(asking.plan, options={})
    assert "undone by itself" in text(changes(msgspec.structs.replace(asking, plan=plan), {}))


def test_what_is_done_says_how_one_comes_back() -> None:
    done = approved().tell(events.JobEnded(outcome="done", exit_code=0))
    assert f"Switch back to {OLD}: B here" in text(now_text(done.state, {}, (), alive=False))
