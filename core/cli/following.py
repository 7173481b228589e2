"""Following a job to its end on the command line: lines for people or JSON lines, and its exit code."""

import asyncio
import contextlib
import signal
import sys

import click

from core.cli.context import as_json, interactive, tell
from core.cli.gate import ask_at_gate
from core.cli.printing import Printer
from core.console.console import Console
from core.errors import ConsoleError, Exit
from core.jobs import events
from core.jobs.commands import Approve, Refuse
from core.jobs.store import Job


def _detached(job: Job) -> None:
    tell(f"\nThe job goes on. Follow it:  mageconsole jobs follow {job.id}")
    tell(f"                  Cancel it:  mageconsole jobs cancel {job.id}")


async def _at_gate(console: Console, job: Job, printer: Printer, opened: events.GateOpened) -> None:
    """Let the person answer, when there is one; else say how the gate is answered."""
    if not interactive() or as_json():
        tell(f"  ? the job waits for approval:  mageconsole jobs approve {job.id}")
        return
    approved = await asyncio.to_thread(ask_at_gate, console.project, printer.state)
    command = Approve(digest=opened.digest) if approved else Refuse(reason="refused at the gate")
    try:
        await console.control(job, command)
    except ConsoleError as error:
        tell(str(error))


async def follow_to_end(console: Console, job: Job, seq: int = 1, *, answers: bool = True) -> int:
    """Print a job's events until it ends. Returns its exit code; 5 when its process is gone.

    Ctrl-C leaves the job running and says how to come back to it.
    """
    printer = Printer(tell)
    code = int(Exit.STOPPED)
    loop = asyncio.get_running_loop()
    here = asyncio.current_task()
    with contextlib.suppress(NotImplementedError, RuntimeError):
        loop.add_signal_handler(signal.SIGINT, lambda: here.cancel() if here else None)
    try:
        async for event in console.follow(job):
            if as_json() and event.seq >= seq:
                sys.stdout.write(events.encode(event).decode())
                sys.stdout.flush()
            printer.feed(event) if not as_json() else printer.hear(event)
            if isinstance(event, events.GateOpened) and answers and job.state().waiting_for == "gate":
                await _at_gate(console, job, printer, event)
            if isinstance(event, events.JobEnded):
                code = event.exit_code
            if isinstance(event, events.ProcessLost) and event.seq == 0:
                tell(f"  ! {event.what}\n      mageconsole jobs resume {job.id}")
    except asyncio.CancelledError:
        _detached(job)
        raise click.exceptions.Exit(130) from None
    return code
