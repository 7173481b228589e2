"""What the files say of a cut-over, before Magento is asked. Pure."""

from collections.abc import Mapping
from typing import Any

from core.console.artifact_reading import Between
from core.environments.model import Environment
from core.magento.version import Version
from core.pipeline.custom_steps import wants_window
from core.pipeline.decision import NEW_SETTINGS, Command, database_commands
from core.pipeline.promote import Predicted
from core.settings.new import NewSettings


def predict(
    target: Environment, found: Between, options: Mapping[str, Any], new: NewSettings | None = None
) -> Predicted:
    """Return what the files say of the cut-over, before Magento is asked. Pure. new: settings to be set in it."""
    reasons = []
    if not found.known:
        reasons.append("the files can't be compared with a live release, so everything may be needed")
    if found.schema:
        files = "1 file" if len(found.schema) == 1 else f"{len(found.schema)} files"
        reasons.append(f"{files} of database schema or set-up differ{'s' if len(found.schema) == 1 else ''}")
    if found.imports:
        reasons.append(f"config.php changes in {', '.join(found.imports)}: an import is needed")
    if new is not None and new.changes:
        reasons.append(NEW_SETTINGS)
    if wants_window(target):
        reasons.append("a step of the shop's own runs inside the window")
    if options.get("full_upgrade"):
        reasons.append("a full upgrade was asked for")
    if target.maintenance == "always":
        reasons.append('`maintenance` is "always"')
    return Predicted(window=bool(reasons), reasons=tuple(reasons), deletes=found.deletes)


def predict_rollback(target: Environment, found: Between) -> Predicted:
    """Return what the files say of going back; the database stays as it is. Pure."""
    reasons = []
    if not found.known:
        reasons.append("the releases can't be compared, so everything may be needed")
    if found.imports:
        reasons.append(f"config.php differs in {', '.join(found.imports)}: an import is needed")
    if wants_window(target):
        reasons.append("a step of the shop's own runs inside the window")
    if target.maintenance == "always":
        reasons.append('`maintenance` is "always"')
    return Predicted(window=bool(reasons), reasons=tuple(reasons), deletes=found.deletes)


def predicted_commands(
    found: Between, options: Mapping[str, Any], *, version: Version | None, php: tuple[str, ...], root: str
) -> tuple[Command, ...]:
    """Return the database steps that the files and the options lead to expect. Pure."""
    upgrade = bool(found.schema or options.get("full_upgrade"))
    return database_commands(config=bool(found.imports), database=upgrade, version=version, php=php, root=root)
