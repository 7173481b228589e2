"""Hosts of one environment whose files differ: what a request gets depends on which host answers it."""

from collections.abc import Iterator, Mapping
from typing import Final

from core.environments.leaks import is_secret_name
from core.magento.php_values import Array, Value
from core.magento.scope import Scope
from core.magento.setting_key import SettingKey, leaves
from core.settings.finding import Finding
from core.settings.layers import Layer, Layers
from core.settings.value import SettingValue

_FILES: Final = (Layer.VARIABLE, Layer.ENV, Layer.CONFIG)
"""What each host has of its own; the database is one."""
_OWN: Final = (
    "db",
    "session",
    "cache",
    "lock",
    "queue",
    "install",
    "cache_types",
    "http_cache_hosts",
    "resource",
)
"""Top-level keys of env.php that may differ between hosts (decision 30: each keeps its own db and cache)."""


def drift(environment: str, hosts: Mapping[str, Layers]) -> list[Finding]:
    """Return the settings that the hosts' own files set differently. Hosts are named in the order of the file."""
    found = []
    for layer in _FILES:
        read = {host: item.values[layer] for host, item in hosts.items() if layer in item.values}
        for key in _keys(read):
            values = {host: values.get(key.scope, {}) for host, values in read.items()}
            differing = _differing(values, key.path)
            if differing:
                found.append(_finding(environment, layer, key, differing, tuple(read)))
    return found


def _keys(read: Mapping[str, Mapping[Scope, Mapping[str, SettingValue]]]) -> Iterator[SettingKey]:
    keys = (
        SettingKey(path, scope) for item in read.values() for scope, inner in item.items() for path in inner
    )
    yield from dict.fromkeys(keys)


def _differing(values: Mapping[str, Mapping[str, SettingValue]], path: str) -> tuple[str, ...]:
    """Return the hosts that have another value than the first, or none where it has one."""
    first, *others = values
    mine = values[first]
    return tuple(
        host
        for host in others
        if (path in mine) != (path in values[host])
        or (path in mine and _differ(mine[path], values[host][path]))
    )


def _differ(one: SettingValue, other: SettingValue) -> bool:
    """Tell whether two values differ for the configuration hash: types and ciphertexts count too."""
    return type(one) is not type(other) or one != other


def _finding(
    environment: str, layer: Layer, key: SettingKey, differing: tuple[str, ...], hosts: tuple[str, ...]
) -> Finding:
    others = ", ".join(differing)
    return Finding(
        code="host-drift",
        environment=environment,
        key=key,
        hosts=differing,
        what=f"{layer} on {others} says something else than on {hosts[0]}",
        remedy="give php-fpm the same variables on all hosts"
        if layer is Layer.VARIABLE
        else "apply the environment's settings again: mageconsole settings apply",
        blocks=layer is not Layer.VARIABLE,
    )


def env_drift(environment: str, files: Mapping[str, Array]) -> list[Finding]:
    """Return the keys of env.php outside `system` that differ between hosts, and are not each host's own."""
    rest = {host: dict(leaves({key: item for key, item in env.items() if key not in (*_OWN, "system")}))
            for host, env in files.items()}  # fmt: skip
    found = []
    for path in dict.fromkeys(path for values in rest.values() for path in values):
        differing = _differing_env(rest, path)
        if differing:
            found.append(_env_finding(environment, path, differing, next(iter(files))))
    return found


def _differing_env(values: Mapping[str, Mapping[str, Value]], path: str) -> tuple[str, ...]:
    first, *others = values
    missing = object()
    return tuple(host for host in others if values[host].get(path, missing) != values[first].get(path, missing))


def _env_finding(environment: str, path: str, differing: tuple[str, ...], first: str) -> Finding:
    key = path == "crypt/key"
    others = ", ".join(differing)
    return Finding(
        code="crypt-key-differs" if key else "host-drift",
        environment=environment,
        env=path,
        hosts=differing,
        what=f"the encryption key on {others} is another than on {first}: what one encrypts, the other can't read"
        if key
        else f"env.php on {others} says something else than on {first}",
        remedy="find out which key the database was written with; keys are never moved by the console"
        if key
        else "make the files agree, or say why they differ",
        blocks=key or is_secret_name(path),
    )
