"""Following a job to its end on the command line: lines for people or JSON lines, and its exit code."""

import asyncio
import sys

import click

from core.cli.context import as_json, interactive, run, tell
from core.cli.gate import ask_at_gate
from core.cli.printing import Printer
from core.console.console import Console
from core.errors import ConsoleError, Exit
from core.jobs import events
from core.jobs.commands import Approve, Refuse
from core.jobs.store import Job


def _detached(job: Job) -> int:
    tell(f"\nThe job goes on. Follow it:  mageconsole jobs follow {job.id}")
    tell(f"                  Cancel it:  mageconsole jobs cancel {job.id}")
    return 130


async def follow_events(
    console: Console, job: Job, printer: Printer, seq: int = 1, *, stop_at_gate: bool = False
) -> int | events.GateOpened:
    """Print a job's events from `seq` on. Returns its exit code, or the gate at which a person is waited for.

    A job whose process is gone counts as stopped half way (5).
    """
    code = int(Exit.STOPPED)
    async for event in console.follow(job):
        if event.seq and event.seq < seq:
            printer.hear(event)
            continue
        if as_json():
            sys.stdout.write(events.encode(event).decode())
            sys.stdout.flush()
            printer.hear(event)
        else:
            printer.feed(event)
        if isinstance(event, events.GateOpened) and job.state().waiting_for == "gate":
            if stop_at_gate:
                return event
            tell(f"  ? the job waits for approval:  mageconsole jobs approve {job.id}")
        if isinstance(event, events.JobEnded):
            code = event.exit_code
        if isinstance(event, events.ProcessLost) and event.seq == 0:
            tell(f"  ! {event.what} [job-interrupted]\n      mageconsole jobs resume {job.id}")
    return code


def follow_to_end(console: Console, job: Job, seq: int = 1, *, answers: bool = True) -> int:
    """Follow a job to its end, answering its gates when there is a person. Returns its exit code.

    Ctrl-C leaves the job running, at the gate too, and says how to come back to it.
    """
    person = answers and interactive() and not as_json()
    while True:
        printer = Printer(tell)
        try:
            reached = run(follow_events(console, job, printer, seq, stop_at_gate=person))
            if not isinstance(reached, events.GateOpened):
                return reached
            approved = ask_at_gate(console.project, printer.state)
        except (KeyboardInterrupt, asyncio.CancelledError, click.exceptions.Abort):
            return _detached(job)
        command = (
            Approve(digest=reached.digest, staying=True) if approved else Refuse(reason="refused at the gate")
        )
        try:
            run(console.control(job, command))
        except ConsoleError as error:
            if error.code == "pen-held":  # else somebody answered meanwhile: what follows shows it
                tell(f"  ! {error.what} {error.remedy}".replace("JOB", job.id))
        seq = reached.seq + 1
