"""The stage for bad inputs: the demo's four systems, owned by the person who runs the product, one build made.

Every case gets a directory of its own with environments.toml, ssh_config and known_hosts, which it may spoil.
"""

import contextlib
import json
import os
import pwd
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.hardening.operator import Operator
from tests.hardening.product import Product, Told
from tests.hardening.trees import Trees


@dataclass
class Stage:
    """The running demo, and the case that is played on it."""

    operator: Operator
    product: Product
    root: Path
    facts: dict[str, Any]
    trees: Trees
    environment: dict[str, str] = field(default_factory=dict)
    """Variables that a case gives to the command."""
    closing: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)
    """Takes back what the case arranged; most of it is taken back when the shop is restored."""

    @property
    def case(self) -> Path:
        """The directory of the case."""
        return self.root / "case"

    @property
    def toml(self) -> Path:
        """The environments.toml of the case."""
        return self.case / "environments.toml"

    @property
    def ssh_config(self) -> Path:
        """The ssh_config of the case."""
        return self.case / "ssh_config"

    @property
    def known_hosts(self) -> Path:
        """The known_hosts of the case."""
        return self.case / "known_hosts"

    @property
    def state(self) -> Path:
        """The state directory: jobs, with the build and the promotion that were made for all cases."""
        return self.root / "state"

    def shop(self, host: str) -> Path:
        """Return the environment's path on a host of the demo."""
        return self.root / "hosts" / host / "shop"

    def begin(self) -> None:
        """Lay out the files of a new case as they would be right."""
        shutil.rmtree(self.case, ignore_errors=True)
        self.case.mkdir()
        self.environment.clear()
        text = (self.root / "environments.toml").read_text()
        text = text.replace('locales = ["en_US", "de_DE"]', 'locales = ["en_US"]')
        self.toml.write_text(text.replace('state_dir = "state"', f'state_dir = "{self.state}"'))
        config = (
            (self.root / "ssh_config")
            .read_text()
            .replace(str(self.root / "known_hosts"), str(self.known_hosts))
        )
        self.ssh_config.write_text(config)
        shutil.copy(self.root / "known_hosts", self.known_hosts)
        self.own(self.case)

    def own(self, top: Path) -> None:
        """Give a directory and all in it to the operator."""
        if self.operator.user:
            login = pwd.getpwnam(self.operator.user)
            for path in (top, *top.rglob("*")):
                os.lchown(path, login.pw_uid, login.pw_gid)

    def edit(self, old: str, new: str, file: Path | None = None) -> None:
        """Replace a text that stands in a file of the case, environments.toml unless another is given."""
        path = file or self.toml
        text = path.read_text()
        assert old in text, f"{path} has no {old!r}"
        path.write_text(text.replace(old, new))

    def host_block(self, name: str, **settings: object) -> None:
        """Set lines of a host in ssh_config; `Port=1` replaces its port."""
        head, block, rest = re.split(
            rf"(?m)(^Host {name}\n(?:    .*\n)+)", self.ssh_config.read_text(), maxsplit=1
        )
        for key, value in settings.items():
            line = f"    {key} {value}\n"
            block, count = re.subn(rf"(?m)^    {key} .*\n", line.replace("\\", r"\\"), block)
            block += "" if count else line
        self.ssh_config.write_text(head + block + rest)

    def run(self, *words: str) -> Told:
        """Run the product as the operator, with the environments.toml of the case."""
        return self.product.run("-c", str(self.toml), *words, environment=self.environment)

    def mount(self, place: Path, *words: str) -> None:
        """Mount something at a place until the case ends; only root can."""
        subprocess.run(["mount", *words, place], check=True)
        self.closing.callback(_unmount, place)

    def jobs(self) -> list[str]:
        """Return the ids of all jobs, the oldest first."""
        return sorted(path.name for path in (self.state / "jobs").iterdir() if path.name != ".numbers")


def _unmount(place: Path) -> None:
    subprocess.run(["umount", "-l", place], check=True)


@contextlib.contextmanager
def demo(operator: Operator, root: Path, *words: str) -> Iterator[dict[str, Any]]:
    """Run the demo as the operator; what it said of itself."""
    line = operator.words(
        *operator.python, "-P", "-m", "core.demo", "--dir", str(root), "--fast", "--scale", "1", *words
    )
    process = subprocess.Popen(
        line, cwd="/", env=operator.environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout and process.stdin
    try:
        said: dict[str, Any] = json.loads(process.stdout.readline())
        yield said
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
