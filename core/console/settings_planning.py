"""Plans that change settings: what is declared and not there, a value on development. Reads, decides, changes nothing."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

import msgspec

from core.console.planning import Planner, environment_of
from core.console.secrets import Secrets
from core.console.setting_change import nothing_knows, refuse_arrays, setting_change
from core.console.settings_differences import APPLIED, Hosts, behind
from core.console.settings_effects import UNCHECKED, effects
from core.console.shared_rules import refuse_sensitive, refuse_shared_elsewhere
from core.console.system_settings import SystemSettings, read_system
from core.environments.model import Environment, Role, Setting
from core.errors import ConsoleError, Exit, Refused
from core.magento.setting_key import SettingKey
from core.model.plan import Plan
from core.pipeline.settings import SettingsChange, refuse_forbidden, settings_plan
from core.secret import MASK
from core.settings.changes import Changes, EnvChange, SettingChange, ShownChange
from core.settings.column import ABSENT, Absent
from core.settings.desired import declaration_findings, desired, secret_place
from core.settings.difference import Difference, Standing, compare
from core.settings.finding import Finding
from core.settings.layers import Layer
from core.settings.provenance import provenance
from core.settings.secrets.name import SecretName
from core.settings.value import Sensitive, SettingValue, fingerprint, plain_text, shown

_NOTHING: Final = "nothing"


class NothingToChange(Refused):
    """Everything is as it is declared."""


class Review(msgspec.Struct, frozen=True, kw_only=True):
    """How an environment stands to its declarations, read now."""

    system: SystemSettings
    differences: tuple[Difference, ...]
    findings: tuple[Finding, ...]
    secrets: Mapping[str, Sensitive] = {}
    """Those that were found, by path."""


async def review(planner: Planner, name: str, secrets: Secrets) -> Review:
    """Read an environment and compare it with what is declared for it. Raises ConsoleError."""
    environment = environment_of(planner.project, name, Role.DEVELOPMENT, Role.STAGING, Role.PRODUCTION)
    key = secrets.key()
    wanted = desired(environment)
    named = [
        *wanted.settings,
        *(place for path in wanted.secrets if isinstance(place := secret_place(path), SettingKey)),
    ]
    paths = {item.path for item in named}
    system = await read_system(planner.connections, planner.project, environment, key, paths)
    found = await at_hand(environment, secrets)
    source = system.source
    differences = compare(
        wanted, source.layers, source.env, system.classifier, secrets=found, key=key,
        today=datetime.date.today(),
    )  # fmt: skip
    declared = [
        finding
        for finding in declaration_findings(name, wanted, system.classifier)
        if str(finding.key) not in environment.exceptions
    ]
    findings = sorted([*system.findings(), *declared], key=lambda finding: not finding.blocks)
    return Review(system=system, differences=tuple(differences), findings=tuple(findings), secrets=found)


async def at_hand(environment: Environment, secrets: Secrets) -> dict[str, Sensitive]:
    """Return the secrets of an environment that some source has, by path. Raises ConsoleError."""
    wanted = [SecretName(environment.name, path) for path in environment.sensitive]
    if not wanted:
        return {}
    key = secrets.key()
    return {
        item.name.path: Sensitive(item.secret, fingerprint=fingerprint(item.secret.reveal(), key))
        for item in (await secrets.resolver.find_all(wanted)).values()
        if item.secret is not None
    }


def readable(systems: Mapping[str, SystemSettings], name: str, key: SettingKey) -> bytes:
    """Return what a setting is on a system that was read, whole. Raises Refused `value-unknown`, `setting-unset`."""
    winner = provenance(systems[name].source.layers, key).winner if name in systems else None
    if winner is None or winner.value in (None, ""):
        raise Refused("setting-unset", f"{name} has no value for {key}.", where=name)
    value = winner.value
    if isinstance(value, Sensitive) and not value.encrypted:
        return value.secret.reveal().encode("utf-8", "surrogateescape")
    if isinstance(value, Sensitive):
        raise Refused(
            "value-unknown", f"What {key} is on {name} can't be read: it is encrypted with that system's key.",
            where=name, remedy=f"Give it by hand: mageconsole settings secret set {name} {key.path}",
        )  # fmt: skip
    return plain_text(value).encode("utf-8", "surrogateescape")


def text_of(value: Setting) -> str:
    """Return a declared value as Magento's command takes it: yes and no are 1 and 0."""
    if isinstance(value, bool):
        return "1" if value else "0"
    return plain_text(value)


def _shown(value: "SettingValue | Absent") -> str:
    return _NOTHING if value is ABSENT or isinstance(value, Absent) else shown(value)


class Applying:
    """Turns differences into changes, and tells what they mean.

    awaits: secrets that are not at hand are taken too; whoever runs the plan has to have them.
    """

    def __init__(self, told: Review, options: Mapping[str, Any], key: bytes, *, awaits: bool = False) -> None:
        self._told = told
        self._awaits = awaits
        self._hosts = Hosts(told.system, key)
        self._options = options
        self._environment = told.system.environment
        self.settings: list[SettingChange] = []
        self.env: list[EnvChange] = []
        self.shown: list[ShownChange] = []
        self.missing: list[str] = []

    def take(self, difference: Difference) -> None:
        """Add what makes the system as it is declared."""
        secret = self._secret(difference)
        if secret and difference.declared is ABSENT:
            self.missing.append(difference.name)
            if not self._awaits:
                return
        if difference.kind.is_sensitive and not secret:
            raise Refused(
                "secret-in-environments",
                f"{difference.name} is {difference.kind}; its value stands in environments.toml, and would in the plan.",
                where=self._environment.name,
                remedy='Take it out, name the path under "sensitive", and give it: mageconsole settings secret set',
            )
        if difference.key is None:
            value = None if secret else self._environment.env.get(difference.env)
            self.env.append(EnvChange(path=difference.env, value=value, secret=secret))
        else:
            key = difference.key
            value_text = "" if secret else text_of(self._declared(key))
            self.settings.append(setting_change(self._told.system, key, value_text, secret))
        self._show(difference, MASK if secret else _shown(difference.declared))

    def remove(self, difference: Difference) -> None:
        """Add what takes away a value that nobody declared."""
        key = difference.key
        if key is None:
            self.env.append(EnvChange(path=difference.env, operation="unset"))
        else:
            self.settings.append(
                SettingChange(path=key.path, level=key.scope.level, code=key.scope.code, operation="unset")
            )
        self._show(difference, _NOTHING)

    def _declared(self, key: SettingKey) -> Setting:
        return desired(self._environment).settings[key]

    def _secret(self, difference: Difference) -> str:
        path = difference.env or (difference.key.path if difference.key else "")
        scoped = (
            path
            if difference.key is None or not difference.key.scope.code
            else f"{difference.key.scope}/{path}"
        )
        named = next((item for item in (scoped, path) if item in self._environment.sensitive), "")
        return str(SecretName(self._environment.name, named)) if named else ""

    def _show(self, difference: Difference, after: str) -> None:
        others = "".join(f"; {host}: {_shown(value)}" for host, value in self._hosts.others(difference))
        self.shown.append(
            ShownChange(
                name=difference.name,
                file="env.php" if difference.key is None else "env.php, system",
                before=_shown(difference.real) + others,
                after=after,
                kind=str(difference.kind),
                effects=tuple(
                    effects(
                        difference,
                        self._told.system.source.layers,
                        removes=after == _NOTHING,
                        clean_pages=bool(self._options.get("clean_pages")),
                        has_field=not difference.key
                        or difference.key.path not in self._told.system.without_field,
                    )
                ),
            )
        )


def _chosen(
    differences: Sequence[Difference],
    only: Sequence[str],
    known: Sequence[Difference],
    *,
    exactly: bool = False,
) -> list[Difference]:
    """Return the differences that a person named, by path or whole name. Raises ConsoleError for what is not `known`.

    exactly: a path alone names the setting of the default scope, and none of a website.
    """

    def names(items: Sequence[Difference]) -> set[str]:
        return {item.name for item in items} | {item.key.path for item in items if item.key and not exactly}

    unknown = [name for name in only if name not in names(known)]
    if unknown:
        raise ConsoleError(
            "no-such-difference",
            f"There is nothing to change about {', '.join(unknown)}.",
            remedy="`mageconsole settings diff ENV` shows what differs.",
            exit_code=Exit.USAGE,
        )
    return [item for item in differences if not names([item]).isdisjoint(only)]


async def apply_plan(
    planner: Planner,
    name: str,
    secrets: Secrets,
    *,
    only: Sequence[str] = (),
    remove: Sequence[str] = (),
    exactly: bool = False,
    options: Mapping[str, Any] | None = None,
) -> Plan:
    """Plan what makes an environment as it is declared. Raises NothingToChange, Refused, ConsoleError.

    only: paths, else everything that differs or is missing; remove: paths that nobody declared;
    exactly: a path alone names the setting of the default scope, and none of a website.
    """
    told = await review(planner, name, secrets)
    given = dict(options or {})
    applying = Applying(told, given, secrets.key())
    differing = [item for item in told.differences if item.standing in APPLIED and item.ignored_until is None]
    late = behind(told.system, told.differences)
    # What a person names is set also where nobody can tell whether it differs, and where it is let be.
    settable = [item for item in told.differences if item.standing in (*APPLIED, Standing.UNKNOWN)] + late
    wanted = (
        [*differing, *late]
        if not only and not remove
        else _chosen(settable, only, told.differences, exactly=exactly)
    )
    waiting: list[str] = []
    if not only and not remove:
        # A declaration may be ahead of the code; named by a person, or alone, it is refused with what to do.
        waiting = [item.name for item in wanted if item.key and nothing_knows(told.system, item.key.path)]
        wanted = [item for item in wanted if item.name not in waiting] or wanted
    for item in wanted:
        applying.take(item)
    undeclared = [item for item in told.differences if item.standing is Standing.NOT_DECLARED]
    for item in _chosen(undeclared, remove, undeclared, exactly=exactly):
        applying.remove(item)
    if applying.missing:
        raise Refused(
            "secret-missing",
            f"There is no value at hand for {', '.join(applying.missing)}.",
            where=name,
            remedy=f"Give it: mageconsole settings secret set {name} PATH",
        )
    changes = Changes(settings=tuple(applying.settings), env=tuple(applying.env))
    notes = [
        f"no-such-setting: {name} is left out: no module of the live release knows it. A promotion that brings its "
        "module sets it; else look for a typing mistake."
        for name in waiting
    ]
    return await _plan(
        planner, told.system, changes, applying.shown, told.findings, "env", notes, options=given
    )


async def _plan(
    planner: Planner,
    system: SystemSettings,
    changes: Changes,
    shown_changes: Sequence[ShownChange],
    findings: Sequence[Finding],
    file: Literal["env", "config"],
    notes: Sequence[str] = (),
    *,
    message: str = "",
    options: Mapping[str, Any],
) -> Plan:
    name = system.environment.name
    system.refuse_computed(file)
    if not any(host.agrees for host in system.hosts):
        raise Refused(
            "import-pending",
            "Files and database do not agree on any host: an import is pending.",
            where=name,
            remedy="Import first: "
            + (
                "`bin/magento app:config:import` there."
                if system.environment.role is Role.DEVELOPMENT
                else "a promotion does, or `bin/magento app:config:import`, which asks before it deletes."
            ),
        )
    if not changes and not system.differs:
        raise NothingToChange("as-declared", f"Everything on {name} is as it is declared.", where=name)
    change = SettingsChange(
        target=system.environment, file=file, changes=changes, live=system.live, source=system.source.address,
        levels=system.differs and file == "env", message=message, options=dict(options),
    )  # fmt: skip
    refuse_forbidden(change)
    refuse_arrays(system, changes.env)
    warnings = [f"{finding.code}: {finding.key or finding.env or ''} {finding.what}" for finding in findings]
    warnings += notes
    leveled = _leveling(system) if change.levels else ()
    return settings_plan(change, await planner.pins(system.environment), [*shown_changes, *leveled], warnings)


def _leveling(system: SystemSettings) -> list[ShownChange]:
    """Return what changes on the hosts whose env.php says something else than the one that speaks for all."""
    source, found = system.source, []
    for host in system.hosts:
        theirs, ours = (item.layers.values.get(Layer.ENV, {}) for item in (host, source))
        for scope in dict.fromkeys([*theirs, *ours]):
            for path in dict.fromkeys([*theirs.get(scope, {}), *ours.get(scope, {})]):
                before, after = (item.get(scope, {}).get(path, ABSENT) for item in (theirs, ours))
                if before != after:
                    found.append(
                        ShownChange(
                            name=f"{SettingKey(path, scope)} on {host.address}", file="env.php, system",
                            before=_shown(before), after=_shown(after), effects=(f"as on {source.address}",),
                        )
                    )  # fmt: skip
    return found


async def shared_plan(
    planner: Planner,
    name: str,
    secrets: Secrets,
    put: Mapping[SettingKey, Setting],
    unset: Sequence[SettingKey] = (),
    *,
    message: str,
    options: Mapping[str, Any] | None = None,
) -> Plan:
    """Plan a change of shared settings in config.php on development: changed, committed, pushed."""
    environment = environment_of(planner.project, name)
    refuse_shared_elsewhere(environment)
    paths = {key.path for key in put}
    system = await read_system(planner.connections, planner.project, environment, secrets.key(), paths)
    config = system.source.layers.values.get(Layer.CONFIG, {})
    settings: list[SettingChange] = []
    shown_changes: list[ShownChange] = []
    for key in (*put, *unset):
        before: SettingValue | Absent = config.get(key.scope, {}).get(key.path, ABSENT)
        text = text_of(put[key]) if key in put else ""
        if (key in put and before is not ABSENT and _plain(before) == text) or (
            key not in put and before is ABSENT
        ):
            continue
        refuse_sensitive(system, key, put.get(key))
        settings.append(
            setting_change(system, key, text)
            if key in put
            else SettingChange(path=key.path, level=key.scope.level, code=key.scope.code, operation="unset")
        )
        unchecked = (UNCHECKED,) if settings[-1].direct else ()
        shown_changes.append(
            ShownChange(
                name=str(key), file="config.php", before=_shown(before), after=text if key in put else _NOTHING,
                kind=str(system.classifier(key.path).kind), effects=("travels with the next artifact", *unchecked),
            )
        )  # fmt: skip
    if not settings:
        raise NothingToChange("as-declared", f"config.php on {name} says so already.", where=name)
    changes = Changes(settings=tuple(settings))
    return await _plan(
        planner, system, changes, shown_changes, (), "config", message=message, options=dict(options or {})
    )


def _plain(value: "SettingValue | Absent") -> str:
    if isinstance(value, Sensitive):
        return value.secret.reveal()
    return "" if isinstance(value, Absent) else plain_text(value)
