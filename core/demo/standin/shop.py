"""A Magento tree as its commands find it: configuration files, modules and themes on disk, hashes."""

import hashlib
import json
import os
import re
from functools import cached_property
from pathlib import Path
from typing import Final

from core.demo.standin import phpfile
from core.demo.standin.phpfile import Array, Value

SECTIONS: Final = ("scopes", "themes", "system")
"""The sections with importers, in the order of the import."""
STUB: Final[Array] = {"cache_types": {"compiled_config": 1}}
"""What any command writes where env.php is missing."""


class Broken(Exception):
    """The tree cannot be started; the words go to standard output, exit code 1."""


def hash_of(value: Value) -> str:
    """Return what Magento keeps of a section: the SHA-1 of PHP's json_encode."""
    return hashlib.sha1(encode(value).encode()).hexdigest()


def encode(value: Value) -> str:
    """Return PHP's json_encode with its default flags."""
    return json.dumps(_plain(value), separators=(",", ":")).replace("/", "\\/")


def _plain(value: Value) -> object:
    if isinstance(value, dict):
        if phpfile.is_list(value):
            return [_plain(item) for item in value.values()]
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


class Shop:
    """One release or checkout. `root` is its real path, as PHP's __DIR__ is."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.config_path = root / "app/etc/config.php"
        self.env_path = root / "app/etc/env.php"

    def _load(self, path: Path) -> Array:
        if not path.exists():
            return {}
        try:
            text = path.read_text(encoding="utf-8")
        except PermissionError:
            raise Broken(f"Warning: include({path}): Failed to open stream: Permission denied") from None
        try:
            value = phpfile.read(text)
        except phpfile.ParseError as error:
            raise Broken(
                f"\nThere is an error in {path} at line: {error.line}\n{error.message}#0 {{main}}"
            ) from None
        if not isinstance(value, dict):
            raise Broken(f"Invalid configuration file: '{path}'")
        return value

    @cached_property
    def config(self) -> Array:
        """What config.php returns."""
        return self._load(self.config_path)

    @cached_property
    def env(self) -> Array:
        """What env.php returns."""
        return self._load(self.env_path)

    @property
    def settings(self) -> Array:
        """Both files merged, env.php over config.php."""
        return phpfile.merged(self.config, self.env)

    @property
    def installed(self) -> bool:
        """Whether `install/date` is there, which most commands wait for."""
        return bool(phpfile.dig(self.settings, "install/date"))

    def write_stub(self) -> None:
        """Write env.php where it is missing, through a dangling link too, as any command does."""
        if self.env_path.exists() or not self.env_path.parent.is_dir():
            return
        target = Path(os.path.realpath(self.env_path))
        if target.parent.is_dir():
            target.write_text(phpfile.write(STUB))

    def save_config(self, config: Array) -> None:
        """Write config.php in place: truncated and written again, whoever shares the file."""
        self.config_path.write_text(phpfile.write(config, self._comments()))
        self.__dict__["config"] = config

    def save_env(self, env: Array) -> None:
        """Write env.php in place, through a link."""
        self.env_path.write_text(phpfile.write(env))
        self.__dict__["env"] = env

    def _comments(self) -> dict[str, list[str]]:
        text = self.config_path.read_text() if self.config_path.exists() else ""
        found = re.findall(r"    /\*\*\n     \* For the section: (\w+)\n((?:     \* .*\n)*)     \*/", text)
        return {name: [line[7:] for line in lines.splitlines()] for name, lines in found}

    def section(self, name: str) -> Value:
        """Return one section of the merged files, None where it is absent."""
        return self.settings.get(name)

    def changed(self, hashes: dict[str, str]) -> list[str]:
        """Return the sections whose hash is not the saved one."""
        found = []
        for name in SECTIONS:
            value = self.section(name)
            if value is None or (value == {} and name not in hashes):
                continue
            if hash_of(value) != hashes.get(name):
                found.append(name)
        return found

    @cached_property
    def modules(self) -> dict[str, Path]:
        """The modules on disk, in the order in which Magento loads them."""
        places: dict[str, Path] = {}
        patterns = ("vendor/*/*/registration.php", "app/code/*/*/registration.php")
        for pattern in patterns:
            for file in sorted(self.root.glob(pattern)):
                manifest = file.parent / "etc/module.xml"
                if manifest.exists():
                    name = re.search(r'<module\s+name="(\w+)"', manifest.read_text())
                    if name:
                        places[name[1]] = file.parent
        return _in_sequence(places)

    @property
    def enabled(self) -> list[str]:
        """The modules that config.php turns on."""
        return [str(name) for name, on in phpfile.section(self.config, "modules").items() if on]

    def module_list(self) -> Array:
        """Return the list of modules as `setup:upgrade` would write it."""
        known = phpfile.section(self.config, "modules")
        return {name: known.get(name, 1) for name in self.modules}

    @cached_property
    def themes(self) -> dict[str, Path]:
        """The themes on disk, `area/Vendor/name`, parents first."""
        found: dict[str, Path] = {}
        for pattern in ("vendor/*/*/registration.php", "app/design/*/*/*/registration.php"):
            for file in sorted(self.root.glob(pattern)):
                name = re.search(r"THEME,\s*'([\w/-]+)'", file.read_text())
                if name:
                    found[name[1]] = file.parent
        order = sorted(found, key=lambda name: (self._depth(name, found), name.startswith("adminhtml"), name))
        return {name: found[name] for name in order}

    def parent_of(self, theme: str, themes: dict[str, Path]) -> str:
        """Return the parent theme, `area/Vendor/name`, empty when there is none."""
        path = themes[theme] / "theme.xml"
        match = re.search(r"<parent>([\w/-]+)</parent>", path.read_text()) if path.exists() else None
        return f"{theme.split('/')[0]}/{match[1]}" if match else ""

    def _depth(self, theme: str, themes: dict[str, Path]) -> int:
        parent = self.parent_of(theme, themes)
        return 1 + self._depth(parent, themes) if parent in themes else 0


def _in_sequence(places: dict[str, Path]) -> dict[str, Path]:
    """Put modules behind those that their module.xml names in its sequence."""
    ordered: dict[str, Path] = {}
    waiting: set[str] = set()

    def visit(name: str) -> None:
        if name in ordered or name in waiting or name not in places:
            return
        waiting.add(name)
        text = (places[name] / "etc/module.xml").read_text()
        for needed in re.findall(r'<module\s+name="(\w+)"', text)[1:]:
            visit(needed)
        ordered[name] = places[name]

    for name in places:
        visit(name)
    return ordered
