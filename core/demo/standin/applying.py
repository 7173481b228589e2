"""The console's own script that changes settings: Magento's commands in one process, on a private copy."""

import json
import os
import shutil
import sys
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

from core.demo.standin import magento, phpfile, world
from core.demo.standin.call import Call
from core.demo.standin.commands import Command, available
from core.demo.standin.console import Parsed, Terminal
from core.demo.standin.phpfile import Array
from core.demo.standin.settings import encrypted, has_field
from core.demo.standin.shop import Shop

Change = dict[str, Any]


class _Failed(Exception):
    """A command ended with another exit code than 0."""


class _Player:
    """One run of the script."""

    def __init__(self, asked: dict[str, Any]) -> None:
        self._asked = asked
        self._root = Path(str(asked["root"])).resolve()
        self._shop = Shop(self._root)
        self.work = Path(str(asked.get("work") or "/nowhere"))
        self._secrets = [
            str(one["value"]) for one in asked.get("set", []) if one.get("secret") and one["value"]
        ]
        self.result: dict[str, Any] = {"commands": [], "code": "", "error": ""}

    def run(self) -> None:
        if self._asked["op"] == "import":
            self._command("app:config:import", Parsed([], {"no-interaction": True}))
            self._command("cache:clean", Parsed(["config"], {}))
            return
        self._copy()
        direct = [one for one in self._asked.get("set", []) if not has_field(self._shop, one["path"])]
        for change in direct:
            if not change.get("direct"):
                said = f'The "{change["path"]}" path doesn\'t exist: no module has a field for it'
                self.result |= {"code": "no-such-setting", "error": said}
                raise _Failed
        for change in self._asked.get("set", []):
            if change in direct:
                continue
            lock = "lock-config" if self._asked["file"] == "config" else "lock-env"
            options: dict[str, Any] = {lock: True}
            if change["scope"] != "default":
                options |= {"scope": change["scope"], "scope-code": change["code"]}
            self._command("config:set", Parsed([change["path"], str(change["value"])], options), _name(change))
        if direct or self._asked.get("unset"):
            self._write(direct, self._asked.get("unset", []))

    def _copy(self) -> None:
        """Work on copies of both files; caches of its own need no play."""
        work = self.work
        (work / "etc").mkdir(parents=True, mode=0o700)
        shutil.copy(self._shop.config_path, work / "etc/config.php")
        env = dict(self._shop.env) | {"cache": {"frontend": {"default": {"id_prefix": "mc_"}}}}
        self._shop.config_path, self._shop.env_path = work / "etc/config.php", work / "etc/env.php"
        self._shop.save_env(env)

    def _write(self, direct: list[Change], unset: list[Change]) -> None:
        file = self._shop.config if self._asked["file"] == "config" else self._shop.env
        for change in unset:
            _take(file, _keys(change))
        for change in direct:
            value = str(change["value"])
            kept = encrypted(value, self._shop.env) if change.get("encrypt") else value
            phpfile.plant(file, "/".join(_keys(change)), kept)
        if self._asked["file"] == "config":
            self._shop.save_config(self._shop.config)
        else:
            self._shop.save_env(self._shop.env)
        self._command("app:config:import", Parsed([], {"no-interaction": True}), "import")

    def _command(self, name: str, parsed: Parsed, about: str = "") -> None:
        command: Command = available(self._shop.installed)[name]
        out = StringIO()
        # What is given stands in no argument list, and in no book.
        world.book("start", name, about=about, root=str(self._root))
        with redirect_stdout(out), redirect_stderr(out):
            call = Call(name, self._shop, Terminal(), parsed, interactive=False)
            call.pause(float(call.knob("command_s", 0)))
            code = magento.play(call, command)
        world.book("end", name, exit=code, root=str(self._root))
        text = self._masked(out.getvalue().strip())
        self.result["commands"].append({"name": name, "about": about, "exit": code, "output": text})
        print(f"{about or name}: {text}", flush=True)
        if code:
            self.result |= {"code": "command-failed", "error": f"{about or name}: {text}"}
            raise _Failed

    def _masked(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "****")
        return text


def _name(change: Change) -> str:
    return str(change["path"]) + (f" ({change['scope']}/{change['code']})" if change["code"] else "")


def _keys(change: Change) -> list[str]:
    code = [change["code"]] if change["code"] else []
    return ["system", change["scope"], *code, *change["path"].split("/")]


def _take(array: Array, keys: list[str]) -> None:
    key = phpfile.as_key(keys[0])
    inner = array.get(key)
    if len(keys) == 1:
        array.pop(key, None)
    elif isinstance(inner, dict):
        _take(inner, keys[1:])
        if not inner and key != "system":
            del array[key]


def main() -> int:
    """Play the script; the exit code is 1 when a command failed."""
    os.umask(0o077)
    player = _Player(json.loads(sys.stdin.read()))
    try:
        player.run()
    except _Failed:
        code = 1
    else:
        code = 0
    if player.work.is_dir():
        (player.work / "result.json").write_text(json.dumps(player.result))
    return code
