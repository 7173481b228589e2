"""Which environments.toml is meant when none, or one, is named."""

import os
from pathlib import Path
from typing import Final

from platformdirs import user_config_path

from core.environments.source import problem

NAME: Final = "environments.toml"
VARIABLE: Final = "MAGECONSOLE_ENVIRONMENTS"


def find(explicit: str | Path | None = None) -> Path:
    """Return the file to load, an absolute path.

    The one named by `-c`; else environments.toml in the working directory; else the one that
    $MAGECONSOLE_ENVIRONMENTS names; else mageconsole/environments.toml under the XDG configuration
    directory. One that is named is returned whether it is there or not, so that loading it tells what is
    wrong with it. Raises EnvironmentsError when there is none.
    """
    if explicit:
        return Path(explicit).expanduser().absolute()
    here = Path.cwd() / NAME
    if here.exists():
        return here
    if named := os.environ.get(VARIABLE):
        return Path(named).expanduser().absolute()
    personal = user_config_path("mageconsole") / NAME
    if personal.exists():
        return personal
    raise problem(
        here,
        "environments-missing",
        f"nothing, neither here nor in ${VARIABLE} nor at {personal}",
        "a file",
        "Name it with -c FILE; environments.example.toml shows what stands in it.",
    )
