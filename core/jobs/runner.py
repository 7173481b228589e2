"""Runs a plan: asks what comes next, does it, writes down what came of it, until the job has ended."""

import asyncio
import sys
import traceback
from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Any, TypeVar

import msgspec

from core.errors import ConsoleError, Exit
from core.jobs import events
from core.jobs.action import Action, Amendment, Cancelled, Look, Outcome
from core.jobs.commands import AnyCommand, judge
from core.jobs.context import Shared, StepContext
from core.jobs.decide import LOCK, Run, Tell, Undo, decide
from core.jobs.events import Event, Failure
from core.jobs.fold import fold, fold_all
from core.jobs.hosts import HostProvider
from core.jobs.journal import Journal, RecordError
from core.jobs.links import Links, Patience, Unreachable
from core.jobs.logs import Logs
from core.jobs.state import JobState, Status, StepState
from core.model.plan import Step, StepKind, digest
from core.secret import Secret
from core.ssh.host import LinkLost, TimedOut

T = TypeVar("T")


class Runner:
    """One job. `run` returns when it has ended; `command` is for those who control it meanwhile."""

    def __init__(
        self,
        *,
        journal: Journal,
        actions: Mapping[str, Action],
        hosts: HostProvider,
        logs: Logs,
        secrets: Mapping[str, Secret] | None = None,
        patience: Patience | None = None,
    ) -> None:
        self._journal = journal
        self._actions = actions
        self._hosts = hosts
        self._logs = logs
        self._patience = patience or Patience()
        self._wake = asyncio.Event()
        self.state: JobState = fold_all(journal.read())
        links = Links(hosts, lambda: self.state, self._tell_of_links, self._changed, self._patience)
        self._links = links
        self._shared = Shared(lambda: self.state, self.tell, links, logs, secrets or {})

    def tell(self, event: Event, durable: bool = False) -> None:
        """Write an event, redacted, and take it into the state. Raises RecordError."""
        written = self._journal.append(_redacted(event, self._logs.redact), durable)
        self.state = fold(self.state, written)

    def command(
        self, command: AnyCommand, who: str, screen: str = "", present: Collection[str] = ()
    ) -> JobState:
        """Do what a person asks for, from a screen or none. Raises ConsoleError when it can't be done."""
        told = judge(self.state, command, who, screen, present)
        for event in told:
            self.tell(event, durable=True)
            if isinstance(event, events.AgentAttached):
                self._hosts.attach(event.agent)
        if told:
            self._wake.set()
            self._wake = asyncio.Event()
        return self.state

    def _tell_of_links(self, event: Event) -> None:
        """Tell of connections while the job goes on: its end closes them, and is its last event."""
        if not self.state.outcome:
            self.tell(event)

    async def run(self) -> JobState:
        """Go on until the job has ended. Raises RecordError when its record can't be written."""
        while (move := decide(self.state)) is not None:
            match move:
                case Run(step):
                    await self._run(self._found(step))
                case Undo(step):
                    await self._undo(self._found(step))
                case Tell(event):
                    self.tell(event, durable=True)
                case _:
                    await self._changed(None)
        return self.state

    def _found(self, step_id: str) -> StepState:
        found = self.state.step(step_id)
        if found is None:
            raise RuntimeError(f"no step {step_id}")
        return found

    async def _changed(self, limit_s: float | None) -> None:
        """Wait until a person said something, or the time is over."""
        try:
            async with asyncio.timeout(limit_s):
                await self._wake.wait()
        except TimeoutError:
            return

    async def _run(self, item: StepState) -> None:
        step = item.step
        if item.status is not Status.RUNNING:
            self.tell(events.StepStarted(step=step.id, attempt=item.attempt + 1), durable=True)
        acted_before = self._found(step.id).intended
        try:
            outcome = await self._attempt(step, self._forward)
            if outcome is None:
                return
            if outcome.amend is not None:
                outcome = self._amend(step, outcome, outcome.amend)
        except RecordError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever an action raises ends its step, not the job's process
            self._logs.settle(step.id, whole=False)
            refused = isinstance(error, ConsoleError) and error.exit_code is Exit.REFUSED
            failed = events.StepFailed(
                step=step.id,
                failure=self._failure(step, error),
                unknown=isinstance(error, LinkLost),
                harmless=(step.point_of_no_return or step.action == LOCK) and refused and not acted_before,
            )
            self.tell(failed, durable=True)
            return
        self._logs.settle(step.id, whole=True)
        finished = events.StepFinished(
            step=step.id, facts=outcome.facts, note=outcome.note, warnings=outcome.warnings
        )
        self.tell(finished, durable=True)

    async def _undo(self, item: StepState) -> None:
        step, resuming = item.step, item.status is Status.UNDOING
        if not resuming:
            attempt = item.undo_attempt + 1
            task = f"{self.state.job_id}-{step.id}-undo-{attempt}"
            self.tell(events.UndoStarted(step=step.id, attempt=attempt, task=task), durable=True)
        try:
            outcome = await self._attempt(step, self._backward, resuming=resuming, undoing=True)
        except RecordError:
            raise
        except Exception as error:  # noqa: BLE001 - the other steps are undone all the same
            self._logs.settle(step.id, whole=False)
            self.tell(events.UndoFailed(step=step.id, failure=self._failure(step, error)), durable=True)
            return
        self._logs.settle(step.id, whole=True)
        undone = events.UndoFinished(
            step=step.id, facts=outcome.facts, note=outcome.note, warnings=outcome.warnings
        )
        self.tell(undone, durable=True)

    async def _attempt(
        self,
        step: Step,
        work: Callable[[Action, StepContext, Step], Awaitable[T]],
        *,
        resuming: bool = False,
        undoing: bool = False,
    ) -> T:
        """Do the work, again after each lost connection, then as one that resumes."""
        action = self._action(step)
        for _ in range(self._patience.losses):
            item = self._found(step.id)
            task = item.task if undoing else f"{self.state.job_id}-{step.id}-{item.attempt}"
            joins = resuming or (item.intended and not undoing)
            context = StepContext(self._shared, step, task=task, resuming=joins, undoing=undoing)
            try:
                return await work(action, context, step)
            except (Unreachable, TimedOut):
                raise
            except LinkLost as error:
                for address in [error.where] if error.where in step.hosts else step.hosts:
                    self._links.lost(address, error.what)
                resuming = resuming or undoing
                await self._changed(self._patience.pause_s)
        raise Unreachable(
            "links-unsteady",
            f"The connection was lost {self._patience.losses} times in this step.",
            where=step.title,
            remedy="Mend the network between here and the hosts, then resume the job.",
        )

    def _action(self, step: Step) -> Action:
        if step.kind is StepKind.GATE and not step.action:
            return PlainGate()
        found = self._actions.get(step.action)
        if found is None:
            raise ConsoleError("unknown-action", f"No action is called {step.action!r}.", where=step.title)
        return found

    async def _backward(self, action: Action, ctx: StepContext, step: Step) -> Outcome:
        return await action.undo(ctx, step)

    async def _forward(self, action: Action, ctx: StepContext, step: Step) -> Outcome | None:
        match step.kind:
            case StepKind.PROBE:
                return await action.run(ctx, step)
            case StepKind.ENSURE:
                return await self._ensure(action, ctx, step)
            case StepKind.GATE:
                return await self._gate(action, ctx, step)
            case _:
                self._intend(ctx, step)
                return await action.run(ctx, step)

    def _intend(self, ctx: StepContext, step: Step) -> None:
        """Make durable that the step is about to act, before it does (decision 6)."""
        item = self._found(step.id)
        if not item.intended:
            self.tell(events.Intent(step=step.id, attempt=item.attempt, task=ctx.task), durable=True)

    async def _ensure(self, action: Action, ctx: StepContext, step: Step) -> Outcome:
        """Look, act, look: what a second look does not confirm is not done."""
        first = await action.look(ctx, step)
        if first is Look.DONE:
            return Outcome(note=self._found(step.id).note)
        if first is Look.UNKNOWN:
            raise ConsoleError(
                "look-unknown", "What is there can't be seen, so nothing was done.", where=step.title
            )
        self._intend(ctx, step)
        outcome = await action.run(ctx, step)
        if await action.look(ctx, step) is not Look.DONE:
            raise ConsoleError(
                "not-as-ensured", "It was done, but a second look does not find it so.", where=step.title
            )
        return outcome

    async def _gate(self, action: Action, ctx: StepContext, step: Step) -> Outcome | None:
        """Ask the gate's own look, then a person; None: the job waits."""
        gate = self.state.gate
        if gate is None or gate.step != step.id or gate.answer != "approved":
            look = await action.look(ctx, step)
            shown = digest(ctx.plan)
            if look is not Look.DONE:
                self.tell(events.GateOpened(step=step.id, digest=shown), durable=True)
                return None
            answer = events.GateAnswered(step=step.id, answer="approved", who="the plan", digest=shown)
            self.tell(answer, durable=True)
        return await action.run(ctx, step)

    def _amend(self, step: Step, outcome: Outcome, amend: Amendment) -> Outcome:
        """Put new steps in place of those that have not run; once later ones have acted, the plan stays."""
        at = [item.step.id for item in self.state.steps].index(step.id)
        if any(item.acted for item in self.state.steps[at + 1 :]):
            said = "Asked again after later steps had begun: the plan stays as it is."
            return msgspec.structs.replace(outcome, warnings=(*outcome.warnings, said))
        kept = {item.step.id for item in self.state.steps[: at + 1]}
        ids = [new.id for new in amend.steps]
        if len(set(ids)) != len(ids) or kept & set(ids):
            raise ConsoleError("amendment-unfit", "The new steps have ids that are taken.", where=step.title)
        for new in amend.steps:
            self._action(new)
        self.tell(
            events.Amended(step=step.id, steps=amend.steps, pins=amend.pins, forecast=amend.forecast),
            durable=True,
        )
        return outcome

    def _failure(self, step: Step, error: Exception) -> Failure:
        if isinstance(error, ConsoleError):
            return Failure.of(error)
        if isinstance(error, Cancelled):
            who = self.state.cancelled_by
            return Failure(code="cancelled", what=f"Cancelled by {who}.", exit_code=Exit.CANCELLED)
        trace = "".join(traceback.format_exception(error))
        print(self._logs.redact(trace), file=sys.stderr, flush=True)
        return Failure(
            code="internal-error",
            what=f"An error of the console's own: {type(error).__name__}: {error}",
            where=step.title,
            remedy="Its details are in the job's process.log; please report them.",
        )


class PlainGate:
    """A gate that asks nothing but a person."""

    async def look(self, ctx: object, step: Step) -> Look:
        """A person is needed."""
        return Look.NOT_DONE

    async def run(self, ctx: object, step: Step) -> Outcome:
        """Nothing is left to do."""
        return Outcome()

    async def undo(self, ctx: object, step: Step) -> Outcome:
        """Nothing was done."""
        return Outcome()


def _redacted(event: Event, redact: Callable[[str], str]) -> Event:
    plain = msgspec.to_builtins(event)
    masked = _masked(plain, redact)
    return event if masked == plain else msgspec.convert(masked, type(event))


def _masked(value: Any, redact: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, dict):
        return {_masked(key, redact): _masked(item, redact) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_masked(item, redact) for item in value]
    return value
