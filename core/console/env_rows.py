"""Keys of env.php outside `system` as rows: those that are declared, or that a finding names. Pure."""

from collections.abc import Mapping

from core.console.settings_table import OUTSIDE, ShownCell, ShownLadder, ShownRung, ShownSetting
from core.console.system_settings import HostSettings, SystemSettings
from core.environments.leaks import is_secret_name
from core.environments.model import Role
from core.magento.php_values import Value
from core.magento.setting_key import leaves
from core.settings.desired import desired, secret_place
from core.settings.row import State
from core.settings.value import Sensitive, hide, shown
from core.text import one_line

_LONGEST = 400


def env_names(systems: Mapping[str, SystemSettings]) -> tuple[str, ...]:
    """Return the keys that are worth a row, in the order of the systems."""
    found: dict[str, None] = {}
    for system in systems.values():
        wanted = desired(system.environment)
        places = map(secret_place, wanted.secrets)
        found |= dict.fromkeys([*wanted.env, *(place for place in places if isinstance(place, str))])
        found |= dict.fromkeys(finding.env for finding in system.findings() if finding.env)
    return tuple(sorted(found))


def env_rows(systems: Mapping[str, SystemSettings], key: bytes) -> tuple[ShownSetting, ...]:
    """Return a row for each; the host that speaks for all says what it is. key: of the fingerprints."""
    return tuple(_row(systems, name, key) for name in env_names(systems))


def _row(systems: Mapping[str, SystemSettings], name: str, key: bytes) -> ShownSetting:
    texts = {one: value_of(system.source, name, key) for one, system in systems.items() if _has_env(system)}
    cells = tuple(
        None if texts.get(one) is None else ShownCell(texts[one] or "''", "env.php") for one in systems
    )
    secret = is_secret_name(name)
    state = State.SYSTEM | (State.SENSITIVE if secret else State(0))
    if None in texts.values():
        state |= State.MISSING
    elif len(set(texts.values())) > 1:
        state |= State.DIFFERING
    else:
        state |= State.EQUAL
    kind = "system-specific and sensitive" if secret else "system-specific"
    return ShownSetting(name, "default", kind, "declared", OUTSIDE, int(state), cells)


def _has_env(system: SystemSettings) -> bool:
    return system.environment.role is not Role.BUILD


def value_of(host: HostSettings, name: str, key: bytes) -> str | None:
    """Return what a key of a host's env.php is, as a person reads it; None: it is not there."""
    found = dict(leaves(host.env))
    return _text(name, found[name], key) if name in found else None


def _text(name: str, value: Value, key: bytes) -> str:
    if not is_secret_name(name):
        return one_line(shown(value), _LONGEST)
    hidden = hide(value, key)
    return f"{shown(hidden)} {hidden.fingerprint[:4]}" if isinstance(hidden, Sensitive) else shown(hidden)


def env_ladder(name: str, system: SystemSettings, path: str, key: bytes) -> ShownLadder:
    """Return what each host's env.php says of a key."""
    names = {host.address: host.name for host in system.environment.hosts}
    rungs = []
    for host in system.hosts if _has_env(system) else ():
        text = value_of(host, path, key)
        if text is not None:
            layer = f"env.php on {names.get(host.address, host.address)}"
            # Each host has its own: none is in another's shadow.
            rungs.append(ShownRung(layer=layer, scope="default", text=text, wins=True))
    return ShownLadder(environment=name, label="", type="", rungs=tuple(rungs), locked_by="", unread=())
