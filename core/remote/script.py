"""Scripts for hosts: a `.sh` file of this package, led by the values it works with."""

import shlex
from functools import cache
from importlib.resources import files
from typing import Final

PREFIX: Final = "mc_"
"""All names that our scripts use in a host's shell begin so, to stay apart from the scripts they run."""


@cache
def library(name: str) -> str:
    """Return the text of `core/remote/sh/<name>.sh`."""
    return (files("core.remote") / "sh" / f"{name}.sh").read_text(encoding="utf-8")


def assign(**values: str | int | float) -> str:
    """Return shell assignments `mc_<name>='value'`, one a line: the one place where values are quoted."""
    return "".join(f"{PREFIX}{name}={shlex.quote(str(value))}\n" for name, value in values.items())


def compose(*names: str, **values: str | int | float) -> str:
    """Return a script: the values, then the named files one after the other."""
    return assign(**values) + "".join(library(name) for name in names)
