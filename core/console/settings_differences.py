"""How systems stand to what is declared for them, as it crosses to the screen. Pure; asks no host."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Final

from core.console.settings_effects import effects
from core.console.settings_showing import text_of
from core.console.settings_table import ShownDifference
from core.console.system_settings import HostSettings, SystemSettings
from core.environments.model import Role
from core.errors import ConsoleError, Exit
from core.magento.setting_key import leaves
from core.settings.column import ABSENT, Possible
from core.settings.desired import desired
from core.settings.difference import Difference, Standing, compare
from core.settings.layers import Layer
from core.settings.value import Sensitive, hide

APPLIED: Final = (Standing.DIFFERS, Standing.MISSING)
"""What applying mends."""


def shown_differences(
    system: SystemSettings, secrets: Mapping[str, Sensitive], key: bytes, today: datetime.date
) -> tuple[ShownDifference, ...]:
    """Return what a person has to decide about a system, or let be. secrets: those at hand, by path."""
    if system.environment.role is Role.BUILD:
        return ()
    found = _compared(system, secrets, key, today)
    late = behind(system, found)
    each = Hosts(system, key)
    return tuple(
        each.shown(item, late=item in late)
        for item in found
        if item.standing is not Standing.AS_DECLARED or item in late
    )


def _compared(
    system: SystemSettings, secrets: Mapping[str, Sensitive], key: bytes, today: datetime.date | None = None
) -> list[Difference]:
    source = system.source
    return compare(
        desired(system.environment), source.layers, source.env, system.classifier,
        secrets=secrets, key=key, today=today,
    )  # fmt: skip


def find_difference(
    system: SystemSettings, secrets: Mapping[str, Sensitive], key: bytes, name: str
) -> Difference:
    """Return how one setting, or key of env.php, stands to its declaration. Raises ConsoleError."""
    found = next((item for item in _compared(system, secrets, key) if item.name == name), None)
    if found is None:
        raise ConsoleError(
            "no-such-difference",
            f"env.php on {system.environment.name} does not set {name}, and nothing declares it.",
            where=system.environment.name,
            exit_code=Exit.USAGE,
        )
    return found


def behind(system: SystemSettings, differences: Sequence[Difference]) -> list[Difference]:
    """Return keys of env.php that one host has as declared and another has not: all hosts get them."""
    keys = [dict(leaves(host.env)) for host in system.hosts]
    declared = system.environment.env
    return [
        item
        for item in differences
        if item.standing is Standing.AS_DECLARED
        and item.env in declared
        and any(found.get(item.env, ABSENT) != declared[item.env] for found in keys)
    ]


class Hosts:
    """What each host of a system has."""

    def __init__(self, system: SystemSettings, key: bytes) -> None:
        self._system = system
        self._key = key
        self._names = {host.address: host.name for host in system.environment.hosts}
        self._outside = {host.address: dict(leaves(host.env)) for host in system.hosts}

    def shown(self, item: Difference, *, late: bool) -> ShownDifference:
        applies = (item.standing in APPLIED and item.declared is not ABSENT) or late
        removes = item.standing is Standing.NOT_DECLARED
        follows = effects(item, self._system.source.layers, removes=removes) if applies or removes else ()
        return ShownDifference(
            environment=self._system.environment.name,
            name=item.name,
            file="env.php" if item.key is None else "env.php, system",
            kind=str(item.kind),
            standing=str(Standing.DIFFERS if late else item.standing),
            before=_text(item.real),
            after=_text(item.declared),
            applies=applies,
            needs_value=item.kind.is_sensitive and item.declared is ABSENT and item.standing in APPLIED,
            hosts=tuple(self._names.values()),
            others=tuple((host, _text(value)) for host, value in self.others(item)),
            effects=tuple(follows),
            choices=("apply",) if late else tuple(map(str, item.choices)),
            ignored_until="" if item.ignored_until is None else item.ignored_until.isoformat(),
        )

    def others(self, item: Difference) -> tuple[tuple[str, Possible], ...]:
        """Return the hosts that have something else than the one that speaks for all, with what."""
        source = self._system.source
        found = {host.address: self._of(host, item) for host in self._system.hosts}
        ours = found[source.address]
        return tuple(
            (self._names.get(address, address), theirs) for address, theirs in found.items() if theirs != ours
        )

    def _of(self, host: HostSettings, item: Difference) -> Possible:
        if item.key is not None:
            return host.layers.values.get(Layer.ENV, {}).get(item.key.scope, {}).get(item.key.path, ABSENT)
        value: Possible = self._outside[host.address].get(item.env, ABSENT)
        if item.kind.is_sensitive and value is not ABSENT and not isinstance(value, Sensitive):
            return hide(value, self._key)
        return value


def _text(value: Possible) -> str:
    return "" if value is ABSENT else text_of(value) or "''"
