"""`jobs`: list, show, follow, cancel, approve, pen, resume, abandon, attach."""

import os
from typing import Literal

import click
import msgspec

from core.cli.approving import STAY
from core.cli.context import answer, console, interactive, run, tell
from core.cli.following import follow_to_end
from core.cli.printing import Printer
from core.console.console import Console
from core.console.figures import clock, seconds
from core.console.giving_up import preview
from core.console.unfinished import give_up
from core.errors import ConsoleError, Exit, Refused
from core.jobs.commands import Approve, Ask, Attach, Cancel, HandPen, Refuse, TakePen
from core.jobs.store import Job
from core.pipeline.leftovers import Judged, leftovers, told
from core.text import one_line


@click.group()
def jobs() -> None:
    """Running and past jobs."""


@jobs.command("list")
@click.option("--all", "every", is_flag=True, help="All, not only the newest twenty.")
def list_jobs(every: bool) -> int:
    """The newest jobs first."""
    found = console().jobs()
    rows = found if every else found[:20]
    lines = [
        f"{job.number:>4}  {job.id}  {job.standing + (f' ({job.waiting_for})' if job.waiting_for else ''):<16} "
        f"{clock(job.started) if job.started else '':<16} {one_line(job.who, 20):<20} "
        f"{one_line(job.title or job.what, 70)}"
        for job in rows
    ]
    answer([msgspec.to_builtins(job) for job in rows], lines or ["no jobs yet"])
    return int(Exit.DONE)


@jobs.command()
@click.argument("job")
def show(job: str) -> int:
    """What a job did, step by step."""
    door = console()
    found = door.store.find(job)
    state = found.state()
    printer = Printer(click.echo)

    async def work() -> None:
        async for event in door.follow(found):
            printer.feed(event)
            if event.seq >= state.seq:
                return

    context = click.get_current_context().find_root().obj
    if context["json"]:
        answer(msgspec.to_builtins(state), [])
        return int(Exit.DONE)
    run(work())
    standing = state.standing(found.alive)
    took = seconds((state.ended or state.time) - (state.started or state.time))
    click.echo(
        f"{standing}{' for ' + state.waiting_for if state.waiting_for else ''}, {took}; logs in {found.logs}"
    )
    return int(Exit.DONE)


@jobs.command()
@click.argument("job")
def follow(job: str) -> int:
    """Follow a job to its end."""
    door = console()
    return follow_to_end(door, door.store.find(job))


@jobs.command()
@click.argument("job")
@click.option("--force", is_flag=True, help="Also past the point of no return; then nothing is undone.")
def cancel(job: str, force: bool) -> int:
    """Cancel a job; what it did is undone."""
    door = console()
    found = door.store.find(job)

    run(door.control(found, Cancel(force=force)))
    return follow_to_end(door, found, answers=False)


@jobs.command()
@click.argument("job")
@click.option("--refuse", default="", metavar="REASON", help="Refuse instead, for this reason.")
@click.option(
    "--confirm", default="", metavar="NAME", help="The environment's name, where it wants to be named."
)
@STAY
def approve(job: str, refuse: str, confirm: str, stay: bool) -> int:
    """Answer the gate that a job waits at."""
    door = console()
    found = door.store.find(job)
    gate, gate_seq = found.state().gate, found.state().seq
    if gate is None or gate.answer:
        raise ConsoleError(
            "no-gate",
            "The job does not wait at a gate.",
            where=found.id,
            remedy=f"See where it stands: mageconsole jobs show {found.id}",
            exit_code=Exit.REFUSED,
        )
    plan = found.state().plan
    target = door.project.environments.get(plan.target) if plan else None
    if not refuse and target is not None and target.confirm == "name" and confirm != target.name:
        raise ConsoleError(
            "confirm-missing",
            f"{target.name} wants its name typed before it changes.",
            remedy=f"Give --confirm {target.name}.",
            exit_code=Exit.REFUSED,
        )
    command = Refuse(reason=refuse) if refuse else Approve(digest=gate.digest, staying=stay)

    run(door.control(found, command))
    return follow_to_end(door, found, gate_seq + 1)


@jobs.command()
@click.argument("job")
@click.option("--take", is_flag=True, help="Take it, when its holder is not at a screen any more.")
@click.option("--force", is_flag=True, help="Take it from a holder who is at a screen.")
@click.option("--to", default=None, metavar="WHO", help="Give it to somebody; empty: lay it down.")
def pen(job: str, take: bool, force: bool, to: str | None) -> int:
    """Say who gives a job its commands; take that over, or hand it over."""
    door = console()
    found = door.store.find(job)
    command = HandPen(to=to) if to is not None else TakePen(force=force) if take or force else Ask()

    reply = run(door.control(found, command))
    held = reply.pen
    there = "at a screen" if reply.holder_there else "not at a screen"
    told = f"{one_line(held.who)} holds the pen, {there}" if held else "nobody holds the pen"
    answer(msgspec.to_builtins(reply), [told])
    return int(Exit.DONE)


@jobs.command()
@click.argument("job")
@click.option("--skip", default="", metavar="REASON", help="Skip the step that failed, for this reason.")
def resume(job: str, skip: str) -> int:
    """Go on with a job that was interrupted or stopped."""
    door = console()
    found = door.store.find(job)
    choice: Literal["retry", "skip"] = "skip" if skip else "retry"

    seq = found.state().seq + 1
    run(_resume(door, found, choice, skip))
    return follow_to_end(door, found, seq)


async def _resume(door: Console, job: Job, choice: Literal["retry", "skip"], reason: str) -> None:
    """Resume a job; where it needs secrets, a keyring that is a locked file is unlocked first."""
    plan = job.state().plan
    secrets = None
    if plan is not None and any(step.secrets for step in plan.steps):
        from core.cli.settings.common import unlocked

        secrets = await unlocked(door)
    for line in await door.resume(job, choice, reason, secrets):
        tell(line)


def _lines(found: Judged) -> list[str]:
    lines = [f"  put back  {one_line(item.back, 300)}" for item in found.put_back]
    lines += [f"  stays     {one_line(text, 500)}" for text in told(found.left)]
    if found.why:
        lines.append(f"  What could be put back stays because {one_line(found.why, 300)}.")
        lines.append(
            "  If you know that the shop is whole, give --anyway, and it is put back. A job that was given up"
        )
        lines.append("  can't be taken up again.")
    return lines or ["  nothing of it is left on the hosts"]


@jobs.command()
@click.argument("job")
@click.option("--reason", default="", metavar="TEXT", help="Why; it is recorded.")
@click.option("--leave", is_flag=True, help="Put nothing back, ask no host: only record that it is given up.")
@click.option("--anyway", is_flag=True, help="Put everything back, also where it does not seem safe.")
@click.option("--yes", is_flag=True, help="Without a question.")
def abandon(job: str, reason: str, leave: bool, anyway: bool, yes: bool) -> int:
    """Give up a job that stopped or was interrupted; what it turned on itself is put back where that is safe."""
    door = console()
    found = door.store.find(job)

    async def look() -> Judged:
        if leave:
            return Judged(put_back=(), left=leftovers(found.state()))
        plan = found.state().plan
        async with door.planner(plan.target if plan else "") as planner:
            return await preview(planner.connections, door.project, found, anyway=anyway)

    shown = run(look())
    tell(f"job {found.id} is given up:")
    for line in _lines(shown):
        tell(line)
    if not reason and interactive():
        reason = str(click.prompt("Why", default="", err=True, show_default=False))
    if not yes and not (interactive() and click.confirm("Give it up?", default=False, err=True)):
        raise Refused("not-confirmed", "The job was not given up.", where=found.id, remedy="Give --yes.")

    seq = found.state().seq + 1
    run(give_up(found, shown, reason))
    code = follow_to_end(door, found, seq, answers=False)
    return int(Exit.DONE) if found.state().outcome == "abandoned" else code


@jobs.command()
@click.argument("job")
def attach(job: str) -> int:
    """Give a waiting job this login's agent."""
    door = console()
    agent = os.environ.get("SSH_AUTH_SOCK", "")
    if not agent:
        raise ConsoleError(
            "no-agent",
            "There is no agent in this login.",
            remedy="Log in with agent forwarding (ssh -A), or start one: eval $(ssh-agent); ssh-add.",
            exit_code=Exit.USAGE,
        )
    found = door.store.find(job)

    seq = found.state().seq + 1
    run(door.control(found, Attach(agent=agent)))
    tell(f"job {found.id} logs in with the agent at {agent} from now on")
    return follow_to_end(door, found, seq)
