"""What a job that stopped half way, and that nobody goes on with, leaves on the hosts. Pure.

Taken from its journal alone, so it can be told when no host answers; what only the hosts know is added by
`judged`.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from core.environments.model import Host
from core.jobs.decide import CUSTOM, LOCK
from core.jobs.state import JobState, Status, StepState

_PAUSE: Final = "pause-cron"
_CLOSE: Final = "close"
_SETTING: Final = "new-settings"
_SETS: Final = ("compute", "write")
"""The steps of a change of settings after which files and database differ until all of them have ended."""
_HALF_SET: Final = (
    "env.php and the database may not fit each other, and each page would answer 500: resume the job in place of "
    "giving it up, or run `bin/magento app:config:import` and ask app:config:status on every host before you open"
)


class Leftover(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that the job turned on, changed, or began."""

    what: str
    """In words: "cron and consumers are paused on web1, web2"."""
    step: str = ""
    """The step whose undo puts it back; empty: it can't be put back by itself."""
    back: str = ""
    """What putting it back means: "the shop is opened"."""
    remedy: str = ""
    """What a person does about it where it is left."""


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What the hosts say now, as far as it decides what may be put back."""

    releases: dict[str, str] = {}
    """What is live on each host, by its name; empty: nothing."""
    unverified: tuple[str, ...] = ()
    """Hosts whose live release has no verified mark."""
    fits: bool | None = None
    """Whether Magento says that the live release fits the database; None: it could not be asked."""

    @property
    def mixed(self) -> bool:
        """Whether the hosts run different releases."""
        return len(set(self.releases.values())) > 1


def _acted(state: JobState, step_id: str) -> StepState | None:
    found = state.step(step_id)
    return found if found is not None and found.acted and found.status is not Status.UNDONE else None


def _done(state: JobState, step_id: str) -> bool:
    found = state.step(step_id)
    return found is not None and found.status is Status.DONE


def _cron(state: JobState) -> list[Leftover]:
    item = _acted(state, _PAUSE)
    if item is None or _done(state, "resume-cron"):
        return []
    hosts = _named(item.facts.get("paused", {}))
    return [
        Leftover(
            what=f"cron and consumers are paused{f' on {hosts}' if hosts else ''}",
            step=_PAUSE,
            back=f"cron and consumers go on{f' on {hosts}' if hosts else ''}",
            remedy="by hand, as `cron` says: `crontab -e` (its marks #mageconsole-paused), systemctl, supervisorctl, "
            "or cron/enabled in env.php",
        )
    ]


def _named(by_host: Mapping[str, Any]) -> str:
    return ", ".join(Host(address=address).name for address in by_host)


def _flags(state: JobState) -> list[Leftover]:
    item = _acted(state, _CLOSE)
    if item is None:
        return []
    health = state.step("health")
    if _done(state, "open") and not (health is not None and health.status is Status.FAILED):
        return []
    hosts = _named({address: names for address, names in item.facts.get("sets", {}).items() if names})
    if "sets" in item.facts and not hosts:  # closed by a person before: theirs, not the job's
        return []
    target = state.plan.target if state.plan else "ENV"
    return [
        Leftover(
            what=f"the shop is closed (maintenance flags{f' on {hosts}' if hosts else ''})",
            step=_CLOSE,
            back=f"the shop is opened{f' on {hosts}' if hosts else ''}",
            remedy=f"`mageconsole maintenance {target} off` opens it",
        )
    ]


def _database(state: JobState, alive: bool) -> list[Leftover]:
    found = []
    for item in state.steps:
        if item.step.point_of_no_return and item.acted:
            ended = "has run" if item.status is Status.DONE else "had begun, and did not end well"
            if alive and item.status is Status.RUNNING:
                ended = "is running"
            found.append(Leftover(what=f'the database step "{item.step.title}" {ended}'))
    return found


def _settings(state: JobState) -> list[Leftover]:
    """Return what the job set from the new release, unless that was taken back."""
    item = _acted(state, _SETTING)
    if item is None or (item.facts.get("taken_back") and not item.facts.get("set")):
        return []
    ended = (
        "has run: env.php of all hosts has it"
        if item.facts.get("set")
        else "had begun, and nobody knows how far"
    )
    remedy = (
        "env.php as it was lies in .mageconsole/backups of each host; after putting it back, app:config:import"
    )
    return [Leftover(what=f'"{item.step.title}" {ended}', remedy=remedy)]


def _custom(state: JobState) -> list[Leftover]:
    return [
        Leftover(
            what=f'the shop\'s own step "{item.step.title}" has run',
            remedy=f"its undo was not run: {item.step.undo}" if item.step.undo else "it has no undo",
        )
        for item in state.steps
        if item.step.action == CUSTOM and item.acted and item.status is not Status.UNDONE
    ]


def _lock(state: JobState) -> list[Leftover]:
    held = ""
    for item in state.steps:
        if item.step.action == LOCK and _acted(state, item.step.id):
            held = item.step.id
        elif item.step.action == "unlock" and item.status is Status.DONE:
            held = ""
    return [Leftover(what="the lock is held", step=held, back="the lock is given back")] if held else []


def _begun(state: JobState) -> list[Leftover]:
    """Return what a change of settings has done, or half done, and would take back."""
    return [
        Leftover(
            what=f'"{item.step.title}" {"has run" if item.status is Status.DONE else "had begun"}',
            remedy=f"to be taken back: {item.step.undo}",
        )
        for item in state.steps
        if item.acted
        and item.step.undo
        and item.step.id not in (_CLOSE, LOCK)
        and item.status is not Status.UNDONE
    ]


def leftovers(state: JobState, *, alive: bool = False) -> tuple[Leftover, ...]:
    """Return what the job left, as its journal tells it; the lock last. `alive`: its process still works at it."""
    if state.plan is None or state.plan.kind not in ("promote", "rollback", "verify"):
        changes_settings = state.plan is not None and state.plan.kind == "settings"
        return (
            *(_flags(state) if changes_settings else ()),
            *(_begun(state) if changes_settings else ()),
            *_lock(state),
        )
    changed = (*_database(state, alive), *_settings(state), *_custom(state))
    return (*_cron(state), *_flags(state), *changed, *_lock(state))


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """What giving the job up does, and what it leaves."""

    put_back: tuple[Leftover, ...]
    left: tuple[Leftover, ...]
    why: str = ""
    """Why something that could be put back is left, empty when nothing is."""

    @property
    def steps(self) -> tuple[str, ...]:
        """The steps that are undone."""
        return tuple(item.step for item in self.put_back)


def judged(state: JobState, facts: Facts, *, anyway: bool = False) -> Judged:
    """Sort what the job left into what is put back and what stays.

    Only what it turned on itself is put back, and that only where the shop is whole: customers and cron jobs
    must not meet code that does not fit the database, nor two releases at once. `anyway`: a person knows that
    it is. The lock is given back always.
    """
    why = "" if anyway else _unsafe(state, facts)
    put_back: list[Leftover] = []
    left: list[Leftover] = []
    for item in leftovers(state):
        lock = item.step and item.step not in (_PAUSE, _CLOSE)
        (put_back if lock or (item.step and not why) else left).append(item)
    if facts.mixed:
        told = "; ".join(f"{name}: {release or 'nothing'}" for name, release in facts.releases.items())
        left.append(Leftover(what=f"the hosts run different releases ({told})"))
    if facts.unverified and state.past_return:
        left.append(Leftover(what=f"the live release was never verified on {', '.join(facts.unverified)}"))
    held_back = any(item.step for item in left)
    return Judged(put_back=tuple(put_back), left=tuple(left), why=why if held_back else "")


def judged_settings(state: JobState, *, anyway: bool = False) -> Judged:
    """Sort what a change of settings left: what was set stays, the lock is given back, and the shop opened.

    That only where its files fit the database: nothing was set yet, or all of it, and every host was asked.
    Else each page would answer HTTP 500. `anyway`: a person knows that they fit.
    """
    set_by = [item for item in state.steps if item.step.id in _SETS]
    untouched = not any(_acted(state, item.step.id) for item in set_by)
    whole = _done(state, "settled") and all(item.status is Status.DONE for item in set_by)
    opens = anyway or untouched or whole
    put_back: list[Leftover] = []
    left: list[Leftover] = []
    for item in leftovers(state):
        (put_back if item.step and (opens or item.step != _CLOSE) else left).append(item)
    return Judged(
        put_back=tuple(put_back), left=tuple(left), why="" if not any(i.step for i in left) else _HALF_SET
    )


def _unsafe(state: JobState, facts: Facts) -> str:
    """Return why the shop can't be opened, nor cron go on; "" when it can."""
    if facts.mixed or not facts.releases:
        return "the hosts do not all run the same release" if facts.mixed else "no host could be asked"
    if not state.past_return:
        return ""
    if any(
        item.acted and item.step.point_of_no_return and not _done(state, item.step.id) for item in state.steps
    ):
        return "a database step did not end well: Magento's answers do not tell what it left half done"
    if facts.fits:
        return ""
    if facts.fits is None:
        return "Magento could not be asked whether the live release fits the database"
    return "Magento says that the live release does not fit the database as it now is"


def told(items: Sequence[Leftover]) -> tuple[str, ...]:
    """Return what is left in words, each with what a person does about it."""
    return tuple(f"{item.what}{f' ({item.remedy})' if item.remedy else ''}" for item in items)
