"""How a job and a step look as they stand: a glyph's name, one of the few tones, a word. The same everywhere."""

from typing import Final, Literal, NamedTuple

from core.jobs.state import Standing, Status

State = Literal["good", "attention", "bad", "busy"]
"""The four that have a colour of their own."""
Tone = Literal["plain", "quiet", "good", "attention", "bad", "busy"]


class JobLook(NamedTuple):
    """How a job looks."""

    sign: str
    """The name of a glyph (`tui.glyphs`)."""
    tone: State
    word: str


class StepLook(NamedTuple):
    """How a step looks."""

    sign: str
    tone: Tone
    word: str
    """Empty where the glyph says it all."""


OF_JOBS: Final[dict[Standing, JobLook]] = {
    Standing.RUNNING: JobLook("busy", "busy", "runs"),
    Standing.WAITING: JobLook("waiting", "attention", "waits for you"),
    Standing.INTERRUPTED: JobLook("bad", "bad", "interrupted"),
    Standing.DONE: JobLook("good", "good", "done"),
    Standing.FAILED: JobLook("bad", "bad", "failed"),
    Standing.CANCELLED: JobLook("undone", "attention", "cancelled"),
    Standing.STOPPED: JobLook("bad", "bad", "stopped"),
    Standing.ABANDONED: JobLook("undone", "attention", "given up"),
}
OF_STEPS: Final[dict[Status, StepLook]] = {
    Status.WAITING: StepLook("waiting", "quiet", ""),
    Status.RUNNING: StepLook("busy", "busy", "running"),
    Status.DONE: StepLook("good", "good", ""),
    Status.FAILED: StepLook("bad", "bad", "failed"),
    Status.SKIPPED: StepLook("skipped", "attention", "skipped"),
    Status.UNDOING: StepLook("busy", "busy", "undoing"),
    Status.UNDONE: StepLook("undone", "quiet", "undone"),
    Status.NOT_UNDONE: StepLook("bad", "bad", "not undone"),
}
