"""The actions on a job's screen: which come first, what they are called and what they do, as the job stands. Pure."""

from collections.abc import Sequence
from typing import Final

from core.console.possible import Act
from core.environments.model import Role
from core.jobs.state import JobState
from tui.promotion.situation import Situation

_ENDED: Final = ("open-job-log", "job-roll-back", "job-releases")
_FOREMOST: Final[dict[Situation, tuple[str, ...]]] = {
    Situation.PLANNED: ("run-all", "step", "plan-options", "retry"),
    Situation.RUNNING: ("pause", "abort", "skip"),
    Situation.PAUSED: ("step", "run-all", "skip", "abort"),
    Situation.GATE: ("approve", "refuse", "abort"),
    Situation.CHOICE: ("retry", "skip", "abort"),
    Situation.STOPPED: ("retry", "skip", "abort", "open-job-log"),
    Situation.INTERRUPTED: ("retry", "abort", "open-job-log"),
    Situation.DONE: _ENDED,
    Situation.FAILED: ("retry", *_ENDED),
    Situation.CANCELLED: ("retry", *_ENDED),
    Situation.ABANDONED: ("retry", *_ENDED),
}
_TEXTS: Final[dict[Act, str]] = {
    Act.APPROVE: "approve: the shop changes as the tab changes says",
    Act.REFUSE: "refuse: what was done is taken back",
    Act.RUN_ALL: "run all steps, up to the next gate",
    Act.STEP: "run the next step, then pause",
    Act.PAUSE: "pause: no further step starts",
    Act.RETRY: "run the failed step again",
    Act.SKIP: "skip the step, with a reason",
    Act.ABORT: "abort; what that leaves is shown first",
}
AFTERWARDS: Final = {
    "log": "read what its hosts wrote",
    "roll_back": "roll back to the release of before; a plan is shown first",
    "releases": "see the releases, and roll back to any of them",
}
"""What there is to do about a job that has ended, by action."""
RELEASED: Final = (Role.STAGING, Role.PRODUCTION)
"""Environments that have releases."""


def foremost(how: Situation) -> Sequence[str]:
    """Return the ids of the keys that come first in the key bar: the next actions."""
    return _FOREMOST.get(how, ("retry",))


def called(action: str, how: Situation) -> str:
    """Return what an action is called now, where it does something else than usual; else empty."""
    if action == Act.RETRY:
        if how in (Situation.PLANNED, Situation.FAILED, Situation.CANCELLED, Situation.ABANDONED):
            return "plan again"
        return "resume" if how in (Situation.STOPPED, Situation.INTERRUPTED) else ""
    if action == Act.ABORT and how in (Situation.STOPPED, Situation.INTERRUPTED):
        return "give up"
    return ""


def told(act: Act, how: Situation, *, planned: bool) -> str:
    """Return in a line what an action does now. `planned`: a plan is there, and nothing was started."""
    match act, called(act, how):
        case Act.RETRY, "plan again":
            return "make the plan again"
        case Act.RETRY, "resume":
            return "resume the job, at the step where it stood"
        case Act.ABORT, "give up":
            return "give the job up; what that puts back and leaves is shown first"
        case Act.RUN_ALL, _ if planned:
            return "start: prepare, up to the gate"
        case Act.STEP, _ if how is Situation.PLANNED:
            return "start step by step"
        case _:
            return _TEXTS[act]


def why_no_roll_back(state: JobState, role: Role | None) -> str:
    """Return why the release of before can't be made live from a job's screen now; empty when it can."""
    if not state.job_id:
        return "nothing runs yet, so there is nothing to go back from"
    if role not in RELEASED or (state.plan is not None and state.plan.kind not in ("promote", "rollback")):
        return "such a job makes no release live"
    if state.outcome == "stopped" or not state.outcome:
        stands = "stands half way: resume it, or give it up" if state.outcome else "has not ended: abort it"
        return f"the job {stands} first"
    switch = state.step("switch")
    if switch is None or not switch.acted:
        return "it made no release live"
    return ""
