"""Declaring settings in environments.toml: where each kind stands, writing it, and taking a change back."""

import datetime
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias

import msgspec

from core.environments.edit import REMOVE, Leaf, Removal, edit
from core.environments.load import load
from core.environments.model import Environment, Project
from core.errors import Refused
from core.magento.setting_key import SettingKey, named
from core.settings.desired import secret_path, secret_place

Placed: TypeAlias = Mapping[tuple[str, ...], Leaf | Removal]
"""Key paths of environments.toml with what is to stand there."""


def declared_at(environment: str, key: SettingKey) -> tuple[str, ...]:
    """Return where environments.toml declares a setting."""
    code = [key.scope.code] if key.scope.code else []
    return ("environments", environment, "settings", key.scope.level, *code, key.path)


def setting(environment: str, key: SettingKey, value: Leaf, reason: str = "") -> Placed:
    """Return what declares a setting. reason: why a shared one is another on this system; it is recorded."""
    placed: dict[tuple[str, ...], Leaf | Removal] = {declared_at(environment, key): value}
    if reason:
        placed["environments", environment, "exceptions", str(key)] = reason
    return placed


def no_setting(environment: Environment, key: SettingKey) -> Placed:
    """Return what takes a declaration away, with the reason of an exception."""
    gone: dict[tuple[str, ...], Leaf | Removal] = {declared_at(environment.name, key): REMOVE}
    if str(key) in environment.exceptions:
        gone["environments", environment.name, "exceptions", str(key)] = REMOVE
    return gone


def ignored(environment: Environment, name: str, day: datetime.date | None) -> Placed:
    """Return what lets a difference be until a day, by `Difference.name`; None: it is told again."""
    found = next((path for path in environment.ignore if str(secret_place(path)) == name), "")
    path = found or secret_path(named(name) if " (" in name else name)
    if day is None and not found:
        return {}
    return {("environments", environment.name, "ignore", path): REMOVE if day is None else day}


def sensitive(environment: Environment, path: str) -> Placed:
    """Return what names a secret; nothing when it is named already."""
    if path in environment.sensitive:
        return {}
    return {("environments", environment.name, "sensitive"): [*environment.sensitive, path]}


def not_sensitive(environment: Environment, path: str) -> Placed:
    """Return what names a secret no more; nothing when it is not named."""
    if path not in environment.sensitive:
        return {}
    left = [one for one in environment.sensitive if one != path]
    return {("environments", environment.name, "sensitive"): left or REMOVE}


def declare(project: Project, changes: Placed) -> Project:
    """Write declarations and return the project as it is then; the rest of the file stays as it is.

    Raises Refused `environments-changed` when somebody else changed the file, and ConsoleError.
    """
    if not changes:
        return project
    placed: dict[tuple[str | int, ...], Leaf | Removal] = dict(changes.items())
    edit(Path(project.file), placed, project.digest)
    return load(project.file)


def inverse(project: Project, changes: Placed) -> Placed:
    """Return what puts back what changes are about to replace. Raises ConsoleError."""
    data = tomllib.loads(Path(project.file).read_text())
    return {path: _at(data, path) for path in changes}


def _at(data: Any, path: tuple[str, ...]) -> "Leaf | Removal":
    for part in path:
        if not isinstance(data, dict) or part not in data:
            return REMOVE
        data = data[part]
    found: Leaf = data
    return found


def refuse_secret(environment: str, name: str, why: str) -> None:
    """Raise Refused: a sensitive value belongs into no file and no argument."""
    raise Refused(
        "secret-in-environments",
        f"{name} is sensitive ({why}); its value belongs into no file and no argument.",
        where=environment,
        remedy=f"mageconsole settings secret set {environment} {name}",
    )


def same_systems(one: Project, other: Project) -> bool:
    """Tell whether two readings name the same systems, reached in the same way: only what is declared differs."""
    return _without_declarations(one) == _without_declarations(other)


def _without_declarations(project: Project) -> Project:
    environments = {
        name: msgspec.structs.replace(item, settings={}, env={}, sensitive=(), exceptions={}, ignore={})
        for name, item in project.environments.items()
    }
    return msgspec.structs.replace(project, environments=environments, kinds={}, digest="")
