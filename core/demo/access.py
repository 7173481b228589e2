"""How the demo's hosts are reached: keys, ssh_config, known_hosts, environments.toml."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import asyncssh

from core.demo.systems import HOSTS, USERS, Systems

_TOML: Final = """# The demo's four systems. Everything in this file is as it would be for real ones.

[project]
name = "Acme Store"
locales = ["en_US", "de_DE"]
keep_releases = 3
ssh_config = "ssh_config"
known_hosts = "known_hosts"
state_dir = "state"

[environments.development]
role = "development"
hosts = ["dev1"]
path = "{dev1}/shop"
php = "{dev1}/bin/php"

[environments.build]
role = "build"
hosts = ["build"]
path = "{build}/shop"
php = "{build}/bin/php"
composer_command = "{build}/bin/composer"
repository = "{repository}"
branch = "main"

[environments.staging]
role = "staging"
url = "http://127.0.0.1:{stg_port}/"
path = "{stg}/shop"

[[environments.staging.hosts]]
address = "stg"
php = "{stg}/bin/php"
reload = "{stg}/bin/reload-php"
web = "127.0.0.1:{stg_port}"

[environments.staging.health]
path = "/customer/account/login/"
host = "staging.example.com"

[environments.production]
role = "production"
url = "http://127.0.0.1:{web1_port}/"
path = "{web1}/shop"
requires = "staging"

[environments.production.health]
path = "/customer/account/login/"
host = "shop.example.com"

[[environments.production.hosts]]
address = "web1"
php = "{web1}/bin/php"
reload = "{web1}/bin/reload-php"
web = "127.0.0.1:{web1_port}"

[[environments.production.hosts]]
address = "web2"
path = "{web2}/shop"                 # two hosts that play on one machine: each needs a path of its own
php = "{web2}/bin/php"
reload = "{web2}/bin/reload-php"
web = "127.0.0.1:{web2_port}"
roles = ["web"]
"""
_HOST: Final = """Host {name}
    HostName 127.0.0.1
    Port {port}
    User {user}
    IdentityFile "{key}"
    IdentitiesOnly yes
    UserKnownHostsFile "{known_hosts}"
    StrictHostKeyChecking yes

"""


def make_login_key(systems: Systems) -> Path:
    """Make the operator's key, once; return its private half's path."""
    path = systems.root / "id_ed25519"
    if not path.exists():
        key = asyncssh.generate_private_key("ssh-ed25519", comment="operator")
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(key.export_private_key())
        path.with_suffix(".pub").write_bytes(key.export_public_key())
    return path


def write(
    systems: Systems,
    ssh_ports: Mapping[str, int],
    web_ports: Mapping[str, int],
    known_hosts: str,
    users: Mapping[str, str] = USERS,
    keys: Mapping[str, Path] | None = None,
) -> None:
    """Write the files with which a console reaches the hosts."""
    own = systems.root / "id_ed25519"
    (systems.root / "known_hosts").write_text(known_hosts)
    systems.ssh_config.write_text(
        "".join(
            _HOST.format(
                name=name,
                port=port,
                user=users[name],
                key=(keys or {}).get(name, own),
                known_hosts=systems.root / "known_hosts",
            )
            for name, port in ssh_ports.items()
        )
    )
    places: dict[str, object] = {name: systems.host(name) for name in HOSTS}
    ports: dict[str, object] = {f"{name}_port": web_ports.get(name, 80) for name in ("stg", "web1", "web2")}
    text = _TOML.format(**places, **ports, repository=systems.repository)
    declared = systems.root / "declared.toml"
    if declared.exists():
        text += declared.read_text()
    if not systems.environments_toml.exists():
        systems.environments_toml.write_text(text)
