"""What the screen can be told when it starts, and which arguments ask for it."""

from collections.abc import Sequence
from typing import Final

import msgspec

_FLAGS: Final = {"--no-mouse": "mouse", "--read-only": "read_only", "--bell": "bell"}
_VALUES: Final = {"-c": "file", "--config": "file", "--theme": "theme"}


class ScreenOptions(msgspec.Struct, frozen=True, kw_only=True):
    """How the screen is to be opened."""

    file: str | None = None
    """The environments.toml; None: where it is looked for."""
    mouse: bool = True
    read_only: bool = False
    """Nothing that changes a host, a job or a file can be done."""
    bell: bool = False
    """Ring at the end of a job."""
    theme: str = ""
    """Empty: the one that was chosen last."""


def screen_options(arguments: Sequence[str]) -> ScreenOptions | None:
    """Return the options when the arguments ask for the screen alone; None: they are for the command line.

    Click takes tens of milliseconds to be imported, which the first frame would have to wait for.
    """
    found: dict[str, str | bool] = {}
    rest = list(arguments)
    while rest:
        name, joined, value = rest.pop(0).partition("=")
        if name in _FLAGS and not joined:
            found[_FLAGS[name]] = name != "--no-mouse"
        elif name in _VALUES and (joined or rest):
            found[_VALUES[name]] = value if joined else rest.pop(0)
        else:
            return None
    return ScreenOptions(**found)  # type: ignore[arg-type] # the tables give each key its type
