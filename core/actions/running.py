"""Running things on hosts for a step: tasks that outlive the connection, and small fenced scripts."""

import hashlib
import shlex
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import msgspec

from core.actions.fences import fence_of
from core.actions.site import Bench, Site
from core.errors import ConsoleError
from core.jobs.action import Cancelled, Context
from core.model.plan import Step
from core.remote.fence import fenced as fence_run
from core.remote.task import LIMIT, Task, run
from core.ssh.host import Result, unknown
from core.text import clean

_LONGEST_ID: Final = 140
_LONGEST_LOG: Final = 16 << 20
_TAIL_BYTES: Final = 6000
_TAIL_LINES: Final = 12
_TAIL_WIDTH: Final = 240
_OVERDUE_AGAIN_S: Final = 600.0


class TaskEnd(msgspec.Struct, frozen=True):
    """How a remote task ended."""

    id: str
    exit: int
    tail: str
    """The last lines of its output, cleaned and bounded."""
    log: str
    """Where its whole output lies on the host."""


class Overdue:
    """Tells that a command which must not be killed takes longer than expected: then, and every ten minutes."""

    def __init__(
        self, name: str, job: str, expected_s: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._name = name
        self._job = job
        self._clock = clock
        self._began = clock()
        self._next_s = expected_s

    def look(self, ctx: Context) -> None:
        """Say it when it is time to."""
        taken = self._clock() - self._began
        if taken >= self._next_s:
            self._next_s = taken + _OVERDUE_AGAIN_S
            ctx.say(
                f"{self._name} takes longer than expected: {taken:,.0f} s so far. It is not stopped; "
                f"`mageconsole jobs cancel {self._job} --force` would, and leave the database half changed"
            )


def script_of(
    command: Sequence[str] | str, *, cwd: str = "", environment: Mapping[str, str] | None = None
) -> str:
    """Return the sh script of a command: the one place where an argument list is quoted."""
    lines = [f"export {name}={shlex.quote(value)}" for name, value in (environment or {}).items()]
    if cwd:
        lines.append(f"cd {shlex.quote(cwd)} || exit 1")
    lines.append(command if isinstance(command, str) else shlex.join(command))
    return "\n".join(lines) + "\n"


def own_tree(directory: str) -> dict[str, str]:
    """Return the variables by which git takes a tree without history for none of a repository that it lies in.

    Else `git apply`, by which patches are applied, leaves out each file without a word.
    """
    return {"GIT_CEILING_DIRECTORIES": directory.rpartition("/")[0]}


def tail_of(output: bytes) -> str:
    """Return the last lines that say something, cleaned, for an error's text."""
    lines = [line.rstrip()[:_TAIL_WIDTH] for line in clean(output[-_TAIL_BYTES:]).splitlines()]
    return "\n".join([line for line in lines if line.strip()][-_TAIL_LINES:])


def reason_of(result: Result) -> str:
    """Return what a small script said on its way out, for an error's text."""
    said = tail_of(result.err) or tail_of(result.out)
    if result.exit is None:
        over = result.over_s
        return said or ("the connection was lost" if over is None else f"no answer within {over:g} s")
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
    limit = site.environment.timeouts.command if limit_s is None else limit_s
    fence = fence_of(ctx, bench, site)
    return await fence_run(ctx.host(site.address), fence, f"umask {site.umask}\n{script}", payload, limit)


def expect(result: Result, code: str, what: str, *, where: str, remedy: str = "") -> bytes:
    """Return the output of a script that ended with 0.

    Raises ConsoleError with what it said otherwise, and LinkLost when what became of it is unknown: the
    step is then begun again, unless it is TimedOut.
    """
    if result.ok:
        return result.out
    if result.exit is None:
        raise unknown(result, what, where, remedy)
    raise ConsoleError(code, f"{what}: {reason_of(result)}", where=where, remedy=remedy)


def task_id(ctx: Context, site: Site, name: str) -> str:
    """Return the id of one of the step's tasks: the same when the step is joined again, new for a retry."""
    host = "".join(letter if letter.isalnum() or letter in ".-" else "_" for letter in site.address)
    full = f"{ctx.task}-{host}-{name}"
    if len(full) <= _LONGEST_ID:
        return full
    return f"{full[: _LONGEST_ID - 17]}-{hashlib.sha256(full.encode()).hexdigest()[:16]}"


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
    follows: Overdue | None = None,
    environment: Mapping[str, str] | None = None,
    payload: bytes = b"",
    confidential: bool = False,
    stop: Callable[[], bool] | None = None,
    seen: Callable[[bytes], None] | None = None,
) -> TaskEnd:
    """Run a long command on a host, once, also over lost connections and a resumed job.

    `name` is the task's within its step and host. `limit_s`: seconds, else the step's; with `follows` it is never
    stopped because of its time, but told of when it takes longer than expected. Nothing secret may be
    in `command` or `environment`; it goes in `payload`, the task's standard input. An exit status other
    than 0 is returned, not raised: what it means is the caller's to say (`must`). `stop`: when the caller
    itself wants it stopped, for instance because another of its tasks failed. `seen` is told the last few
    kilobytes of output as it comes. Raises Cancelled when the task's processes were stopped; ConsoleError
    when what became of it is unknown.
    """

    def stopping() -> bool:
        if follows is not None:
            follows.look(ctx)
        return ctx.cancelled() or (stop is not None and stop())

    task = task_id(ctx, site, name)
    tasks_dir = site.layout.tasks
    tail = bytearray()

    async def on_output(data: bytes, offset: int) -> None:
        tail.extend(data)
        del tail[:-_TAIL_BYTES]
        await ctx.log(site.address, data, task=task, offset=offset)
        if seen is not None:
            seen(bytes(tail))

    asked = Task(
        id=task,
        script=script_of(command, environment=environment),
        directory=cwd or site.path,
        limit_s=None if follows else step.limit_s if limit_s is None else limit_s,
        umask=site.umask,
        mark=bench.job_id,
        confidential=confidential,
    )
    exit_code = await run(
        ctx.host(site.address),
        tasks_dir,
        asked,
        fence_of(ctx, bench, site),
        on_output,
        offset=ctx.log_offset(site.address, task),
        payload=payload,
        cancelled=stopping,
    )
    if stopping():
        raise Cancelled
    await ctx.log_end(site.address, task)
    return TaskEnd(id=task, exit=exit_code, tail=tail_of(bytes(tail)), log=f"{tasks_dir}/{task}/log")


async def whole_log(ctx: Context, site: Site, end: TaskEnd) -> bytes:
    """Return all that a task printed; of more than 16 MB the beginning and the end. Raises LinkLost."""
    host = ctx.host(site.address)
    log = bytearray()
    offset = 0
    while piece := await host.read(end.log, offset):
        offset += len(piece)
        log += piece
        if len(log) > _LONGEST_LOG:
            del log[_LONGEST_LOG // 2 : len(log) - _LONGEST_LOG // 2]
    return bytes(log)


def must(end: TaskEnd, code: str, what: str, site: Site, *, remedy: str = "", why: str = "") -> TaskEnd:
    """Return the end of a task that ended with 0. Raises ConsoleError with the tail of its output otherwise.

    The first line of its text stands alone; `why`: the reason in it, else the last line of the output.
    """
    if end.exit == 0:
        return end
    how = "it was stopped at its time limit" if end.exit == LIMIT else f"exit status {end.exit}"
    why = why or (end.tail.splitlines() or [""])[-1].strip()
    said = f"\n{end.tail}" if end.tail.strip() != why else ""
    raise ConsoleError(
        code,
        f"{what} ({how}){f': {why}' if why else '.'}{said}",
        where=site.address,
        remedy=remedy or f"The whole output is in the job's log, and on the host in {end.log}.",
    )
