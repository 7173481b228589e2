"""What can be wrong between the parts of environments.toml."""

from collections.abc import Mapping, Sequence
from typing import Any

from core.environments.model import Host, Role
from core.environments.place import Place, shown
from core.environments.readers import nearest
from core.environments.sections import Draft

_TARGETS = (Role.STAGING, Role.PRODUCTION)
_DEFAULT_PORT = 22


def tell(top: Place, environments: Mapping[str, Draft], steps: Sequence[Draft]) -> None:
    """Tell all mistakes that show only when the parts are seen together."""
    place = top / "environments"
    _tell_roles(place, environments)
    _tell_hosts(place, environments)
    for name, draft in environments.items():
        _tell_requires(place / name / "requires", name, environments)
        _tell_incomplete(place / name, name, draft)
    _tell_steps(top / "steps", environments, steps)


def _tell_roles(place: Place, environments: Mapping[str, Draft]) -> None:
    roles = [draft.get("role") for draft in environments.values()]
    for role in (Role.BUILD, Role.PRODUCTION):
        # An environment whose role could not be read may be the one that seems to be missing.
        if role not in roles and None not in roles and not (place / role.value).is_wrong:
            hint = f'Add an environment with role = "{role}".'
            (place / role.value).wrong(
                f"missing-{role}", "no environment of that role", f"a {role} environment", hint
            )
    builds = [name for name, draft in environments.items() if draft.get("role") is Role.BUILD]
    for name in builds[1:]:
        found = f"a second build environment beside environments.{builds[0]}"
        (place / name / "role").wrong("two-builds", found, "one build environment")
    for name, draft in environments.items():
        if name in set(Role) and draft.get("role") not in (None, name):
            found = f'the name of another role than its own, "{draft["role"]}"'
            (place / name / "role").wrong("misleading-name", found, f'the role "{name}", or another name')


def _machine(draft: Draft) -> tuple[str, int]:
    host = Host(address=draft["address"])
    return host.name.lower(), host.port or _DEFAULT_PORT


def _tell_hosts(place: Place, environments: Mapping[str, Draft]) -> None:
    taken: dict[tuple[tuple[str, int], str], str] = {}
    for name, draft in environments.items():
        inside: dict[tuple[str, int], int] = {}
        for position, host in draft.get("hosts", {}).items():
            if "address" not in host:
                continue
            here = place / name / "hosts" / position
            machine = _machine(host)
            if machine in inside:
                here.wrong("duplicate-host", f"the same host as hosts[{inside[machine]}]", "each host once")
                continue
            inside[machine] = position
            path = host.get("path", draft.get("path"))
            other = taken.setdefault((machine, path), name) if path else name
            if other != name:
                found = f"the host and path of environments.{other}"
                here.wrong("duplicate-path", found, "a path of its own on each host")


def _tell_requires(place: Place, name: str, environments: Mapping[str, Draft]) -> None:
    wanted = environments[name].get("requires")
    if not wanted:
        return
    targets = [key for key, draft in environments.items() if draft.get("role") in _TARGETS and key != name]
    if wanted == name:
        place.wrong("requires-itself", shown(wanted), "another environment")
    elif wanted not in environments:
        place.wrong(
            "unknown-environment", shown(wanted), "the name of an environment", nearest(wanted, targets)
        )
    elif environments[wanted].get("role") not in (None, *_TARGETS):
        place.wrong("wrong-requires", shown(wanted), "a staging or production environment")
    else:
        seen = [name]
        while wanted in environments and wanted not in seen:
            seen.append(wanted)
            wanted = environments[wanted].get("requires", "")
        if wanted == name:
            place.wrong("requires-cycle", " -> ".join([*seen, name]), "no circle")


def _tell_incomplete(place: Place, name: str, draft: Draft) -> None:
    role, hosts = draft.get("role"), draft.get("hosts", {})
    health = draft.get("health")
    if health is not None and not health.host and not draft.get("url"):
        hint = 'Add health.host, or the environment\'s "url".'
        (place / "health").wrong(
            "health-without-host", "neither host nor url", "the shop's name to ask for", hint
        )
    if role is Role.BUILD:
        if len(hosts) > 1:
            (place / "hosts").wrong("too-many-hosts", f"{len(hosts)} hosts", "one host: a build runs on one")
        if not draft.get("repository"):
            (place / "repository").wrong("missing-key", "nothing", "the git repository that is built")
    files = draft.get("shared_files")
    if role in _TARGETS and files is not None and "app/etc/env.php" not in files:
        hint = "A release without env.php is a shop that is not installed."
        (place / "shared_files").wrong("env-not-shared", "a list without it", '"app/etc/env.php" in it', hint)
    if draft.get("cron") in ("systemd", "supervisor") and not draft.get("cron_units"):
        (place / "cron_units").wrong("missing-key", "nothing", f'what cron = "{draft["cron"]}" runs')


def _tell_steps(place: Place, environments: Mapping[str, Draft], steps: Sequence[Draft]) -> None:
    taken: dict[tuple[Any, ...], int] = {}
    for position, step in enumerate(steps):
        here, on = place / position, step.get("on")
        if on is None:
            continue
        targets = on_which(on, environments)
        if not targets:
            known = list(
                dict.fromkeys(
                    [*environments, *(str(draft["role"]) for draft in environments.values() if "role" in draft)]
                )
            )
            (here / "on").wrong(
                "unknown-environment", shown(on), "an environment or the role of one", nearest(on, known)
            )
        if step.get("window") and any(
            environments[name].get("role") not in (None, *_TARGETS) for name in targets
        ):
            (here / "window").wrong("wrong-step", "a window", "none: only staging and production are closed")
        for target in targets:
            if "name" in step and (first := taken.setdefault((target, step["name"]), position)) != position:
                (here / "name").wrong("duplicate-name", f"the name of steps[{first}]", "a name of its own")


def on_which(on: str, environments: Mapping[str, Draft]) -> tuple[str, ...]:
    """Return the names of the environments that a step's `on` means: one by its name, or all of a role."""
    if on in environments:
        return (on,)
    return tuple(name for name, draft in environments.items() if draft.get("role") == on)
