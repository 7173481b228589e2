"""What the cut-over needs, decided from what Magento answered. Pure (decisions 1, 2, 4, 7, 8)."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

import msgspec

from core.errors import Refused
from core.magento import probes
from core.magento.commands import argv, upgrade_imports
from core.magento.version import Version

MaintenancePolicy = Literal["auto", "always", "never"]

_CONFIG_ANSWERS: Final = (probes.UpToDate, probes.NeedsImport)
_DATABASE_ANSWERS: Final = (probes.UpToDate, probes.NeedsUpgrade, probes.PermanentFalsePositive)
NEW_SETTINGS: Final = "settings are set from the new release, and till all hosts have them pages answer 500"
"""Why settings that a promotion sets need the window.

env.php is shared by the old and the new release, and one hash in the database covers its `system` (magento-pipeline
3.2). From the moment at which Magento's command stored the new hash until the file of the last host has been
renamed, every uncached page of either release answers HTTP 500; a job that dies in between would leave it so. And
the new code would meet customers before it has its key. So they are set while the shop is closed.
"""
_SCOPE_LINE: Final = re.compile(r"These (Websites|Groups|Stores) will be (created|updated|deleted): (.+)")


class Command(msgspec.Struct, frozen=True):
    """One database step: a Magento command, as it will run."""

    name: str
    argv: tuple[str, ...]


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """What has to run inside the window, and whether there is one."""

    commands: tuple[Command, ...]
    window: bool
    reasons: tuple[str, ...]
    accepted: tuple[str, ...] = ()
    """What `setup:db:status` says though nothing is pending (decision 7)."""

    @property
    def upgrades(self) -> bool:
        """Whether one of the commands upgrades the database."""
        return any(command.name == "setup:upgrade" for command in self.commands)


class Import(msgspec.Struct, frozen=True, kw_only=True):
    """What an import will do to websites, groups and stores, as `store Outlet English`."""

    creates: tuple[str, ...] = ()
    updates: tuple[str, ...] = ()
    deletes: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    """Everything else that the importers warn of."""


def import_forecast(warnings: Mapping[str, Sequence[str]]) -> Import:
    """Read the importers' warnings (`ImporterInterface::getWarningMessages`), by section."""
    found: dict[str, list[str]] = {"created": [], "updated": [], "deleted": []}
    others: list[str] = []
    for message in (message for section in warnings.values() for message in section):
        for line in message.splitlines():
            match = _SCOPE_LINE.search(line)
            if match:
                kind = match[1].lower().rstrip("s")
                found[match[2]] += [f"{kind} {name.strip()}" for name in match[3].split(", ")]
            elif line.strip():
                others.append(line.strip())
    return Import(
        creates=tuple(found["created"]),
        updates=tuple(found["updated"]),
        deletes=tuple(found["deleted"]),
        others=tuple(others),
    )


def _refuse_unknown(
    what: str, result: probes.ProbeResult, where: str, known: tuple[type[probes.ProbeResult], ...]
) -> None:
    """Refuse on every answer that is none of those that say whether something is pending."""
    if isinstance(result, known):
        return
    match result:
        case probes.DatabaseUnreachable():
            raise Refused(
                "database-unreachable",
                f"{what}: the database can't be reached.",
                where=where,
                remedy="Check db/connection in env.php, and that the database runs.",
            )
        case probes.NotInstalled() | probes.CommandMissing():
            raise Refused(
                "magento-not-installed",
                f"{what}: Magento says that it is not installed.",
                where=where,
                remedy="shared/app/etc/env.php must be that of an installed shop, with install/date.",
            )
        case probes.CodeOlderThanDatabase():
            raise Refused(
                "code-older-than-database",
                f"{what}: the code of this release is older than the database.",
                where=where,
                remedy="Promote a newer artifact; an older one needs an older database.",
            )
        case _:
            told = type(result).__name__
            if isinstance(result, probes.Unknown):
                told = f"(exit status {result.exit}) {result.text}"
            raise Refused(
                "probe-unknown",
                f"{what}: an answer that is not understood: {told}",
                where=where,
                remedy="Run the command by hand in the new release; nothing was changed.",
            )


def database_commands(
    *, config: bool, database: bool, version: Version | None, php: tuple[str, ...], root: str
) -> tuple[Command, ...]:
    """Return the database steps for what is pending, in their order."""

    def command(name: str) -> Command:
        options = ("--keep-generated",) if name == "setup:upgrade" else ()
        return Command(name, tuple(argv(name, *options, php=php, root=root, version=version)))

    if database:
        upgrade = command("setup:upgrade")
        if config and not upgrade_imports(version):
            return command("app:config:import"), upgrade
        return (upgrade,)
    return (command("app:config:import"),) if config else ()


def decide(
    *,
    config: probes.ProbeResult,
    database: probes.ProbeResult,
    policy: MaintenancePolicy,
    version: Version | None,
    php: tuple[str, ...],
    root: str,
    full_upgrade: bool,
    custom_window: bool,
    where: str,
    search: Sequence[str] = (),
    new_settings: bool = False,
) -> Decision:
    """Return what has to run. Raises Refused for every answer that leaves a doubt.

    `new_settings`: whether settings are set that only the new release knows (decision 31).

    `search`: what keeps `setup:upgrade` from beginning; told only where one has to run, for it would fail with
    the shop closed, behind the point of no return.
    """
    _refuse_unknown("app:config:status", config, where, _CONFIG_ANSWERS)
    _refuse_unknown("setup:db:status", database, where, _DATABASE_ANSWERS)
    pending = isinstance(database, probes.NeedsUpgrade)
    imports = isinstance(config, probes.NeedsImport)
    commands = database_commands(
        config=imports, database=pending or full_upgrade, version=version, php=php, root=root
    )
    if search and any(command.name == "setup:upgrade" for command in commands):
        raise Refused(
            "search-unreachable",
            f"setup:upgrade would fail at once: {'; '.join(search)}",
            where=where,
            remedy="Bring the search engine back, or mend catalog/search in the settings; nothing was changed.",
        )
    if policy == "never" and (commands or custom_window or new_settings):
        own = "A step of the shop's own that asks for a closed shop"
        what = (
            commands[0].name
            if commands
            else own
            if custom_window
            else "A change of settings, set from the new release,"
        )
        raise Refused(
            "window-needed",
            f'{what} has to run, and `maintenance` is "never".',
            where=where,
            remedy='Set maintenance = "auto" in environments.toml, or promote an artifact that needs no window.',
        )
    reasons = [
        *(["the configuration has to be imported"] if imports else []),
        *(["the database has to be upgraded"] if pending else []),
        *(["a full upgrade was asked for"] if full_upgrade and not pending else []),
        *([NEW_SETTINGS] if new_settings else []),
        *(["a step of the shop's own runs inside the window"] if custom_window else []),
        *(['`maintenance` is "always"'] if policy == "always" else []),
    ]
    window = bool(commands) or custom_window or new_settings or policy == "always"
    accepted = database.messages if isinstance(database, probes.PermanentFalsePositive) else ()
    if isinstance(database, probes.PermanentFalsePositive):
        reasons.append("setup:db:status says 2 as it does for the live release: not pending")
    return Decision(commands=commands, window=window, reasons=tuple(reasons), accepted=accepted)


def forbidden_deletes(
    deletes: Sequence[str], allowed: Sequence[str], codes: Mapping[str, Sequence[str]]
) -> tuple[str, ...]:
    """Return what an import would delete and nobody allowed.

    `deletes` as in Import; `allowed` codes or names; `codes`: those that go, by `kind name`, as far as the two
    config.php tell. Where one name stands for several codes, each has to be allowed.
    """
    granted = set(allowed)

    def is_granted(item: str) -> bool:
        known = codes.get(item, ())
        by_code = len(known) >= deletes.count(item) and granted.issuperset(known)
        return by_code or item.partition(" ")[2] in granted

    return tuple(item for item in dict.fromkeys(deletes) if not is_granted(item))


def check_against_prediction(
    decision: Decision, forecast: Import, predicted: Mapping[str, Any], where: str
) -> None:
    """Refuse what was approved beforehand when the real cut-over goes beyond it (decision 2)."""
    beyond = []
    if decision.window and not predicted.get("window", False):
        beyond.append("a maintenance window is needed: " + "; ".join(decision.reasons))
    unseen = [item for item in forecast.deletes if item not in predicted.get("deletes", [])]
    if unseen:
        beyond.append("the import would delete " + ", ".join(unseen))
    if beyond:
        raise Refused(
            "beyond-plan",
            "The cut-over needs more than the plan said: " + "; ".join(beyond) + ".",
            where=where,
            remedy="The release is prepared and the shop is as it was. Promote again without --yes, and read the gate.",
        )
