"""The console's own probe script: commands asked, and the forecast of an import, without touching anything."""

import hashlib
import hmac
import json
import sys
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any, Final

from core.demo.standin import database, imports, magento, scopes, telling, world
from core.demo.standin.call import Call
from core.demo.standin.commands import available
from core.demo.standin.console import Terminal, UsageError, parse
from core.demo.standin.database import DatabaseError
from core.demo.standin.finding import Namespace, find
from core.demo.standin.phpfile import Array, Value, dig, section
from core.demo.standin.shop import Broken, Shop, encode
from core.demo.standin.upgrade import SEARCH_DOWN

_READING: Final = (
    "app:config:status",
    "setup:db:status",
    "module:config:status",
    "deploy:mode:show",
    "maintenance:status",
    "--version",
)
_NOISE: Final = (
    "PHP Deprecated:  Creation of dynamic property Old\\Thing::$name is deprecated in Thing.php on line 3"
)


class _Refusal(Exception):
    """The probe does not ask: a word and a sentence."""

    def __init__(self, word: str, text: str) -> None:
        super().__init__(text)
        self.word = word


def main() -> int:
    """Play the probe; it has a cache and a configuration directory of its own, so the tree stays as it is."""
    forecast = {"asked": False, "sections": [], "warnings": {}, "invalid": {}, "error": ""}
    result: dict[str, Any] = {
        "commands": [], "forecast": forecast, "search": [], "env": None, "settings": None, "code": "", "error": ""
    }  # fmt: skip
    print(_NOISE)
    try:
        _answer(json.loads(sys.stdin.read()), result)
    except ValueError:
        result |= {"code": "question-broken", "error": "standard input is not JSON"}
    except _Refusal as refusal:
        result |= {"code": refusal.word, "error": str(refusal)}
    except Broken as error:
        result |= {"code": "boot-failed", "error": str(error).strip()}
    sys.stdout.write("\nMAGECONSOLE-RESULT " + json.dumps(result) + "\n")
    return 0


def _answer(asked: dict[str, Any], result: dict[str, Any]) -> None:
    root = Path(str(asked.get("root", "")))
    if not root.is_dir():
        raise _Refusal("root-missing", f"there is no such release: {root}")
    shop = Shop(root.resolve())
    result["env"] = _facts(_env(shop), str(asked.get("fingerprint") or "mageconsole"))
    asks = asked.get("ask") or asked.get("forecast") or asked.get("settings")
    if asks and not (shop.root / "app/bootstrap.php").is_file():
        raise _Refusal("magento-missing", f"{shop.root}/app/bootstrap.php is missing")
    for words in asked.get("ask", []):
        result["commands"].append(_command(shop, words))
    if asked.get("forecast"):
        result["forecast"]["asked"] = True
        try:
            _forecast(shop, result["forecast"])
        except DatabaseError as error:
            result["forecast"]["error"] = f"Zend_Db_Adapter_Exception: {error}"
        if world.behaviour(database.directory_of(shop.env)).get("search_down"):
            result["search"] = [SEARCH_DOWN]
    if asked.get("settings"):
        try:
            result["settings"] = telling.told(shop, asked["settings"])
        except DatabaseError as error:
            raise _Refusal("settings-unread", f"Zend_Db_Adapter_Exception: {error}") from None


def _env(shop: Shop) -> Array:
    """Return env.php's array. Refuses where it is not that of an installed shop."""
    path = shop.env_path
    if not path.exists():
        raise _Refusal("env-missing", f"{path} {'is a link to nothing' if path.is_symlink() else 'is missing'}")
    try:
        if not path.read_bytes():
            raise _Refusal("env-empty", f"{path} is empty")
    except PermissionError:
        raise _Refusal("env-unreadable", f"{path} can't be read") from None
    try:
        env = shop.env
    except Broken as error:
        raise _Refusal("env-broken", f"{path}: {error}") from None
    if not dig(env, "install/date"):
        raise _Refusal("env-not-installed", f"{path} holds no install/date")
    return env


def _command(shop: Shop, words: list[str]) -> dict[str, Any]:
    if not words or words[0] not in _READING:
        raise _Refusal("not-a-probe", f"{' '.join(words[:1])} is not a command that only reads")
    out = StringIO()
    with redirect_stdout(out), redirect_stderr(out):
        code = _play(shop, words)
    return {"name": words[0], "exit": code, "output": out.getvalue()}


def _play(shop: Shop, words: list[str]) -> int:
    terminal = Terminal()
    if words[0] == "--version":
        terminal.line(f"Magento CLI {magento.VERSION}")
        return 0
    try:
        command = find(words[0], available(shop.installed))
        call = Call(command.name, shop, terminal, parse(words[1:], command.options), interactive=False)
    except (UsageError, Namespace) as error:
        terminal.error("")
        terminal.box(str(error))
        return 1
    return magento.play(call, command)


def _forecast(shop: Shop, forecast: dict[str, Any]) -> None:
    """Ask each importer whose section has changed for its warnings, and its validator."""
    opened = database.connect(shop.env)
    for name in shop.changed(opened.hashes):
        data = shop.section(name)
        forecast["sections"].append(name)
        forecast["warnings"][name] = imports.warnings(name, data, shop, opened)
        forecast["invalid"][name] = _invalid(name, data)


def _invalid(name: str, data: Value) -> list[str]:
    if name == "scopes":
        try:
            scopes.validate(data)
        except scopes.Invalid as error:
            return [str(error)]
    return []


def _facts(env: Array, key: str) -> dict[str, Any]:
    """Return what hosts are compared by: keyed fingerprints, and where caches and sessions lie."""
    caches = {}
    for name, frontend in section(env, "cache/frontend").items():
        caches[str(name)] = {
            "backend": str(dig(frontend, "backend") or "file"),
            "storage": _storage(section(frontend, "backend_options")),
            "prefix": str(dig(frontend, "id_prefix") or ""),
        }
    save = str(dig(env, "session/save") or "files")
    server = section(env, f"session/{save}") or section(env, "session/redis")
    return {
        "install_date": True,
        "mode": str(env.get("MAGE_MODE") or "default"),
        "crypt_fingerprint": _keyed(str(dig(env, "crypt/key") or ""), key),
        "system_fingerprint": _keyed(encode(section(env, "system")), key),
        "cache": caches,
        "session": {
            "save": save,
            "storage": _storage(server) if save in ("redis", "valkey") else "",
        },
        "lock": str(dig(env, "lock/provider") or "db"),
    }


def _keyed(text: str, key: str) -> str:
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()


def _storage(options: Array) -> str:
    server = str(options.get("server") or options.get("host") or "")
    return f"{server}:{options.get('port') or 6379}:{options.get('database') or 0}" if server else ""
