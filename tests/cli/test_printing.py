"""A job's events as lines: every step has its line, failures say what to do, nothing paints on the terminal."""

import re
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.cli.printing import Printer
from core.console.figures import clock, seconds, size
from core.jobs import events
from core.jobs.events import Event, Failure
from core.model.plan import Phase, Plan, Step, StepKind
from core.text import width

UNITS = {"h": 3600.0, "m": 60.0, "s": 1.0}
BYTES = {"B": 1, "kB": 1000, "MB": 1000**2, "GB": 1000**3}


@given(st.floats(0, 99 * 3600))
def test_a_duration_is_short_and_near(value: float) -> None:
    told = seconds(value)
    parts = re.findall(r"([\d.]+)([hms])", told)
    assert "".join(number + unit for number, unit in parts) == told
    assert len(told) <= 7
    read = sum(float(number) * UNITS[unit] for number, unit in parts)
    assert abs(read - value) <= (60 if "h" in told else 0.51 if "m" in told else 0.051)
    assert not re.search(r"[6-9]\d[ms]$", told) or "m" not in told  # no 1m60s, no 1h60m


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (None, ""),
        (0.4, "0.4s"),
        (12, "12.0s"),
        (192, "3m12s"),
        (3840, "1h04m"),
        (3599.7, "1h00m"),
        (99.96, "1m40s"),
    ],
)
def test_durations_as_the_design_shows_them(value: float | None, told: str) -> None:
    assert seconds(value) == told


@given(st.integers(0, 10**14))
def test_a_size_is_short_and_near(count: int) -> None:
    number, unit = size(count).split(" ")
    assert abs(float(number) * BYTES[unit] - count) <= 0.051 * BYTES[unit]
    assert float(number) < 1000 or unit == "GB"


def test_a_time_of_today_needs_no_day() -> None:
    now = time.time()
    assert re.fullmatch(r"\d\d:\d\d", clock(now))
    assert clock(now - 8 * 86400).endswith(clock(now)) and clock(now - 8 * 86400) != clock(now)


def step(step_id: str, phase: Phase = Phase.PREPARE, **more: Any) -> Step:
    """Return a step whose title is made from its id."""
    return Step(id=step_id, phase=phase, kind=StepKind.ENSURE, title=f"do {step_id}", action="x", **more)


STEPS = (
    step("lock", undo="release the lock"),
    step("close", Phase.CUT_OVER, undo="open again"),
    step("retention", Phase.FINISH, on_failure="warn"),
)
PLAN = Plan(kind="promote", title="promote abc to production", target="production", steps=STEPS)
FAILURE = Failure(
    code="close-failed", what="The flag can't be written.", where="web1", remedy="Is the disk full?"
)


def told(*many: Event, plan: Plan = PLAN) -> list[str]:
    """Return the lines for a job with these events, one second apart."""
    lines: list[str] = []
    printer = Printer(lines.append)
    start = events.JobStarted(job_id="20260102-0304-abcd", plan=plan, digest="d", who="anna")
    for at, event in enumerate((start, *many), 1):
        filled: dict[str, Any] = {key: getattr(event, key) for key in event.__struct_fields__}
        printer.feed(type(event)(**{**filled, "seq": at, "time": 1000.0 + at}))
    return lines


def began(step_id: str) -> Event:
    """Return the event that a step begins."""
    return events.StepStarted(step=step_id, attempt=1)


def test_every_step_has_one_line_under_its_phase() -> None:
    lines = told(
        *(
            event
            for item in STEPS
            for event in (began(item.id), events.StepFinished(step=item.id, note="well"))
        ),
        events.JobEnded(outcome="done", exit_code=0),
    )
    assert PLAN.title in lines[0] and "20260102-0304-abcd" in lines[0]
    for item in STEPS:
        (line,) = [line for line in lines if item.title in line]
        assert "ok" in line and "1.0s" in line and "well" in line
        heads = [head for head in lines[: lines.index(line)] if head in set(Phase)]
        assert heads[-1] == item.phase
    assert lines[-1].startswith("done in 7.0s")


def test_a_failure_says_where_what_and_what_to_do() -> None:
    lines = told(began("close"), events.StepFailed(step="close", failure=FAILURE))
    text = "\n".join(lines)
    assert "FAILED" in text and "do close" in text
    for part in (FAILURE.where, FAILURE.what, FAILURE.code, FAILURE.remedy):
        assert part in text


def test_a_failure_that_the_job_goes_on_after_is_a_warning() -> None:
    text = "\n".join(told(began("retention"), events.StepFailed(step="retention", failure=FAILURE)))
    assert "FAILED" not in text and "warning" in text and FAILURE.what in text and FAILURE.remedy in text


def test_what_is_taken_back_has_its_line() -> None:
    lines = told(
        began("lock"), events.Intent(step="lock", attempt=1, task="t"), events.StepFinished(step="lock"),
        began("close"), events.Intent(step="close", attempt=1, task="t"),
        events.StepFailed(step="close", failure=FAILURE),
        events.TurnedBack(because="failed", exit_code=1, what="do close: failed"),
        events.UndoStarted(step="close", attempt=1, task="u"), events.UndoFinished(step="close", note="was open"),
        events.UndoStarted(step="lock", attempt=1, task="u"), events.UndoFailed(step="lock", failure=FAILURE),
        events.JobEnded(outcome="stopped", exit_code=5, what="Not undone", choices=("retry",)),
    )  # fmt: skip
    at = lines.index("taking back")
    assert lines.count("taking back") == 1
    after = lines[at:]
    assert any("ok" in line and "open again" in line and "was open" in line for line in after)
    assert any("FAILED" in line and "release the lock" in line for line in after)
    assert any(FAILURE.remedy in line for line in after)
    assert any("stopped" in line and "Not undone" in line for line in after)
    assert "retry" in after[-2] and "abandon" in after[-1]


@pytest.mark.parametrize(
    ("event", "parts"),
    [
        (events.StepFinished(step="lock", warnings=("take care", "mind")), ["take care", "mind"]),
        (events.StepSkipped(step="lock", reason="known", who="anna"), ["skipped", "do lock", "known", "anna"]),
        (events.Said(step="lock", text="half way"), ["half way"]),
        (events.WaitingForLogin(address="web1", what="key refused"), ["web1", "key refused", "jobs attach 2026"]),
        (events.LinkLost(address="web1"), ["web1", "lost"]),
        (events.LinkBack(address="web1"), ["web1", "again"]),
        (
            events.GateAnswered(step="gate", answer="refused", who="bob", digest="d", reason="late"),
            ["refused", "bob", "late"],
        ),
        (events.ChoiceOpened(step="lock", choices=("retry", "undo")), ["retry", "undo"]),
        (events.Paused(who="bob"), ["paused", "bob"]),
        (events.Continued(who="bob"), ["bob"]),
        (events.CancelAsked(who="bob"), ["bob", "cancel"]),
        (events.Resumed(who="bob", choice="skip", reason="known"), ["bob", "skip", "known"]),
        (events.TurnedBack(because="cancelled", exit_code=4, what="by bob"), ["cancelled", "by bob"]),
    ],
)  # fmt: skip
def test_what_happens_to_a_job_is_said(event: Event, parts: list[str]) -> None:
    text = "\n".join(told(began("lock"), event)[1:])
    for part in parts:
        assert part in text


@pytest.mark.parametrize(
    "event", [events.Progress(step="lock", done=1, total=2), events.LoggedIn(address="web1")]
)
def test_what_means_nothing_to_a_reader_is_no_line(event: Event) -> None:
    assert told(event) == told()


def test_a_printer_that_hears_writes_nothing_and_knows_the_step_later() -> None:
    lines: list[str] = []
    printer = Printer(lines.append)
    printer.hear(events.JobStarted(job_id="j", plan=PLAN, digest="d", who="anna"))
    printer.hear(events.StepStarted(step="lock", attempt=1))
    assert lines == []
    printer.feed(events.StepFinished(step="lock"))
    assert "do lock" in lines[-1]


_nasty = st.sampled_from(
    [
        "\x1b[31mred",
        "\x1b]0;title\x07",
        "a\r\nb",
        "\x9b2J",
        "\x00\x08",
        "\u202eevil",
        "x" * 500,
        "日本" * 90,
        "\x1bP1\x1b\\",
        "",
    ]
)


def _events(text: str) -> list[Event]:
    failure = Failure(code="c", what=text, where=text, remedy=text)
    return [
        events.StepFinished(step="lock", note=text, warnings=(text,)),
        events.StepFinished(step=text, note=text),
        events.StepFailed(step="close", failure=failure),
        events.StepSkipped(step="lock", reason=text, who=text),
        events.UndoFinished(step="lock", note=text),
        events.UndoFailed(step="lock", failure=failure),
        events.Said(step="lock", text=text),
        events.WaitingForLogin(address=text, what=text),
        events.LinkLost(address=text),
        events.LinkBack(address=text),
        events.GateAnswered(step="lock", answer="refused", who=text, digest="d", reason=text),
        events.ChoiceOpened(step="lock", choices=(text,)),
        events.Paused(who=text),
        events.Continued(who=text),
        events.CancelAsked(who=text),
        events.Resumed(who=text, reason=text),
        events.TurnedBack(because="failed", exit_code=1, what=text),
        events.JobEnded(outcome="failed", exit_code=1, what=text, choices=(text,)),
    ]


@given(_nasty)
@settings(max_examples=10)
def test_nothing_that_a_host_or_a_file_says_paints_on_the_terminal(text: str) -> None:
    mean = step("lock", undo=text or "undo")
    plan = Plan(kind="x", title=f"{text} x", target=text, steps=(mean, step("close")))
    said = [(event, line) for event in _events(text) for line in told(began("lock"), event, plan=plan)]
    assert len(said) > len(_events(text)) / 2
    for event, line in said:
        assert line.isprintable(), (event, line)


def test_lines_of_steps_keep_to_a_width_and_align() -> None:
    titles = ("a", "b" * 300, "日" * 10)
    steps = tuple(
        Step(id=str(at), phase=Phase.PREPARE, kind=StepKind.PROBE, title=title, action="x")
        for at, title in enumerate(titles)
    )
    plan = Plan(kind="x", title="x", target="x", steps=steps)
    for at in range(len(titles)):
        lines = told(began(str(at)), events.StepFinished(step=str(at)), plan=plan)
        assert lines[-1].index(titles[at][0], 10) == 18
        assert width(lines[-1]) <= 18 + 100
