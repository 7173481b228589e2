"""Whether a job needs its person to stay: it could not log in again without their agent (decision 25). Pure."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from core.errors import Refused
from core.jobs.state import JobState
from core.text import one_line

FORECAST: Final = "needs_you"
"""In a forecast: the names of the hosts to which only a person's agent lets the job log in."""


def needs_you(state: JobState) -> tuple[str, ...]:
    """Return the hosts that the job can't log in to again by itself, when staying needs an explicit yes."""
    forecast: Mapping[str, Any] = state.plan.forecast if state.plan is not None else {}
    return tuple(one_line(str(host), 60) for host in forecast.get(FORECAST, ()))


def would_wait(hosts: Sequence[str]) -> str:
    """Return in a sentence, without its stop, what happens when the person leaves."""
    named = ", ".join(hosts)
    return (
        f"Without your agent the job can't log in to {named} again: "
        "after a lost connection it would wait for `mageconsole jobs attach`"
    )


def not_said(hosts: Sequence[str], where: str = "") -> Refused:
    """Return the refusal of an approval without the explicit yes."""
    return Refused(
        "stay-not-said",
        f"{would_wait(hosts)}, with the shop as it stands then.",
        where=where,
        remedy="Say with --stay that you stay until it has ended, or let it log in with a key file of its own.",
    )
