"""What a person wants to have planned: a promotion, a roll back or a build. Pure but for the asking."""

from collections.abc import Mapping
from typing import Any, Literal, Protocol

import msgspec

from core.console.answers import Planned
from core.model.plan import Plan


class Planner(Protocol):
    """Who makes plans: the looker."""

    async def plan_promotion(
        self, source: str, target: str, artifact: str = "", options: dict[str, Any] | None = None
    ) -> Planned:
        """Plan a promotion."""

    async def plan_rollback(self, target: str, to: str = "", options: dict[str, Any] | None = None) -> Planned:
        """Plan a roll back."""

    async def plan_build(self, ref: str = "", options: dict[str, Any] | None = None) -> Planned:
        """Plan a build."""


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be planned."""

    kind: Literal["promote", "rollback", "build"]
    target: str
    source: str = ""
    item: str = ""
    """The artifact, the release, or the commit, branch or tag; empty: the newest, the one before, the branch."""
    options: dict[str, Any] = {}
    """As on the command line: `allow_delete`, `drop`, `hotfix`, `full_upgrade`, `anyway`."""

    @property
    def title(self) -> str:
        """What it is, in a few words."""
        match self.kind:
            case "promote":
                return f"promote {self.source} to {self.target}"
            case "rollback":
                return f"roll back {self.target}"
            case _:
                return f"build {self.item}".strip()

    async def plan(self, planner: Planner) -> Planned:
        """Have it planned. Raises ConsoleError. A failed step of it waits for a person."""
        options = {**self.options, "on_failure": "ask"}
        match self.kind:
            case "promote":
                return await planner.plan_promotion(self.source, self.target, self.item, options)
            case "rollback":
                return await planner.plan_rollback(self.target, self.item, options)
            case _:
                return await planner.plan_build(self.item, options)


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that can be asked for besides."""

    name: str
    """The option's, as on the command line; empty: which artifact, release or commit."""
    label: str
    hint: str
    shape: Literal["text", "list", "flag"] = "text"


_DELETE = Field(
    name="allow_delete", label="Let the import delete", hint="codes of stores, groups, websites", shape="list"
)
_FIELDS: dict[str, tuple[Field, ...]] = {
    "promote": (
        Field(name="", label="Artifact", hint="its id; empty: the newest"),
        _DELETE,
        Field(name="drop", label="Leave behind", hint="paths that only the live release has", shape="list"),
        Field(name="hotfix", label="Go past what is required", hint="the reason; it is recorded"),
        Field(name="full_upgrade", label="Full upgrade", hint="yes: though no probe asks for it", shape="flag"),
    ),
    "rollback": (
        Field(name="", label="Release", hint="its name; empty: the one before"),
        _DELETE,
        Field(name="anyway", label="Anyway", hint="yes: though it does not fit the database", shape="flag"),
    ),
    "build": (Field(name="", label="Build", hint="a branch, tag or commit; empty: the branch"),),
}


def fields(wanted: Wanted) -> tuple[tuple[Field, str], ...]:
    """Return what can be asked for, with what is asked for now, as it is typed."""
    return tuple((field, _typed(wanted, field)) for field in _FIELDS[wanted.kind])


def _typed(wanted: Wanted, field: Field) -> str:
    value = wanted.options.get(field.name, "") if field.name else wanted.item
    if isinstance(value, list | tuple):
        return ", ".join(str(item) for item in value)
    return "yes" if value is True else str(value or "")


def asked_for(wanted: Wanted, typed: Mapping[str, str]) -> Wanted:
    """Return what is wanted with what was typed, by the fields' names."""
    options = dict(wanted.options)
    for field in _FIELDS[wanted.kind]:
        text = typed.get(field.name, "").strip()
        if not field.name:
            wanted = msgspec.structs.replace(wanted, item=text)
            continue
        value: Any = text
        if field.shape == "list":
            value = [part.strip() for part in text.split(",") if part.strip()]
        elif field.shape == "flag":
            value = text.lower() in ("y", "yes", "true", "1")
        options[field.name] = value
    kept = {name: value for name, value in options.items() if value}
    return msgspec.structs.replace(wanted, options=kept)


_NOT_ASKED = ("on_failure", "step", "environments", "yes", "confirm", "approved")
"""Options that say how a job is run, not what is planned."""


def wanted_of(plan: Plan) -> Wanted:
    """Return what a plan was made from, to have it made again."""
    item = {
        "promote": plan.forecast.get("artifact", {}).get("id", ""),
        "rollback": plan.forecast.get("release", ""),
        "build": next((pin.key for pin in plan.pins if pin.kind == "commit"), ""),
    }
    kind = plan.kind if plan.kind in item else "promote"
    return Wanted(
        kind=kind,  # type: ignore[arg-type] # one of the three
        target=plan.target,
        source=plan.source,
        item=str(item[kind]),
        options={key: value for key, value in plan.options.items() if key not in _NOT_ASKED},
    )
