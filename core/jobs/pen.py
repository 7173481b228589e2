"""Who gives a job its commands: one person at a time holds the pen, and it can be handed over (decision 27).

Everybody who may enter the job's directory can watch it. A screen takes the pen with its first command when
nobody holds it, and keeps it while its line to the job is open; then only that screen gives commands. A
command of the command line comes from no screen: it is obeyed while nobody else holds the pen, and takes
nothing. When the holder's screen is gone, the pen is not free by itself: it has to be taken explicitly. So
it is when a colleague resumes the job, which anybody may: whoever held the pen holds it still.
"""

from collections.abc import Collection
from typing import Final

import msgspec

from core.errors import ConsoleError, Exit
from core.jobs import events
from core.jobs.state import JobState, Pen

_LAST: Final = "Watching needs no pen."


class Giver(msgspec.Struct, frozen=True, kw_only=True):
    """Who would give a command, and from where; without `who`, nobody in particular."""

    who: str = ""
    screen: str = ""
    """Empty: the command line."""
    present: frozenset[str] = frozenset()
    """The screens that are open, as far as the giver knows: the pen's, when the job said so."""


def why_not(state: JobState, giver: Giver) -> str:
    """Return why this giver's commands are not obeyed now; empty when they are."""
    try:
        writing(state, giver.who, giver.screen, giver.present)
    except ConsoleError as error:
        return error.what.rstrip(".")
    return ""


def _held(what: str, remedy: str) -> ConsoleError:
    return ConsoleError("pen-held", what, remedy=f"{remedy} {_LAST}", exit_code=Exit.REFUSED)


def is_there(pen: Pen, present: Collection[str]) -> bool:
    """Whether the holder's screen is open; `present`: the screens whose lines to the job are open."""
    return pen.screen in present


def _mine(pen: Pen, who: str, screen: str, present: Collection[str]) -> bool:
    """Whether the pen is this giver's: the same person, and not at another screen that is open."""
    return pen.who == who and (screen in ("", pen.screen) or not is_there(pen, present))


def writing(state: JobState, who: str, screen: str, present: Collection[str]) -> tuple[events.Event, ...]:
    """Return the event by which a giver takes up the pen for a command, none when that needs no change.

    screen: the giver's, empty for the command line. Raises ConsoleError `pen-held`, which says by whom.
    """
    pen = state.pen
    if pen is not None and not _mine(pen, who, screen, present):
        raise _refused(pen, who, present)
    if screen and (pen is None or pen.screen != screen):
        return (events.PenTaken(who=who, screen=screen),)
    return ()


def _refused(pen: Pen, who: str, present: Collection[str]) -> ConsoleError:
    if not is_there(pen, present):
        return _held(
            f"{pen.who} holds the pen, and is not at a screen any more.",
            "Take it, if you mean to (jobs pen JOB --take).",
        )
    if pen.who == who:
        return _held("Another screen of yours holds the pen.", "Take it here.")
    return _held(f"{pen.who} holds the pen.", f"Ask {pen.who} to hand it over.")


def taking(
    state: JobState, who: str, screen: str, present: Collection[str], *, force: bool
) -> tuple[events.Event, ...]:
    """Return the event by which a giver takes the pen. Raises ConsoleError `pen-held` while another person's
    screen is open, unless `force`, which that person sees."""
    pen = state.pen
    if pen is not None and pen.who != who and is_there(pen, present) and not force:
        remedy = f"Ask {pen.who} to hand it over. It can be taken all the same; that is recorded."
        raise _held(f"{pen.who} holds the pen, and is at a screen.", remedy)
    return (events.PenTaken(who=who, screen=screen),)


def handing(
    state: JobState, who: str, screen: str, present: Collection[str], to: str
) -> tuple[events.Event, ...]:
    """Return the event by which the holder gives the pen to a person, or lays it down (`to` empty).

    Raises ConsoleError `pen-free`, `pen-held`.
    """
    pen = state.pen
    if pen is None:
        raise ConsoleError("pen-free", "Nobody holds the pen.", remedy="Whoever wants it takes it.")
    if not _mine(pen, who, screen, present):
        raise _refused(pen, who, present)
    return (events.PenHanded(who=who, to=to),)
