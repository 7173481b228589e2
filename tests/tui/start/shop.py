"""A project of four systems that nobody can reach: the screen starts on it at once, without any server."""

import os
import sys
from pathlib import Path

ENVIRONMENTS = """
[project]
name = "Nowhere"
[environments.development]
role = "development"
hosts = ["dev@127.0.0.1:9"]
path = "/srv/shop"
[environments.build]
role = "build"
hosts = ["build@127.0.0.1:9"]
path = "/srv/build"
repository = "git@127.0.0.1:shop.git"
branch = "main"
[environments.staging]
role = "staging"
hosts = ["deploy@127.0.0.2:9"]
path = "/srv/shop"
[environments.production]
role = "production"
hosts = ["deploy@127.0.0.3:9", "deploy@127.0.0.4:9"]
path = "/srv/shop"
"""


def write(directory: Path) -> Path:
    """Write the file and return where it is."""
    directory.mkdir(parents=True, exist_ok=True)
    file = directory / "environments.toml"
    file.write_text(ENVIRONMENTS)
    return file


def command(file: Path, *more: str) -> list[str]:
    """Return the words that open the screen on it."""
    return [sys.executable, "-P", "-c", "from tui.main import main; main()", "-c", str(file), *more]


def environ(home: Path, **more: str) -> dict[str, str]:
    """Return an environment of its own: nothing is remembered from elsewhere."""
    kept = {"PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8", "TERM": "xterm-256color"}
    return {**kept, "XDG_STATE_HOME": f"{home}/state", "XDG_CONFIG_HOME": f"{home}/config", **more}
