"""What stands between two neighbours: the question with which an operator comes. Pure."""

from collections.abc import Sequence
from typing import Final

from core.console.snapshot import EnvironmentSnapshot, Gap, Snapshot
from core.environments.model import Role
from tui.promotion.text import Style

IN_STEP: Final = "in step"


def counted(count: int, one: str, many: str = "") -> str:
    """Return a number with its noun."""
    return f"{count} {one if count == 1 else many or one + 's'}"


def gap_text(gap: Gap | None, source: EnvironmentSnapshot, target: EnvironmentSnapshot) -> tuple[str, Style]:
    """Return what promoting would bring, in few words, and how it is to be shown."""
    if source.first.seen is None or target.first.seen is None:
        return "not seen yet", "dim"
    if not source.runs or not target.runs:
        return ("nothing to promote yet" if not source.runs else "nothing there yet"), "dim"
    if gap is None or not gap.fits(source, target):
        if source.runs == target.runs or same_commit(source, target):
            return IN_STEP, "dim"
        return "differs", ""
    if gap.in_step or same_commit(source, target):
        return IN_STEP, "dim"
    parts = []
    if gap.commits:
        parts.append(counted(gap.commits, "commit"))
    if gap.settings:
        parts.append(counted(gap.settings, "setting"))
    if gap.database:
        parts.append("schema")
    return (", ".join(parts) or "differs"), "attention" if gap.database else ""


def same_commit(source: EnvironmentSnapshot, target: EnvironmentSnapshot) -> bool:
    """Whether both run the same commit: between development and build there is no artifact to compare."""
    return bool(commit_of(source)) and commit_of(source) == commit_of(target)


def commit_of(environment: EnvironmentSnapshot) -> str:
    """Return the commit that an environment runs, or has built."""
    host = environment.first
    if environment.mixed:
        return ""
    if host.development is not None:
        return host.development.commit
    if host.build is not None:
        return host.build.newest.commit if host.build.newest else ""
    return host.target.commit if host.target else ""


def flow(snapshot: Snapshot, development: str = "") -> list[EnvironmentSnapshot]:
    """Return the environments in the order of the flow, one of the development systems among them."""
    order = (Role.DEVELOPMENT, Role.BUILD, Role.STAGING, Role.PRODUCTION)
    shown = []
    for role in order:
        found = [item for item in snapshot.environments if item.role is role]
        if role is Role.DEVELOPMENT and found:
            found = [item for item in found if item.name == development] or found[:1]
        shown += found
    return shown


def following(shown: Sequence[EnvironmentSnapshot], name: str) -> EnvironmentSnapshot | None:
    """Return the environment that comes after one, None for the last."""
    names = [item.name for item in shown]
    at = names.index(name) + 1 if name in names else len(names)
    return shown[at] if at < len(names) else None
