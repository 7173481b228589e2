"""Plans and steps as plain data, and the digest that approves exactly one of them."""

import hashlib
from enum import StrEnum
from typing import Any, Final

import msgspec

SCHEMA: Final = 1
"""Raised whenever the meaning of a plan's fields changes; part of the digest."""


class Phase(StrEnum):
    """The part of a promotion or build that a step belongs to (design, section 5)."""

    PREPARE = "prepare"
    BUILD = "build"
    DECIDE = "decide"
    CUT_OVER = "cut over"
    VERIFY = "verify"
    FINISH = "finish"


class StepKind(StrEnum):
    """How often a step may run (decision 6)."""

    PROBE = "probe"
    """Changes nothing; asked again each time, also when a job is resumed."""
    ENSURE = "ensure"
    """Looks, acts only when needed, looks again."""
    TASK = "task"
    """A remote task that runs once; joined again when a job is resumed."""
    STREAM = "stream"
    """Resumable: goes on from what has arrived."""
    GATE = "gate"
    """Waits for a person."""


class Step(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One unit of a plan."""

    id: str
    """Unique in its plan, kebab-case."""
    phase: Phase
    kind: StepKind
    title: str
    """What an operator reads: "switch web1, web2"."""
    action: str
    """The name under which the worker finds the action."""
    hosts: tuple[str, ...] = ()
    """Addresses as in environments.toml."""
    args: dict[str, Any] = {}
    """Plain JSON values; never a secret."""
    commands: tuple[str, ...] = ()
    """The commands as they will run on each host, to be read by a person."""
    window: bool = False
    """Whether the shop is closed while it runs."""
    point_of_no_return: bool = False
    """A database step: once it has started, nothing is undone by itself (decision 4)."""
    undo: str = ""
    """How it is undone, in words; empty: nothing to undo."""
    essential: bool = False
    """Skipping it would leave the shop half done, or show it so: it can't be skipped."""
    on_failure: str = "stop"
    """`stop`, or `warn`: the job goes on and says so."""
    secrets: tuple[str, ...] = ()
    """Names of the secrets that the action asks for."""
    limit_s: float = 60.0


class Pin(msgspec.Struct, frozen=True, order=True):
    """Something that a plan rests on; when it has moved, the plan is stale (decision 3)."""

    kind: str
    host: str
    key: str
    digest: str


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What a job will do. Building it has changed nothing."""

    kind: str
    """`build`, `promote`, `rollback`."""
    title: str
    target: str
    """The environment that changes."""
    source: str = ""
    steps: tuple[Step, ...]
    pins: tuple[Pin, ...] = ()
    forecast: dict[str, Any] = {}
    """What will probably happen: for people; not part of the digest."""
    options: dict[str, Any] = {}
    """What the operator asked for: `allow_delete`, `full_upgrade`, ..."""
    schema: int = SCHEMA


def digest(plan: Plan) -> str:
    """Return the plan's digest, 64 hexadecimal characters; the forecast is no part of it."""
    # By way of JSON: a limit given as 600 is 600.0 once the plan has been stored and read again.
    stored = msgspec.json.decode(msgspec.json.encode(plan), type=Plan)
    content = msgspec.structs.replace(stored, forecast={}, pins=tuple(sorted(plan.pins)))
    return hashlib.sha256(msgspec.json.encode(content, order="deterministic")).hexdigest()
