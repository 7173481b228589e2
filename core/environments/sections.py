"""The tables of environments.toml: what each key of theirs is read by."""

from pathlib import Path as LocalPath
from typing import Any

from core.environments import addresses, shapes
from core.environments.model import CustomStep, Environment, Health, Host, HostRole, Locales, Project, Timeouts
from core.environments.place import WRONG, Place, shown
from core.environments.readers import (
    Reader,
    by_type,
    filled,
    line,
    list_of,
    readers_of,
    required_of,
    struct,
    table,
    text,
    whole,
    words,
    wrong_type,
)

Draft = dict[str, Any]
"""The keys of a table that were right, ready for its Struct."""

_PORT = whole(1, 65535, "wrong-port")
_KEEP = whole(1, 1000)
_KEEP_JOBS = whole(10, 100_000)
_LOCALES = list_of(shapes.locale, least=1)
_ROLES = list_of(by_type(HostRole), least=1)


def _script(place: Place, value: Any) -> Any:
    return filled(place, value, text)


INHERITED: dict[str, Reader] = {
    "php": words,
    "run_as": shapes.account,
    "reload": text,
    "jump": addresses.jump,
}
"""Keys of a host that stand in its environment for all its hosts."""

_HOST = readers_of(
    Host, address=addresses.address, path=shapes.host_path, roles=_ROLES, web=addresses.address, **INHERITED
)
_STATIC = struct(Locales, themes=list_of(shapes.theme), locales=_LOCALES)
_HEALTH = struct(
    Health,
    path=shapes.request_path,
    host=shapes.web_host,
    status=whole(100, 599),
    port=_PORT,
    headers=shapes.headers,
)


def host(place: Place, value: Any) -> Any:
    """Read a host, a string or a table, into a draft."""
    if isinstance(value, dict):
        return table(place, value, _HOST, ["address"])
    if not isinstance(value, str):
        return wrong_type(place, value, 'an address, or a table with the key "address"')
    found = addresses.address(place, value)
    return WRONG if found is WRONG else {"address": found}


def _hosts(place: Place, value: Any) -> Any:
    if not isinstance(value, list):
        return wrong_type(place, value, "a list of hosts")
    if not value:
        return place.wrong("empty-host", "an empty list", "at least one host")
    drafts = {position: host(place / position, raw) for position, raw in enumerate(value)}
    return {position: draft for position, draft in drafts.items() if draft is not WRONG}


_ENVIRONMENT = INHERITED | readers_of(
    Environment,
    hosts=_hosts,
    path=shapes.host_path,
    url=shapes.url,
    branch=shapes.branch,
    locales=_LOCALES,
    composer_command=words,
    umask=shapes.umask,
    web_group=shapes.account,
    health=_HEALTH,
    shared_files=list_of(shapes.inner_path),
    shared_dirs=list_of(shapes.inner_path),
    artifact_exclude=list_of(shapes.inner_path),
    keep_releases=_KEEP,
    static=list_of(_STATIC),
    timeouts=struct(Timeouts),
    sensitive=list_of(shapes.secret_path),
    settings=shapes.settings,
    env=shapes.values(shapes.env_path),
    ignore=shapes.ignore,
    exceptions=shapes.reasons,
)
_GIVEN = ("name", "steps")
"""Fields of an environment that other places of the file say."""


def environment(place: Place, value: Any) -> Any:
    """Read an environment into a draft; its hosts are a dict of drafts by their position."""
    readers = {key: reader for key, reader in _ENVIRONMENT.items() if key not in _GIVEN}
    required = [key for key in required_of(Environment) if key not in _GIVEN]
    return table(place, value, readers, required)


def _secret_command(place: Place, value: Any) -> Any:
    """Read the command that prints a secret; one that names no secret would print the same for all."""
    command = words(place, value)
    if command is WRONG or any("{path}" in word for word in command):
        return command
    return place.wrong(
        "wrong-value",
        shown(value),
        'a command with {path} in it, such as "pass show acme/{environment}/{path}"',
    )


def project(place: Place, value: Any, folder: LocalPath) -> Any:
    """Read `[project]` into a draft; its paths are made absolute from `folder`."""

    def local(place: Place, value: Any) -> Any:
        value = line(place, value)
        if value is WRONG or not value:
            return value
        try:
            return str(folder / LocalPath(value).expanduser())
        except RuntimeError:
            return place.wrong("wrong-value", shown(value), "a path whose ~user exists on this machine")

    def locals_(place: Place, value: Any) -> Any:
        if isinstance(value, list):
            return list_of(local)(place, value)
        if not isinstance(value, str):
            return wrong_type(place, value, "a path, or a list of paths")
        value = local(place, value)
        return value if value is WRONG else tuple(filter(None, [value]))

    readers = readers_of(
        Project,
        name=filled,
        environments=environment,
        locales=_LOCALES,
        ssh_config=locals_,
        known_hosts=local,
        state_dir=local,
        secret_command=_secret_command,
        kinds=shapes.kinds,
        keep_jobs=_KEEP_JOBS,
    )
    for key in ("file", "digest", "environments"):
        del readers[key]
    return table(place, value, readers | {"keep_releases": _KEEP}, ["name"])


_STEP = readers_of(CustomStep, name=filled, on=filled, run=_script, undo=text)


def step(place: Place, value: Any) -> Any:
    """Read one `[[steps]]` table into a draft."""
    found = table(place, value, _STEP, required_of(CustomStep))
    if found is WRONG:
        return WRONG
    if isinstance(value, dict) and bool(value.get("before")) == bool(value.get("after")):
        both = "both" if value.get("before") else "neither"
        place.wrong("wrong-step", f'{both} of "before" and "after"', "one of the two")
    return found
