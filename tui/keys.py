"""The operator's own keys: `keys.toml` gives the bindings other keys, by their ids."""

import tomllib
from collections.abc import Collection, Mapping, Sequence
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
        return {}, [f"{one_line(str(error))}; all keys are as usual"]
    keymap, mistakes = {}, []
    for name, keys in data.get("keys", data).items():
        if name not in known:
            mistakes.append(f"no action is called {one_line(name)!r}; `?` and then `n` show the names")
        elif name in FIXED:
            mistakes.append(f"{name!r} keeps its key")
        elif not isinstance(keys, str) or not keys.strip():
            mistakes.append(f'{name!r} needs keys as text, like "p" or "ctrl+g,f5"')
        else:
            keymap[name] = ",".join(_split(keys))
    return keymap, mistakes


def without_clashes(
    keymap: Mapping[str, str], together: Sequence[Mapping[str, str]]
) -> tuple[dict[str, str], list[str]]:
    """Return the keymap without what would take another action's key, and a sentence for each that is left out.

    together: the names that are there at the same time, each with its usual keys; one mapping for each screen
    or part. Textual would silently take the key away from the other, which could then not be reached.
    """
    kept, mistakes = dict(keymap), []
    for name in list(keymap):
        for usual in together:
            taken = _other(name, kept, usual)
            if taken:
                key, other = taken
                mistakes.append(f"{key!r} is also the key of {other!r}: {name!r} keeps its usual one")
                del kept[name]
                break
    return kept, mistakes


def _other(name: str, keymap: Mapping[str, str], usual: Mapping[str, str]) -> tuple[str, str] | None:
    """Return a key that a name was given and that something else there has, with that; None when there is none."""
    if name not in usual:
        return None
    wanted = _split(keymap[name])
    for other, keys in usual.items():
        shared = [key for key in wanted if key in _split(keymap.get(other, keys))]
        if other != name and shared:
            return shared[0], other
    return None


def _split(keys: str) -> list[str]:
    return [key.strip() for key in keys.split(",")]
