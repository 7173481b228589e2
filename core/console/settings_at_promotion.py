"""What settings have to say to a promotion: secrets in the artifact block it; declarations that are not met are told."""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from core.console.artifact_modules import artifact_modules
from core.environments.model import Environment, Project
from core.errors import ConsoleError, Refused
from core.magento.php_values import Array
from core.magento.type_pool import TypePool
from core.settings.classify import Classifier
from core.settings.confirmed import confirmed
from core.settings.conflicts import Conflict, Live, changes_of, conflicts, decided
from core.settings.declared import Declared, declared
from core.settings.desired import declaration_findings, desired, secret_place
from core.settings.difference import Difference, Standing
from core.settings.finding import Finding
from core.settings.findings import place_findings
from core.settings.layers import Layer, Values
from core.settings.new import NewSettings, unknown_paths
from core.settings.reading import Raw, layers
from core.text import one_line

if TYPE_CHECKING:
    from core.console.planning import Planner
    from core.console.settings_planning import Review
    from core.console.system_settings import SystemSettings

_MOST = 5


def secrets_in(
    project: Project, environment: str, config: Array, declared: TypePool | None = None
) -> list[Finding]:
    """Return the secrets that a config.php holds. declared: what the artifact's modules say. Pure."""
    classifier = Classifier(declared, confirmed=confirmed(project))
    read = layers(Raw(config=config), classifier, b"only to be hidden")
    return [finding for finding in place_findings(environment, read, classifier) if finding.blocks]


def refuse_secrets(project: Project, target: Environment, config: Array, pool: TypePool | None = None) -> None:
    """Raise Refused where an artifact would carry a secret to every system, or environments.toml holds one."""
    environment = target.name
    classifier = Classifier(pool, confirmed=confirmed(project))
    declared = declaration_findings(environment, desired(target), classifier)
    for finding in declared:
        if finding.blocks:
            name = finding.key or finding.env
            raise Refused(finding.code, f"{name}: {finding.what}.", where=project.file, remedy=finding.remedy)
    found = secrets_in(project, environment, config, pool)
    if not found:
        return
    told = "; ".join(f"{finding.key}: {finding.what}" for finding in found[:_MOST])
    more = f"; and {len(found) - _MOST} more" if len(found) > _MOST else ""
    raise Refused(
        "secret-in-config",
        f"The artifact carries {len(found)} secret{'s' if len(found) > 1 else ''} in config.php. {told}{more}.",
        where=environment,
        remedy=f"Move it: mageconsole settings reclassify {found[0].key.path if found[0].key else 'PATH'} sensitive; "
        "then build again. Where that is a wrong guess, `reclassify PATH shared` writes it down.",
    )


class AtTarget(msgspec.Struct, frozen=True, kw_only=True):
    """How a promotion's target stands to what is declared for it, and to what the artifact brings."""

    warnings: tuple[str, ...] = ()
    new: NewSettings = NewSettings()
    conflicts: tuple[Conflict, ...] = ()
    """What was set by hand there, with what a person decided about it."""


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be promoted, and what was promoted last."""

    artifact: str
    config: Array
    last: Mapping[str, Array] = {}
    """config.php as it was promoted last, by the host's address."""


async def at_target(
    planner: "Planner",
    target: Environment,
    live: Mapping[str, str],
    candidate: Candidate,
    options: Mapping[str, Any],
) -> AtTarget:
    """Compare what is declared for the target and what the artifact brings with what is there (decision 31).

    Told before the window, so that nobody finds out with the shop closed. What can't be compared is told too; it
    keeps nothing from being promoted. options: `keep` and `take` say how conflicts are decided. Raises Refused
    `secret-in-environments`, `decided-twice`, `cannot-keep`.
    """
    if not all(live.values()):
        return AtTarget()
    from core.console.new_settings import new_settings
    from core.console.settings_planning import review

    secrets = planner.secrets
    try:
        told = await review(planner, target.name, secrets)
        there = await _candidate(planner, told.system, candidate)
    except ConsoleError as error:
        why = f"the settings of {target.name} could not be compared: {error.what} [{error.code}]"
        return AtTarget(warnings=(why,))
    known = confirmed(planner.project)
    new = new_settings(told, there, known, secrets.key(), datetime.date.today()) if there else NewSettings()
    found, unused = decided(
        _conflicts(told, candidate, secrets.key()), options.get("keep", ()), options.get("take", ())
    )
    changes = msgspec.structs.replace(new.changes, settings=(*new.changes.settings, *changes_of(found)))
    return AtTarget(
        warnings=(*_of_new(target, new), *_of_others(target, told, new), *_of_unused(unused)),
        new=msgspec.structs.replace(new, changes=changes),
        conflicts=found,
    )


def _conflicts(told: "Review", candidate: Candidate, key: bytes) -> tuple[Conflict, ...]:
    """Return what was set by hand and clashes; what environments.toml declares or lets be is meant."""
    system, environment = told.system, told.system.environment
    wanted = desired(environment)
    ignored = {item.name for item in told.differences if item.ignored_until is not None}
    declared_names = (*wanted.settings, *map(secret_place, wanted.secrets))
    meant = {*map(str, declared_names), *environment.exceptions, *ignored}

    def of(config: Array) -> Values:
        return layers(Raw(config=config), system.classifier, key).values.get(Layer.CONFIG, {})

    hosts = []
    for host in system.hosts:
        values = host.layers.values
        config = values.get(Layer.CONFIG, {})
        last = of(candidate.last[host.address]) if host.address in candidate.last else config
        hosts.append(
            Live(
                host=host.address, last=last, config=config, env=values.get(Layer.ENV, {}),
                database=values.get(Layer.DATABASE, {}),
            )
        )  # fmt: skip
    return conflicts(of(candidate.config), hosts, meant)


async def _candidate(planner: "Planner", system: "SystemSettings", candidate: Candidate) -> Declared | None:
    """Return what the artifact's modules declare; None where the live ones know all that is declared, or nobody tells."""
    if not system.modules_told or not unknown_paths(desired(system.environment), system.fields):
        return None
    build = planner.build_site
    host = planner.connections.host(build.address)
    modules = await artifact_modules(host, build, candidate.artifact, candidate.config)
    return declared(modules) if modules else None


def _of_unused(words: Sequence[str]) -> Iterator[str]:
    for word in words:
        yield f"nothing that clashes with the artifact is called {one_line(word, 120)}: --keep and --take name conflicts"


def _of_new(target: Environment, new: NewSettings) -> Iterator[str]:
    if new.lacking:
        yield (
            f"secret-missing: {_named(new.lacking)} {'is' if len(new.lacking) == 1 else 'are'} set by this promotion, "
            f"and no value is at hand: it does not start without (mageconsole settings secret set {target.name} PATH)"
        )


def _of_others(target: Environment, told: "Review", new: NewSettings) -> Iterator[str]:
    """Yield what is wrong with the declarations that this promotion does nothing about."""
    others = [item for item in told.differences if item.name not in new.names]
    lacking = [
        item.name
        for item in others
        if item.standing is Standing.MISSING and (item.env or _path(item)) in target.sensitive
        and (item.env or _path(item)) not in told.secrets
    ]  # fmt: skip
    if lacking:
        yield (
            f"secret-missing: {', '.join(lacking)} {'has' if len(lacking) == 1 else 'have'} no value on "
            f"{target.name}, and none is at hand (mageconsole settings secret set {target.name} PATH)"
        )
    differing = [
        item.name
        for item in others
        if item.standing in (Standing.DIFFERS, Standing.MISSING, Standing.OVERRIDDEN)
        and item.name not in lacking
    ]
    if differing:
        yield f"not as declared: {_named(differing)} (mageconsole settings apply {target.name})"


def _named(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST} more" if len(names) > _MOST else ""
    return f"{', '.join(names[:_MOST])}{more}"


def _path(item: Difference) -> str:
    return item.key.path if item.key is not None else ""
