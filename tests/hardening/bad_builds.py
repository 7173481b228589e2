"""Bad input: what is to be built, and what was built."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from core.errors import Exit
from tests.hardening.operator import ROOT
from tests.hardening.stage import Stage
from tests.hardening.table import Table
from tests.support.openssh import Sshd

TABLE = Table()
_bad = TABLE.bad
_REFUSED = Exit.REFUSED
_WORKSHOP = ("hosts/build/shop/.mageconsole/*",)
"""A build that fails leaves its mirror of the repository, its tasks and its work tree, in a place of its own."""
NASTY = b"\x1b]0;owned\x07\x1b[2J\x9b31m\xff\xfe caf\xc3\xa9 \xe2\x80\xae\r\n"
"""A window title, a cleared screen, a C1 sequence, bytes that are no UTF-8, a direction override."""


def _git(stage: Stage, place: Path, *words: str) -> None:
    """Run git as the operator: it refuses repositories of others."""
    line = stage.operator.words("git", "-c", "user.name=Anna", "-c", "user.email=anna@acme.example", *words)
    subprocess.run(line, cwd=place, env=stage.operator.environment(), check=True, capture_output=True)


def _branch(
    stage: Stage, name: str, change: Callable[[Path], object], message: str | bytes = "Spoil it"
) -> None:
    """Add a branch to the repository in which something is changed."""
    repository, tree = stage.root / "store.git", stage.case / "tree"
    stage.own(stage.case)
    _git(
        stage,
        stage.case,
        "clone",
        "--quiet",
        "--depth",
        "1",
        "--branch",
        "main",
        f"file://{repository}",
        str(tree),
    )
    change(tree)
    stage.own(tree)
    _git(stage, tree, "add", "--all")
    file = stage.case / "message"
    file.write_bytes(message if isinstance(message, bytes) else message.encode())
    _git(stage, tree, "commit", "--quiet", "--cleanup=verbatim", "--allow-empty", "--file", str(file))
    _git(stage, tree, "push", "--quiet", "--force", str(repository), f"HEAD:refs/heads/{name}")
    shutil.rmtree(tree)


def _config(name: str, code: str, change: Callable[[Path], object], says: str) -> None:
    def arrange(stage: Stage) -> None:
        _branch(stage, "spoiled", lambda tree: change(tree / "app/etc/config.php"))

    _bad(name, code, Exit.FAILED, "build", "--ref", "spoiled", says=says, may=_WORKSHOP)(arrange)


def _without(section: str) -> Callable[[Path], None]:
    def change(file: Path) -> None:
        file.write_text(file.read_text().replace(f"'{section}' =>", f"'no_{section}' =>", 1))

    return change


_config(
    "config.php is broken",
    "php-config-broken",
    lambda file: file.write_text("<?php\nreturn [ 'modules' => [\n"),
    "config.php",
)
_config(
    "config.php is no array",
    "php-config-computed",
    lambda file: file.write_text("<?php\nreturn load();\n"),
    "config.php",
)
_config("config.php without scopes", "config-scopes-missing", _without("scopes"), "app:config:dump")
_config("config.php is not committed", "config-php-missing", lambda file: file.unlink(), "app:config:dump")


@_bad("a branch that does not exist", "no-such-ref", _REFUSED, "build", "--ref", "nowhere", says="pushed")
def _no_ref(stage: Stage) -> None:
    pass


@_bad("a repository that can't be reached", "repository-unreadable", _REFUSED, "build", says="key")
def _no_repository(stage: Stage) -> None:
    stage.edit(str(stage.root / "store.git"), str(stage.root / "nowhere.git"))


@_bad("nothing was built yet", "nothing-built", _REFUSED, "plan", "build", "staging", says="mageconsole build")
def _nothing_built(stage: Stage) -> None:
    place = stage.case / "workshop"
    place.mkdir()
    stage.own(place)
    stage.edit(f'path = "{stage.shop("build")}"', f'path = "{place}"')


@_bad("an artifact that is gone", "no-artifact", Exit.FAILED, "plan", "build", "staging", "--artifact", "0123456789ab",
      says="Build the commit")  # fmt: skip
def _gone(stage: Stage) -> None:
    pass


@_bad("a damaged manifest", "manifest-damaged", Exit.FAILED, "plan", "build", "production", "--hotfix", "urgent",
      says="again")  # fmt: skip
def _damaged(stage: Stage) -> None:
    places = stage.shop("build") / ".mageconsole/artifacts"
    manifest = next(path for path in places.glob("*/manifest") if len(path.parent.name) == 64)
    kept = manifest.read_bytes()
    stage.closing.callback(manifest.write_bytes, kept)
    manifest.write_bytes(kept[: len(kept) // 2] + b"\0" + kept[len(kept) // 2 + 1 :])


def _nasty_file(stage: Stage) -> Path:
    file = stage.case / "nasty"
    file.write_bytes(NASTY * 3)
    return file


@_bad("control sequences in a commit's subject and a log", "custom-step-failed", Exit.FAILED, "build", "--ref", "nasty",
      says="café", may=_WORKSHOP)  # fmt: skip
def _nasty(stage: Stage) -> None:
    _branch(stage, "nasty", lambda tree: None, b"Subject " + NASTY.replace(b"\r\n", b"") + b"\n")
    file = _nasty_file(stage)
    with stage.toml.open("a") as toml:
        toml.write(
            f'\n[[steps]]\nname = "Print"\non = "build"\nafter = "checkout"\nrun = "cat {file}; exit 9"\n'
        )


@_bad("control sequences in a host's banner and start-up files", "login-denied", Exit.FAILED, "lock", "staging",
      says="authorized_keys", may=("case/sshd/log",),
    same_cause=True)  # fmt: skip
def _banner(stage: Stage) -> None:
    server = stage.closing.enter_context(
        Sshd(
            stage.case / "sshd", user=stage.operator.user, Banner=_nasty_file(stage), AuthorizedKeysFile="none"
        )
    )
    stage.known_hosts.write_text(stage.known_hosts.read_text() + server.known_hosts_line)
    stage.own(stage.case)
    stage.host_block("stg", Port=server.port, User=server.user, IdentityFile=f'"{server.key}"')


if ROOT:

    @_bad("no room for a build", "disk-full", _REFUSED, "build", says="Make room", same_cause=True,
          may=("case/workshop/.mageconsole*",))  # fmt: skip
    def _no_room(stage: Stage) -> None:
        place = stage.case / "workshop"
        place.mkdir()
        stage.mount(place, "-o", "size=1m,mode=0755", "-t", "tmpfs", "tmpfs")
        stage.own(place)
        stage.edit(f'path = "{stage.shop("build")}"', f'path = "{place}"')
