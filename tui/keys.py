"""The operator's own keys: `keys.toml` gives the bindings other keys, by their ids."""

import tomllib
from collections.abc import Collection
from pathlib import Path
from typing import Final

import platformdirs

from core.text import one_line

FIXED: Final = frozenset({"back", "palette"})
"""Bindings that stay as they are: they are the way out of everything."""


def keys_file() -> Path:
    """Return where the file is looked for."""
    return platformdirs.user_config_path("mageconsole") / "keys.toml"


def read_keys(path: Path, known: Collection[str]) -> tuple[dict[str, str], list[str]]:
    """Return the keymap (id -> keys, several with commas) and every mistake in the file; it may be missing."""
    try:
        data = tomllib.loads(path.read_text())
    except FileNotFoundError:
        return {}, []
    except (OSError, ValueError) as error:
        return {}, [f"{path}: {one_line(str(error))}; all keys are as usual"]
    keymap, mistakes = {}, []
    for name, keys in data.get("keys", data).items():
        if name not in known:
            mistakes.append(f"{path}: no action is called {one_line(name)!r}; `?` shows the names")
        elif name in FIXED:
            mistakes.append(f"{path}: {name!r} keeps its key")
        elif not isinstance(keys, str) or not keys.strip():
            mistakes.append(f'{path}: {name!r} needs keys as text, like "p" or "ctrl+g,f5"')
        else:
            keymap[name] = keys
    used: dict[str, str] = {}
    for name, keys in keymap.items():
        for key in keys.split(","):
            if key.strip() in used:
                mistakes.append(f"{path}: {key.strip()!r} is given to {used[key.strip()]!r} and to {name!r}")
            used.setdefault(key.strip(), name)
    return keymap, mistakes
