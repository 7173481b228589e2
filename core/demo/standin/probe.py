"""The console's own probe script: commands asked, and the forecast of an import, without touching anything."""

import json
import sys
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

from core.demo.standin import database, imports, magento
from core.demo.standin.call import Call
from core.demo.standin.commands import available
from core.demo.standin.console import Terminal, UsageError, parse
from core.demo.standin.database import DatabaseError
from core.demo.standin.finding import Namespace, find
from core.demo.standin.phpfile import Array, dig
from core.demo.standin.shop import Broken, Shop

_UNTOUCHED = (
    "app:config:status",
    "setup:db:status",
    "module:config:status",
    "module:status",
    "deploy:mode:show",
)


def main() -> int:
    """Play the probe; it has a cache and a configuration directory of its own, so the tree stays as it is."""
    asked = json.loads(sys.stdin.read())
    shop = Shop(Path(asked["root"]).resolve())
    result: dict[str, Any] = {
        "commands": [],
        "forecast": {"sections": [], "warnings": {}},
        "env": {},
        "error": "",
    }
    print("PHP Deprecated:  Creation of dynamic property is deprecated in vendor/old/thing.php on line 3")
    try:
        result["env"] = _facts(shop)
        result["commands"] = [_command(shop, words) for words in asked.get("ask", [])]
        if asked.get("forecast"):
            result["forecast"] = _forecast(shop)
    except (Broken, DatabaseError) as error:
        result["error"] = str(error)
    sys.stdout.write("MAGECONSOLE-RESULT " + json.dumps(result) + "\n")
    return 0


def _command(shop: Shop, words: list[str]) -> dict[str, Any]:
    out = StringIO()
    with redirect_stdout(out), redirect_stderr(out):
        code = _play(shop, words)
    return {"name": words[0], "exit": code, "output": out.getvalue()}


def _play(shop: Shop, words: list[str]) -> int:
    terminal = Terminal()
    try:
        command = find(words[0], available(shop.installed))
        if command.name not in _UNTOUCHED:
            raise UsageError(f"The probe does not ask {command.name}.")
        call = Call(command.name, shop, terminal, parse(words[1:], command.options), interactive=False)
    except (UsageError, Namespace) as error:
        terminal.error("")
        terminal.box(str(error))
        return 1
    return magento.play(call, command)


def _forecast(shop: Shop) -> dict[str, Any]:
    """Ask each importer whose section has changed for its warnings."""
    if not shop.installed:
        return {"sections": [], "warnings": {}}
    opened = database.connect(shop.env)
    changed = shop.changed(opened.hashes)
    said = {name: imports.warnings(name, shop.section(name), shop, opened) for name in changed}
    return {"sections": changed, "warnings": {name: lines for name, lines in said.items() if lines}}


def _facts(shop: Shop) -> dict[str, Any]:
    env: Array = shop.env
    return {
        "installed": shop.installed,
        "mode": dig(shop.settings, "MAGE_MODE") or "default",
        "keys": sorted(map(str, env)),
    }
