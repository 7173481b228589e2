"""Actions for the tests of jobs: what they do is done by real processes in real files, under `args["world"]`."""

import asyncio
import subprocess
from pathlib import Path
from typing import Any

from core.errors import ConsoleError, Refused
from core.jobs.action import Action, Amendment, Cancelled, Context, Look, Outcome
from core.jobs.hosts import HostProvider
from core.model.plan import Phase, Plan, Step, StepKind
from core.ssh.host import Host, LinkLost

HOST = "deploy@web1.example.com"
LINES = 25

_TASK = """
mkdir "$T/claim" 2>/dev/null || exit 0
echo ran >> "$W/counts/$S"
i=0
while [ $i -lt $N ] && ! [ -e "$T/stop" ]; do
    i=$((i + 1))
    echo "line $i of $S in $T" >> "$T/log"
    echo "line $i of $S in $T" >> "$W/said/$S"
    sleep 0.008
done
[ -e "$T/stop" ] || echo "made by $S" > "$W/made/$S"
echo "$E" > "$T/exit.new"
mv "$T/exit.new" "$T/exit"
"""


def prepare(world: Path) -> None:
    """Make the directories of a world."""
    for name in ("counts", "said", "made", "tasks"):
        (world / name).mkdir(parents=True, exist_ok=True)


def counts(world: Path) -> dict[str, int]:
    """Return how often each step really acted, counted by what it ran."""
    return {path.name: len(path.read_text().splitlines()) for path in (world / "counts").iterdir()}


def _world(step: Step) -> Path:
    return Path(step.args["world"])


def _count(step: Step, what: str = "") -> None:
    with (_world(step) / "counts" / f"{step.id}{what}").open("a") as file:
        file.write("ran\n")


async def _until(path: Path) -> None:
    while not path.exists():  # noqa: ASYNC110, ASYNC240 - another process makes it
        await asyncio.sleep(0.01)


class Task:
    """A process that outlives the job's, started once by an atomic mkdir, its log followed by offset."""

    async def look(self, ctx: Context, step: Step) -> Look:
        """Never asked of a task."""
        raise AssertionError

    async def run(self, ctx: Context, step: Step) -> Outcome:
        """Start it or join it, and follow it to its end."""
        exit_code = await self._follow(ctx, step, self._start(ctx.task, step))
        if exit_code:
            raise ConsoleError("toy-failed", f"exit status {exit_code}", where=HOST)
        return Outcome(facts={"exit": exit_code}, note="ran")

    def _start(self, task: str, step: Step) -> Path:
        world = _world(step)
        directory = world / "tasks" / task
        directory.mkdir(parents=True, exist_ok=True)
        if not (directory / "exit").exists():
            lines, code = step.args.get("lines", LINES), step.args.get("exit", 0)
            settings = {"T": directory, "W": world, "S": step.id, "N": lines, "E": code}
            subprocess.Popen(
                ["sh", "-c", _TASK],
                env={"PATH": "/usr/bin:/bin", **{key: str(value) for key, value in settings.items()}},
                start_new_session=True,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        return directory

    async def _follow(self, ctx: Context, step: Step, directory: Path) -> int:
        log, end = directory / "log", directory / "exit"
        while True:
            ended = end.exists()
            offset = ctx.log_offset(HOST, ctx.task)
            data = log.read_bytes()[offset:] if log.exists() else b""
            if data:
                await ctx.log(HOST, data, offset + len(data), ctx.task)
            if ended:
                await ctx.log_end(HOST, ctx.task)
                return int(end.read_text())
            if ctx.cancelled():
                (directory / "stop").touch()
                raise Cancelled
            await asyncio.sleep(0.01)

    async def undo(self, ctx: Context, step: Step) -> Outcome:
        """Stop what may still run, then take away what it made; by a task of its own."""
        world = _world(step)
        for directory in (world / "tasks").glob(f"{ctx.job_id}-{step.id}-[0-9]*"):
            (directory / "stop").touch()
            if (directory / "claim").exists():
                await _until(directory / "exit")
        if step.args.get("undo_fails"):
            raise ConsoleError("toy-undo-failed", "it can't be taken back", where=HOST)
        await asyncio.sleep(0.05)
        (world / "made" / step.id).unlink(missing_ok=True)
        await asyncio.sleep(0.05)
        return Outcome(note="taken back")


class Ensure:
    """Makes a file be there."""

    def _file(self, step: Step) -> Path:
        return _world(step) / "made" / step.id

    async def look(self, ctx: Context, step: Step) -> Look:
        """See whether it is there."""
        if step.args.get("unseen"):
            return Look.UNKNOWN
        return Look.DONE if self._file(step).exists() else Look.NOT_DONE

    async def run(self, ctx: Context, step: Step) -> Outcome:
        """Make it, unless the step is to lie."""
        _count(step)
        await ctx.note_facts({"before": "absent"})
        await asyncio.sleep(0.05)
        if not step.args.get("lies"):
            self._file(step).write_text(f"made by {step.id}\n")
        await asyncio.sleep(0.05)
        return Outcome(facts={"made": True})

    async def undo(self, ctx: Context, step: Step) -> Outcome:
        """Take it away; only what was noted as absent before."""
        assert ctx.facts(step.id)["before"] == "absent"
        self._file(step).unlink(missing_ok=True)
        await asyncio.sleep(0.05)
        return Outcome()


class Stream:
    """Copies in pieces, and goes on from what has arrived."""

    async def look(self, ctx: Context, step: Step) -> Look:
        """Never asked of a stream."""
        raise AssertionError

    async def run(self, ctx: Context, step: Step) -> Outcome:
        """Send what is missing."""
        source = (f"made by {step.id}\n" * 40).encode()
        target = _world(step) / "made" / step.id
        with target.open("ab") as file:
            for at in range(file.tell(), len(source), 100):
                file.write(source[at : at + 100])
                file.flush()
                ctx.progress(at, len(source), "B")
                await asyncio.sleep(0.01)
        return Outcome()

    async def undo(self, ctx: Context, step: Step) -> Outcome:
        """Delete it."""
        (_world(step) / "made" / step.id).unlink(missing_ok=True)
        return Outcome()


class Probe:
    """Answers, fails, refuses or amends, as its arguments say."""

    async def look(self, ctx: Context, step: Step) -> Look:
        """Never asked of a probe."""
        raise AssertionError

    async def run(self, ctx: Context, step: Step) -> Outcome:
        """Do as the arguments say."""
        _count(step)
        for host in step.hosts:
            await ctx.host(host).sh("true")
        if step.args.get("refuse"):
            raise Refused("toy-refused", "it says no", where=HOST)
        if step.args.get("fail"):
            raise ConsoleError("toy-failed", "it fails", where=HOST)
        needed = step.args.get("needs")
        if needed and not (_world(step) / needed).exists():
            raise ConsoleError("toy-failed", "it is not there yet", where=HOST)
        if step.args.get("raise"):
            raise ValueError("a bug with canary-secret-value in it")
        amend = step.args.get("amend")
        steps = tuple(step_of(**{**one, "world": step.args["world"]}) for one in amend or ())
        return Outcome(facts={"asked": True}, amend=Amendment(steps=steps) if amend else None)

    async def undo(self, ctx: Context, step: Step) -> Outcome:
        """Never asked of a probe."""
        raise AssertionError


ACTIONS: dict[str, Action] = {"task": Task(), "ensure": Ensure(), "stream": Stream(), "probe": Probe()}


class NoHosts(HostProvider):
    """Hosts of which none is there."""

    async def get(self, address: str) -> Host:
        """Fail."""
        raise LinkLost("no-link", "There is no host.", where=address)

    def attach(self, agent: str) -> None:
        """Do nothing."""

    async def close(self) -> None:
        """Do nothing."""


def step_of(id: str, kind: str, world: str = "", phase: str = "prepare", **more: Any) -> Step:
    """Return a step of a toy plan; what is no field of a step becomes an argument."""
    fields = {key: more.pop(key) for key in tuple(more) if key in Step.__struct_fields__}
    undo = fields.pop("undo", "" if kind in ("probe", "gate") else "taken away")
    return Step(
        id=id,
        phase=Phase(phase),
        kind=StepKind(kind),
        title=f"the step {id}",
        action=fields.pop("action", "" if kind == "gate" else kind),
        args={"world": world, **more},
        undo=undo,
        **fields,
    )


def plan_of(world: Path, *steps: dict[str, Any], **options: Any) -> Plan:
    """Return a plan of toy steps in a world, which is made."""
    prepare(world)
    made = tuple(step_of(**{**step, "world": str(world)}) for step in steps)
    return Plan(kind="promote", title="a toy", target="production", steps=made, options=options)
