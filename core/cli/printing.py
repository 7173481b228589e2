"""A job's events as lines for people: plain text that reads the same with and without colour."""

from collections.abc import Callable

from core.console.figures import seconds
from core.jobs import events
from core.jobs.events import Event
from core.jobs.fold import fold
from core.jobs.state import JobState, StepState
from core.text import clean, one_line

_INDENT = " " * 18
_CHOICES = {"retry": "resume {job}", "skip": "resume {job} --skip REASON", "abandon": "abandon {job}"}
"""What can be done about a job that stopped, by the command that does it."""
_RESUMED = {
    "retry": "goes on with the job",
    "skip": "skips the failed step",
    "abandon": "gives the job up",
}


def _line(mark: str, title: str, took: str = "", note: str = "") -> str:
    told = f": {one_line(note)}" if note else ""
    return f"  {mark:<7} {took:>6}  {one_line(title, 100)}{told}"


class Printer:
    """Turns events into lines; keeps the folded state, so that lines know their step."""

    def __init__(self, write: Callable[[str], None]) -> None:
        self.state = JobState()
        self._write = write
        self._phase = ""

    def hear(self, event: Event) -> None:
        """Take one event without writing anything."""
        self.state = fold(self.state, event)

    def feed(self, event: Event) -> None:
        """Take one event and write what it means, if it means anything to a reader."""
        self.hear(event)
        match event:
            case events.JobStarted():
                self._write(f"{one_line(event.plan.title)}   job {event.job_id}")
            case events.StepStarted():
                self._begin(event.step)
            case events.StepFinished() | events.StepFailed() | events.StepSkipped():
                self._end(event)
            case events.UndoStarted():
                self._head("taking back")
            case events.UndoFinished() | events.UndoFailed():
                self._undone(event)
            case events.Said():
                self._write(_line("", event.text))
            case events.WaitingForLogin():
                self._write(f"  ? waiting for a login on {one_line(event.address)}: {one_line(event.what)}")
                self._write(f"{_INDENT}mageconsole jobs attach {self.state.job_id}")
            case events.LinkLost():
                address = one_line(event.address)
                self._write(f"  ? the connection to {address} is lost; trying again, nothing is repeated")
            case events.LinkBack():
                self._write(f"  ? connected to {one_line(event.address)} again")
            case events.TurnedBack():
                self._write(f"  ! {event.because}: {one_line(event.what)}")
            case events.JobEnded():
                self._ended(event)
            case _:
                self._person(event)

    def _person(self, event: Event) -> None:
        """Write what a person did to the job, or is waited for to do."""
        match event:
            case events.GateAnswered():
                self._write(_line("", f"{event.answer} by {event.who}", "", event.reason))
            case events.ChoiceOpened():
                self._write(f"  ? the job waits for a person: {one_line(', '.join(event.choices))}")
            case events.Paused():
                self._write(_line("", f"paused by {event.who}"))
            case events.Continued():
                self._write(_line("", f"going on, by {event.who}"))
            case events.PenTaken():
                self._write(_line("", f"{event.who} takes the pen"))
            case events.PenHanded():
                told = f"hands the pen to {event.to}" if event.to else "lays the pen down"
                self._write(_line("", f"{event.who} {told}"))
            case events.CancelAsked():
                self._write(_line("", f"{event.who} cancels the job"))
            case events.Resumed():
                told = _RESUMED[event.choice]
                self._write(_line("", f"{event.who} {told}", "", event.reason))
            case _:
                pass

    def _step(self, step_id: str) -> StepState | None:
        return self.state.step(step_id)

    def _head(self, phase: str) -> None:
        if phase != self._phase:
            self._phase = phase
            self._write(phase)

    def _begin(self, step_id: str) -> None:
        found = self._step(step_id)
        if found is not None:
            self._head(str(found.step.phase))

    def _end(self, event: events.StepFinished | events.StepFailed | events.StepSkipped) -> None:
        found = self._step(event.step)
        title = found.step.title if found else event.step
        took = seconds(found.seconds) if found else ""
        match event:
            case events.StepFinished():
                self._write(_line("ok", title, took, event.note))
                for warning in event.warnings:
                    self._write(f"{_INDENT}warning: {one_line(warning, 400)}")
            case events.StepFailed():
                mild = found is not None and found.step.on_failure == "warn"
                self._write(_line("warning" if mild else "FAILED", title, took))
                for line in clean(event.failure.error().__str__()).splitlines():
                    self._write(f"{_INDENT}{line}")
            case events.StepSkipped():
                self._write(_line("skipped", title, took, f"{event.reason} ({event.who})"))

    def _undone(self, event: events.UndoFinished | events.UndoFailed) -> None:
        found = self._step(event.step)
        undo = found.step.undo if found else event.step
        if isinstance(event, events.UndoFinished):
            self._write(_line("ok", undo, "", event.note))
        else:
            self._write(_line("FAILED", undo))
            self._write(f"{_INDENT}{one_line(str(event.failure.error()), 400)}")

    def _ended(self, event: events.JobEnded) -> None:
        took = seconds((self.state.ended or 0) - (self.state.started or 0))
        what = "" if event.outcome == "done" else f": {one_line(event.what, 1500)}"
        self._write(f"{event.outcome} in {took}{what}")
        choices = (*event.choices, "abandon") if event.outcome == "stopped" else event.choices
        for choice in choices:
            how = _CHOICES.get(choice, "").format(job=self.state.job_id)
            self._write(f"  you can: {one_line(choice, 200)}{f'    mageconsole jobs {how}' if how else ''}")
