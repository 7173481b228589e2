"""A shop whose next artifacts bring a module along, with settings that only they know."""

import contextlib
import io
import os
import shutil
from dataclasses import dataclass
from typing import Any, Final

import pytest

from core.cli.main import run
from core.demo import source
from core.demo.history import config_php
from core.demo.standin import phpfile
from core.demo.standin.phpfile import Array
from core.demo.standin.settings import decrypted
from tests.chain.commands import Ran
from tests.chain.stage import PRODUCTION, Stage
from tests.support.keyring_file import NAME, PLACE
from tests.support.shop import Shop

SECRET: Final = "geheim'\"$x\\ü 4711"
KEY: Final = "acme_tags/api/private_key"
DECLARED: Final = """
[environments.production.settings.default]
"acme_tags/api/base_url" = "https://tags.example.com/"
"acme_tags/api/depth" = 3

[environments.production.settings.websites.base]
"acme_tags/api/depth" = 5
"""
_PLACE: Final = "app/code/Acme/Tags"
_SYSTEM: Final = """<config><system>
    <section id="acme_tags"><label>Tags</label><group id="api"><label>Interface</label>
        <field id="base_url" type="text" showInDefault="1"><label>Address</label></field>
        <field id="depth" type="text" showInDefault="1" showInWebsite="1"><label>Depth</label></field>
        <field id="private_key" type="obscure" showInDefault="1"><label>Key</label>
            <backend_model>Magento\\Config\\Model\\Config\\Backend\\Encrypted</backend_model></field>
    </group></section>
</system></config>
"""
_DI: Final = """<config xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
    <type name="Magento\\Config\\Model\\Config\\TypePool"><arguments>
        <argument name="sensitive" xsi:type="array">
            <item name="acme_tags/api/private_key" xsi:type="string">1</item></argument>
        <argument name="environment" xsi:type="array">
            <item name="acme_tags/api/base_url" xsi:type="string">1</item></argument>
    </arguments></type>
</config>
"""
_CONFIG: Final = """<config><default><acme_tags><api>
    <depth>1</depth><hidden>no field</hidden>
</api></acme_tags></default></config>
"""
_NO_MV: Final = """#!/bin/sh
case "$*" in
*env.php.mageconsole*) echo "mv: cannot move: Read-only file system" >&2; exit 1 ;;
esac
exec /bin/mv "$@"
"""


def commit_module(shop: Shop) -> dict[str, str]:
    """Commit what is live, other settings, the module without and with a table; return the commits by name."""
    tree, config = shop.path("dev1"), "app/etc/config.php"
    commits = {"live": shop.commit("Open the outlet", {config: config_php(tree, outlet=True)})}
    commits["setting"] = shop.commit(
        "Name the store, lock the grid",
        {
            config: config_php(
                tree, outlet=True, general__store_information__name="Acme & Sons", general__locale__code="en_GB",
                catalog__frontend__grid_per_page="12",
            )
        },
    )  # fmt: skip
    files = source.module("Tags") | {
        f"{_PLACE}/etc/adminhtml/system.xml": _SYSTEM,
        f"{_PLACE}/etc/di.xml": _DI,
        f"{_PLACE}/etc/config.xml": _CONFIG,
    }
    for name, text in files.items():
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_text(text)
    files[config] = config_php(tree, outlet=True)
    commits["module"] = shop.commit("Ask for tags elsewhere", files)
    commits["table"] = shop.commit("Keep tags", source.table(_PLACE, "acme_tags", ("tag",)))
    return commits


@dataclass
class NewStage(Stage):
    """The shop, with a keyring of its own."""

    def cli(self, *words: str, given: str = "") -> Ran:
        """Run a command here, to its end."""
        out, err = io.StringIO(), io.StringIO()
        with (
            pytest.MonkeyPatch.context() as patch,
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            for name, value in self.own.items():
                patch.setenv(name, value)
            patch.setattr("keyring.core._keyring_backend", None)
            patch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(given.encode())))
            code = run(["-c", str(self.shop.toml), *words])
        return Ran(code, out.getvalue(), err.getvalue())

    @property
    def own(self) -> dict[str, str]:
        """Where secrets and what is known of them lie."""
        root = self.shop.root
        return {
            "PYTHON_KEYRING_BACKEND": NAME, PLACE: str(root / "keyring.json"),
            "XDG_STATE_HOME": str(root / "home-state"), "XDG_CACHE_HOME": str(root / "home-cache"),
        }  # fmt: skip

    def declare(self, text: str = DECLARED, *, secret: str = SECRET) -> None:
        """Declare settings of the module; keep the secret unless it is empty."""
        self.edit(self.shop.toml, 'role = "production"\n', f'role = "production"\nsensitive = ["{KEY}"]\n')
        self.shop.toml.write_text(self.shop.toml.read_text() + text)
        if secret:
            ran = self.cli("settings", "secret", "set", "production", KEY, given=secret)
            assert ran.code == 0, ran.said

    def env(self, host: str) -> Array:
        """Return what the env.php of a host says."""
        found = phpfile.read((self.shop.path(host) / "shared/app/etc/env.php").read_text())
        assert isinstance(found, dict)
        return found

    def values(self, host: str) -> tuple[Any, ...]:
        """Return what a host's env.php says of the module's settings, the secret in plain; None: nothing."""
        env = self.env(host)
        system = phpfile.section(env, "system")
        kept = phpfile.dig(system, f"default/{KEY}")
        return (
            phpfile.dig(system, "default/acme_tags/api/base_url"),
            phpfile.dig(system, "default/acme_tags/api/depth"),
            phpfile.dig(system, "websites/base/acme_tags/api/depth"),
            None if kept is None else decrypted(str(kept), env),
        )

    def set_everywhere(self) -> bool:
        """Tell whether both hosts have what is declared, and files and database agree there."""
        wanted = ("https://tags.example.com/", "3", "5", SECRET)
        states = [self.shop.magento(host, "app:config:status").returncode for host in PRODUCTION]
        return [self.values(host) for host in PRODUCTION] == [wanted] * 2 and states == [0, 0]

    def files(self) -> dict[str, bytes]:
        """Return the env.php of both hosts."""
        return {host: (self.shop.path(host) / "shared/app/etc/env.php").read_bytes() for host in PRODUCTION}

    def refuse_rename(self, host: str) -> None:
        """Let the new env.php not be put in place on a host."""
        tool = self.shop.systems.host(host) / "bin/mv"
        tool.write_text(_NO_MV)
        tool.chmod(0o755)

    def private(self) -> list[str]:
        """Return the private copies of env.php that are left on the hosts."""
        return [
            str(path) for host in PRODUCTION for path in self.shop.path(host).glob(".mageconsole/settings/*")
        ]

    def begin(self) -> None:
        """Bring everything back."""
        super().begin()
        for host in PRODUCTION:
            for name in ("settings", "backups"):
                shutil.rmtree(self.shop.path(host) / ".mageconsole" / name, ignore_errors=True)
        for name in ("keyring.json", "home-state"):
            path = self.shop.root / name
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)

    def leaks(self, secret: str) -> list[str]:
        """Return the files of jobs and hosts that hold a secret in plain."""
        found = []
        for top in (self.shop.root / "state", *(self.shop.path(host) for host in PRODUCTION)):
            for place, _, names in os.walk(top):
                for name in names:
                    path = os.path.join(place, name)  # noqa: PTH118 - tens of thousands of files
                    with contextlib.suppress(OSError), open(path, "rb") as file:  # noqa: PTH123 - as above
                        if secret.encode() in file.read():
                            found.append(path)
        return found
