"""What settings have to say to a promotion: secrets in the artifact block it; declarations that are not met are told."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from core.console.secrets import Secrets
from core.environments.model import Environment, Project
from core.errors import ConsoleError, Refused
from core.magento.php_values import Array
from core.magento.type_pool import TypePool
from core.settings.classify import Classifier
from core.settings.confirmed import confirmed
from core.settings.desired import declaration_findings, desired
from core.settings.difference import Difference, Standing
from core.settings.finding import Finding
from core.settings.findings import place_findings
from core.settings.reading import Raw, layers

if TYPE_CHECKING:
    from core.console.planning import Planner

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


async def declared_warnings(
    planner: "Planner", target: Environment, live: Mapping[str, str]
) -> tuple[str, ...]:
    """Return in words what is declared for the target and not there, and which secrets have no value at hand.

    Told before the window, so that nobody finds out with the shop closed (decision 31). What can't be compared
    is told too; it keeps nothing from being promoted.
    """
    if not (target.settings or target.env or target.sensitive) or not all(live.values()):
        return ()
    from core.console.settings_planning import review

    try:
        told = await review(planner, target.name, Secrets(planner.project))
    except ConsoleError as error:
        return (f"declared settings could not be compared: {error.what} [{error.code}]",)
    lacking = [
        item.name
        for item in told.differences
        if item.standing is Standing.MISSING and (item.env or _path(item)) in target.sensitive
        and (item.env or _path(item)) not in told.secrets
    ]  # fmt: skip
    differing = [
        item.name
        for item in told.differences
        if item.standing in (Standing.DIFFERS, Standing.MISSING, Standing.OVERRIDDEN)
        and item.name not in lacking
    ]
    warnings = []
    if lacking:
        warnings.append(
            f"secret-missing: {', '.join(lacking)} {'has' if len(lacking) == 1 else 'have'} no value on "
            f"{target.name}, and none is at hand (mageconsole settings secret set {target.name} PATH)"
        )
    if differing:
        warnings.append(
            f"not as declared: {', '.join(differing[:_MOST])}"
            f"{f' and {len(differing) - _MOST} more' if len(differing) > _MOST else ''} "
            f"(mageconsole settings apply {target.name})"
        )
    return tuple(warnings)


def _path(item: Difference) -> str:
    return item.key.path if item.key is not None else ""
