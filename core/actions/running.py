"""Running things on hosts for a step: tasks that outlive the connection, and small fenced scripts."""

import shlex
from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from core.actions.site import Bench, Site
from core.errors import ConsoleError
from core.jobs.action import Cancelled, Context
from core.model.plan import Step
from core.remote.task import Task, run
from core.ssh.host import Result
from core.text import clean

_TAIL_BYTES: Final = 6000
_TAIL_LINES: Final = 12
_TAIL_WIDTH: Final = 240


class TaskEnd(msgspec.Struct, frozen=True):
    """How a remote task ended."""

    id: str
    exit: int
    tail: str
    """The last lines of its output, cleaned and bounded."""
    log: str
    """Where its whole output lies on the host."""


def script_of(
    command: Sequence[str] | str, *, cwd: str = "", environment: Mapping[str, str] | None = None
) -> str:
    """Return the sh script of a command: the one place where an argument list is quoted."""
    lines = [f"export {name}={shlex.quote(value)}" for name, value in (environment or {}).items()]
    if cwd:
        lines.append(f"cd {shlex.quote(cwd)} || exit 1")
    lines.append(command if isinstance(command, str) else shlex.join(command))
    return "\n".join(lines) + "\n"


def tail_of(output: bytes) -> str:
    """Return the last lines that say something, cleaned, for an error's text."""
    lines = [line.rstrip()[:_TAIL_WIDTH] for line in clean(output[-_TAIL_BYTES:]).splitlines()]
    return "\n".join([line for line in lines if line.strip()][-_TAIL_LINES:])


def reason_of(result: Result) -> str:
    """Return what a small script said on its way out, for an error's text."""
    said = tail_of(result.err) or tail_of(result.out)
    if result.exit is None:
        return said or "no answer: the connection was lost, or the time limit passed"
    return said or f"exit status {result.exit}"


async def fenced(
    ctx: Context,
    bench: Bench,
    site: Site,
    script: str,
    *,
    payload: bytes = b"",
    limit_s: float | None = None,
) -> Result:
    """Run a small changing script under the environment's lock. The result is for the caller to judge.

    Raises ConsoleError: the lock is not held here (any more), or the host can't be reached.
    """
    guarded = bench.fence(site).guard(site.address, f"umask {site.umask}\n{script}")
    limit = site.environment.timeouts.command if limit_s is None else limit_s
    host = await ctx.host(site.address)
    return await host.sh(guarded, payload, limit_s=limit)


def expect(result: Result, code: str, what: str, *, where: str, remedy: str = "") -> bytes:
    """Return the output of a script that ended with 0. Raises ConsoleError with what it said otherwise."""
    if result.ok:
        return result.out
    raise ConsoleError(code, f"{what}: {reason_of(result)}", where=where, remedy=remedy)


def _task_key(site: Site, name: str) -> str:
    return f"{site.address} {name}"


def _task_id(bench: Bench, step: Step, site: Site, name: str, attempt: int) -> str:
    host = "".join(letter if letter.isalnum() or letter in ".-" else "_" for letter in site.address)
    return f"{bench.job_id}-{step.id}-{host}-{name}-{attempt}"


async def _note_task(ctx: Context, bench: Bench, step: Step, site: Site, name: str) -> str:
    """Make durable that this task is about to start, and return its id.

    A resumed step joins the task that it noted before; one that is tried again by a person gets a new id.
    """
    async with bench.noting:
        facts: dict[str, Any] = dict(ctx.facts(step.id))
        tasks: dict[str, Any] = dict(facts.get("tasks", {}))
        before = tasks.get(_task_key(site, name))
        if before is not None and ctx.resuming:
            return str(before["id"])
        attempt = 1 + (int(before["attempt"]) if before is not None else 0)
        task_id = _task_id(bench, step, site, name, attempt)
        tasks[_task_key(site, name)] = {"id": task_id, "attempt": attempt}
        await ctx.note_facts({**facts, "tasks": tasks})
        return task_id


async def run_task(
    ctx: Context,
    bench: Bench,
    step: Step,
    site: Site,
    name: str,
    command: Sequence[str] | str,
    *,
    cwd: str = "",
    limit_s: float | None = None,
    environment: Mapping[str, str] | None = None,
    payload: bytes = b"",
    confidential: bool = False,
) -> TaskEnd:
    """Run a long command on a host, once, also over lost connections and a resumed job.

    `name` is the task's within its step and host. `limit_s`: seconds, else the step's. Nothing secret may be
    in `command` or `environment`; it goes in `payload`, the task's standard input. An exit status other
    than 0 is returned, not raised: what it means is the caller's to say (`must`). Raises Cancelled when the
    operator asked for it and the remote group was stopped; ConsoleError when what became of it is unknown.
    """
    task_id = await _note_task(ctx, bench, step, site, name)
    tasks_dir = site.layout.tasks
    tail = bytearray()

    async def on_output(data: bytes, offset: int) -> None:
        tail.extend(data)
        del tail[:-_TAIL_BYTES]
        await ctx.log(site.address, data, offset, task_id)

    task = Task(
        id=task_id,
        script=script_of(command, environment=environment),
        directory=cwd or site.path,
        limit_s=step.limit_s if limit_s is None else limit_s,
        umask=site.umask,
        mark=bench.job_id,
        confidential=confidential,
    )
    exit_code = await run(
        await ctx.host(site.address),
        tasks_dir,
        task,
        bench.fence(site),
        on_output,
        offset=ctx.log_offset(site.address, task_id),
        payload=payload,
        cancelled=ctx.cancelled,
    )
    if ctx.cancelled() and exit_code != 0:
        raise Cancelled
    return TaskEnd(id=task_id, exit=exit_code, tail=tail_of(bytes(tail)), log=f"{tasks_dir}/{task_id}/log")


def must(end: TaskEnd, code: str, what: str, site: Site, *, remedy: str = "") -> TaskEnd:
    """Return the end of a task that ended with 0. Raises ConsoleError with the tail of its output otherwise."""
    if end.exit == 0:
        return end
    said = f"\n{end.tail}" if end.tail else ""
    raise ConsoleError(
        code,
        f"{what} (exit status {end.exit}).{said}",
        where=site.address,
        remedy=remedy or f"The whole output is in the job's log, and on the host in {end.log}.",
    )
