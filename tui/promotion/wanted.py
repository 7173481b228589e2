"""What a person wants to have planned: a promotion, a roll back, a build, settings. Pure but for the asking."""

from collections.abc import Mapping, Sequence
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

    async def plan_settings(
        self,
        name: str,
        only: Sequence[str] = (),
        remove: Sequence[str] = (),
        options: dict[str, Any] | None = None,
    ) -> Planned:
        """Plan what makes a system as it is declared."""

    async def plan_shared(
        self,
        name: str,
        changes: Sequence[tuple[str, str, str | None]],
        message: str,
        options: dict[str, Any] | None = None,
    ) -> Planned:
        """Plan changes of shared settings."""


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be planned."""

    kind: Literal["promote", "rollback", "build", "settings", "shared"]
    target: str
    source: str = ""
    item: str = ""
    """The artifact, the release, or the commit, branch or tag; empty: the newest, the one before, the branch."""
    shared: tuple[tuple[str, str, str | None], ...] = ()
    """Shared settings: path, scope, value; None: it is taken out of config.php."""
    only: tuple[str, ...] = ()
    """Names of what is to be applied; all that is declared and not so, when there are none."""
    remove: tuple[str, ...] = ()
    """Names of what nobody declared, to be taken away."""
    options: dict[str, Any] = {}
    """As on the command line: `allow_delete`, `drop`, `keep`, `take`, `hotfix`, `full_upgrade`, `anyway`."""

    @property
    def title(self) -> str:
        """What it is, in a few words."""
        match self.kind:
            case "promote":
                return f"promote {self.source} to {self.target}"
            case "rollback":
                return f"roll back {self.target}"
            case "settings":
                return f"apply settings on {self.target}"
            case "shared":
                return f"change {self._changed} on {self.target}"
            case _:
                return f"build {self.item}".strip()

    @property
    def _changed(self) -> str:
        if len(self.shared) != 1:
            return f"{len(self.shared)} shared settings"
        path, scope, _ = self.shared[0]
        return path if scope == "default" else f"{path} ({scope})"

    @property
    def message(self) -> str:
        """The commit's, for shared settings."""
        given = str(self.options.get("message", ""))
        if given or len(self.shared) != 1:
            return given or f"Change {self._changed}"
        return (
            f"Take {self._changed} out of config.php" if self.shared[0][2] is None else f"Set {self._changed}"
        )

    async def plan(self, planner: Planner) -> Planned:
        """Have it planned. Raises ConsoleError. A failed step of it waits for a person."""
        options = {**self.options, "on_failure": "ask"}
        match self.kind:
            case "promote":
                return await planner.plan_promotion(self.source, self.target, self.item, options)
            case "rollback":
                return await planner.plan_rollback(self.target, self.item, options)
            case "settings":
                return await planner.plan_settings(self.target, self.only, self.remove, options)
            case "shared":
                return await planner.plan_shared(self.target, self.shared, self.message, options)
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
        Field(
            name="keep", label="Keep as set by hand", hint="paths of settings; or their beginning", shape="list"
        ),
        Field(
            name="take", label="Take the artifact's", hint="paths of settings; or their beginning", shape="list"
        ),
        Field(name="hotfix", label="Go past what is required", hint="the reason; it is recorded"),
        Field(name="full_upgrade", label="Full upgrade", hint="yes: though no probe asks for it", shape="flag"),
    ),
    "rollback": (
        Field(name="", label="Release", hint="its name; empty: the one before"),
        _DELETE,
        Field(name="anyway", label="Anyway", hint="yes: though it does not fit the database", shape="flag"),
    ),
    "settings": (
        Field(
            name="clean_pages",
            label="Clean cached pages",
            hint="yes: block_html and full_page too",
            shape="flag",
        ),
        Field(
            name="maintenance",
            label="Close the shop",
            hint="yes: meanwhile, so that no page answers 500",
            shape="flag",
        ),
    ),
    "shared": (Field(name="message", label="Commit message", hint="empty: what changes"),),
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
    if plan.kind == "settings":
        return _settings_of(plan)
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
        options=_asked(plan),
    )


def _asked(plan: Plan) -> dict[str, Any]:
    return {key: value for key, value in plan.options.items() if key not in _NOT_ASKED}


def _settings_of(plan: Plan) -> Wanted:
    """Return what a plan of settings was made from: shared settings, or those of a system."""
    args = next((step.args for step in plan.steps if "changes" in step.args), {})
    settings: list[dict[str, Any]] = args.get("changes", {}).get("settings", [])
    if args.get("file") == "config":
        shared = tuple((item["path"], _scope(item), _value(item)) for item in settings)
        return Wanted(kind="shared", target=plan.target, shared=shared, options=_asked(plan))
    env: list[dict[str, Any]] = args.get("changes", {}).get("env", [])
    named = [(_name(item), item) for item in settings] + [(str(item["path"]), item) for item in env]
    return Wanted(
        kind="settings",
        target=plan.target,
        only=tuple(name for name, item in named if item.get("operation") != "unset"),
        remove=tuple(name for name, item in named if item.get("operation") == "unset"),
        options=_asked(plan),
    )


def _scope(change: dict[str, Any]) -> str:
    return f"{change.get('level', 'default')}/{change['code']}" if change.get("code") else "default"


def _name(change: dict[str, Any]) -> str:
    scope = _scope(change)
    return str(change["path"]) if scope == "default" else f"{change['path']} ({scope})"


def _value(change: dict[str, Any]) -> str | None:
    return None if change.get("operation") == "unset" else str(change.get("value", ""))
