"""The stand-in for a shop's database: a directory that the hosts of one environment share."""

import json
import os
from pathlib import Path
from typing import Any

from core.demo.standin import world
from core.demo.standin.phpfile import Array, dig, section

EMPTY: dict[str, Any] = {
    "flag": {"config_hash": {}, "system_config_snapshot": {}},
    "websites": {},
    "groups": {},
    "stores": {},
    "themes": [],
    "tables": {},
    "patches": [],
    "modules": {},
    "config": {},
    "poison_pill": 0,
}


class DatabaseError(Exception):
    """What PDO says: the database is not to be had."""


class Database:
    """One database. Nothing locks it, as nothing locks Magento's."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.behaviour = world.behaviour(directory)
        self.state: dict[str, Any] = json.loads((directory / "state.json").read_text())

    @property
    def hashes(self) -> dict[str, str]:
        """The saved hash of each section of the configuration files (table `flag`)."""
        found: dict[str, str] = self.state["flag"]["config_hash"]
        return found

    def save(self) -> None:
        """Keep what was changed."""
        path = self.directory / "state.json"
        draft = path.with_name(f"state.{os.getpid()}.tmp")
        draft.write_text(json.dumps(self.state, indent=1))
        draft.chmod(0o666)
        draft.rename(path)


def directory_of(env: Array) -> Path:
    """Return where the database that env.php names would be."""
    host = str(dig(env, "db/connection/default/host") or "")
    name = str(dig(env, "db/connection/default/dbname") or "")
    return world.root() / "databases" / host.replace(":", "_").replace("/", "_") / name


def is_configured(env: Array) -> bool:
    """Whether env.php names a database at all."""
    return bool(section(env, "db/connection/default"))


def connect(env: Array) -> Database:
    """Open the database that env.php names. Raises DatabaseError with PDO's words."""
    if not is_configured(env):
        raise DatabaseError('Connection "default" is not defined')
    directory = directory_of(env)
    host, _, _ = str(dig(env, "db/connection/default/host")).partition(":")
    if not directory.parent.is_dir():
        raise DatabaseError(
            "SQLSTATE[HY000] [2002] php_network_getaddresses: getaddrinfo for "
            f"{host} failed: Name or service not known"
        )
    if (directory / "down").exists() or (directory.parent / "down").exists():
        raise DatabaseError("SQLSTATE[HY000] [2002] Connection refused")
    user = str(dig(env, "db/connection/default/username") or "")
    secret = directory / "password"
    if secret.exists() and secret.read_text().strip() != dig(env, "db/connection/default/password"):
        raise DatabaseError(
            f"SQLSTATE[HY000] [1045] Access denied for user '{user}'@'127.0.0.1' (using password: YES)"
        )
    if not (directory / "state.json").exists():
        raise DatabaseError(f"SQLSTATE[HY000] [1049] Unknown database '{directory.name}'")
    return Database(directory)


def create(directory: Path, password: str, state: dict[str, Any]) -> None:
    """Lay a database out, writable for whoever a host runs as."""
    directory.mkdir(parents=True)
    directory.chmod(0o777)
    (directory / "password").write_text(password)
    (directory / "state.json").write_text(json.dumps(EMPTY | state, indent=1))
    (directory / "state.json").chmod(0o666)
