"""`app:config:status` and `app:config:import`."""

from typing import Final

from core.demo.standin import scopes
from core.demo.standin.call import Call
from core.demo.standin.console import Aborted, ask
from core.demo.standin.database import Database, DatabaseError
from core.demo.standin.phpfile import Value, section
from core.demo.standin.shop import Shop, hash_of

OUTDATED: Final = (
    "Config files have changed. Run app:config:import or setup:upgrade command to synchronize configuration."
)
_QUESTION: Final = "Do you want to continue [yes/no]?"
QUIRK: Final = ("adminhtml/Magento/blank", "adminhtml/Magento/luma")
"""Themes that Magento registers at the first import though no area has them."""


class ImportFailed(Exception):
    """An importer refused."""


def status(call: Call) -> int:
    """Play `app:config:status`."""
    changed = call.shop.changed(call.database().hashes)
    call.terminal.line(OUTDATED if changed else "Config files are up to date.", "info")
    return 2 if changed else 0


def run(call: Call) -> int:
    """Play `app:config:import`."""
    try:
        import_all(call)
    except (ImportFailed, DatabaseError) as error:
        call.terminal.line(f"Import failed: {error}", "error")
        return 1
    return 0


def import_all(call: Call) -> None:
    """Import each changed section. Raises ImportFailed and DatabaseError."""
    if not call.shop.config and not call.shop.installed:
        call.terminal.line("Nothing to import.", "info")
        return
    database = call.database()
    changed = call.shop.changed(database.hashes)
    if not changed:
        call.terminal.line("Nothing to import.", "info")
        return
    call.terminal.line("Processing configurations data from configuration file...", "info")
    call.pause(float(call.knob("import_s", 0)))
    failure = call.knob("import_fails")
    if failure:
        raise ImportFailed(str(failure))
    for name in changed:
        _import_section(call, database, name, call.shop.section(name))


def _import_section(call: Call, database: Database, name: str, data: Value) -> None:
    if name == "scopes":
        try:
            scopes.validate(data)
        except scopes.Invalid as error:
            raise ImportFailed(str(error)) from None
    try:
        if not _agreed(call, warnings(name, data, call.shop, database)):
            return
    except Aborted:
        raise ImportFailed("Aborted.") from None
    if name == "scopes":
        call.terminal.line("Stores were processed")
        for line in scopes.apply(data, database.state):
            call.terminal.line(line)
        database.state["poison_pill"] += 1
    elif name == "themes":
        call.terminal.line("Theme import was started.", "info")
        database.state["themes"] = sorted(
            {*(str(key) for key in section(call.shop.settings, "themes")), *QUIRK}
        )
        call.terminal.line("Theme import finished.", "info")
    else:
        call.terminal.line("System config was processed")
        database.state["flag"]["system_config_snapshot"] = data
    database.hashes[name] = hash_of(data)
    database.save()


def _agreed(call: Call, lines: list[str]) -> bool:
    """Ask when there is something to ask; without interaction the answer is yes."""
    if not lines or not call.interactive:
        return True
    while True:
        answer = ask(call.terminal, [*lines, _QUESTION]).lower()
        if answer in ("yes", "y", "no", "n"):
            return answer.startswith("y")
        call.terminal.error("A [y]es or [n]o selection needs to be made. Select and try again.", "error")


def warnings(name: str, data: Value, shop: Shop, database: Database) -> list[str]:
    """Return what an importer says before it acts: `getWarningMessages`."""
    if name == "scopes":
        return scopes.warnings(data, database.state)
    if name != "themes":
        return []
    known = set(database.state["themes"])
    listed = {str(key) for key in data} if isinstance(data, dict) else set()
    new = sorted(({*shop.themes, *QUIRK}) - known)
    gone = sorted(known - listed - set(shop.themes) - set(QUIRK))
    lines = [f"The following themes will be registered: {', '.join(new)}"] if new else []
    return lines + ([f"The following themes will be removed: {', '.join(gone)}"] if gone else [])
