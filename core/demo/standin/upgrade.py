"""`setup:db:status` and `setup:upgrade`."""

import shutil
from pathlib import Path
from typing import Final

from core.demo.standin import schema, world
from core.demo.standin.call import Call
from core.demo.standin.database import Database, DatabaseError, is_configured
from core.demo.standin.imports import ImportFailed, import_all

_CLEANED: Final = ("generated/code", "generated/metadata", "pub/static", "var/view_preprocessed")
SEARCH_DOWN: Final = "Could not validate a connection to Elasticsearch. No alive nodes found in your cluster"
"""What the real 2.4.7 says where its search engine does not answer."""
_STAGES: Final = (
    "Schema creation/updates:",
    "Schema post-updates:",
    "Data install/update:",
    "Data post-updates:",
)


class _Failed(Exception):
    """The upgrade stops with these words on standard output and exit code 1."""


def status(call: Call) -> int:
    """Play `setup:db:status`."""
    if not call.shop.installed:
        call.terminal.line("No information is available: the Magento application is not installed.", "error")
        return 1
    database = call.database()
    lines = schema.pending(call.shop, database.state, bool(database.behaviour.get("false_schema")))
    if not lines:
        call.terminal.line("All modules are up to date.", "info")
        return 0
    for line in [*lines, "Run 'setup:upgrade' to update your DB schema and data."]:
        call.terminal.line(line, "info")
    return 2


def run(call: Call) -> int:
    """Play `setup:upgrade`."""
    try:
        _upgrade(call)
    except (_Failed, DatabaseError) as error:
        call.terminal.line(str(error), "error")
        return 1
    return 0


def _upgrade(call: Call) -> None:
    terminal = call.terminal
    terminal.line("Cache types config flushed successfully", "head")
    terminal.line("Cache cleared successfully", "head")
    if not call.option("keep-generated"):
        _wipe(call)
    terminal.line("Updating modules:", "head")
    if not is_configured(call.shop.env) or call.knob("search_down"):
        raise _Failed(SEARCH_DOWN)
    database = call.database()
    call.shop.save_config(call.shop.config | {"modules": schema.modules_changed(call.shop)[0]})
    _dawdle(call)
    dry = call.option("dry-run") not in (None, "", "0")
    for stage in _STAGES:
        terminal.line(stage, "head")
        for name in call.shop.enabled:
            terminal.line(f"Module '{name}':", "head")
        _stage(call, database, stage, dry)
    _import(call)
    if not call.option("keep-generated") and call.shop.settings.get("MAGE_MODE") == "production":
        terminal.line('Please re-run Magento compile command. Use the command "setup:di:compile"', "info")
    terminal.line(
        "Media files stored outside of 'Media Gallery Allowed' folders "
        "will not be available to the media gallery.",
        "info",
    )
    terminal.line("Please refer to Developer Guide for more details.", "info")


def _wipe(call: Call) -> None:
    call.terminal.line("File system cleanup:", "head")
    root = call.shop.root
    for name in _CLEANED:
        place = root / name
        entries = sorted(place.iterdir()) if place.is_dir() else []
        for entry in entries:
            if not entry.name.startswith("."):
                call.terminal.line(str(entry))
                _remove(entry)


def _remove(entry: Path) -> None:
    if entry.is_dir() and not entry.is_symlink():
        shutil.rmtree(entry)
    else:
        entry.unlink()


def _dawdle(call: Call) -> None:
    """Take the time, and print the numbered lines, that the test or the demo asks for."""
    seconds = float(call.knob("upgrade_s", 0))
    count = int(call.knob("upgrade_lines", 0))
    if not count:
        call.pause(seconds)
        return
    for number in range(1, count + 1):
        line = f"Numbered line {number:06d} of {count:06d}"
        world.keep_lines("setup:upgrade", [line])
        call.terminal.line(line)
        call.pause(seconds / count)


def _stage(call: Call, database: Database, stage: str, dry: bool) -> None:
    if dry:
        log = call.shop.root / "var/log/dry-run-installation.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_text("")
        return
    state = database.state
    if stage == _STAGES[0]:
        state["tables"] = schema.wanted(call.shop, state)
        schema.apply_versions(call.shop, state)
        state["poison_pill"] += 1
        database.save()
        _patch(call, database, "Schema")
        failure = call.knob("upgrade_fails")
        if failure:
            raise _Failed(str(failure))
    elif stage == _STAGES[2]:
        _patch(call, database, "Data")


def _patch(call: Call, database: Database, kind: str) -> None:
    applied: list[str] = database.state["patches"]
    for name, (module, path) in schema.patches(call.shop, kind).items():
        if name in applied:
            continue
        fails = schema.PATCHES_FAIL.search(path.read_text())
        if fails:
            raise _Failed(
                f"Unable to apply {kind.lower()} patch {name} for module {module}. "
                f"Original exception message: {fails[1] or 'the patch failed'}"
            )
        applied.append(name)
        database.save()


def _import(call: Call) -> None:
    if not call.shop.installed:
        return
    try:
        import_all(call)
    except ImportFailed as error:
        call.terminal.line(f"Import failed: {error}", "error")
        raise _Failed("app:config:import failed. See previous output.") from None
