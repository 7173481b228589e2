"""Bad input: what lies at an environment's path on its hosts, and what its hosts lack."""

import contextlib
import os
import shutil
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

from core.errors import Exit
from core.remote.lock.claim import Claim, write
from tests.hardening.operator import ROOT
from tests.hardening.stage import Stage
from tests.hardening.table import Table
from tests.support.demo_ssh import DemoSsh

TABLE = Table()
_bad = TABLE.bad
_PLAN = ("plan", "build", "production")
_CHECK = ("check", "staging")
_REFUSED = Exit.REFUSED


def _new_path(stage: Stage) -> Path:
    """Let staging lie at a path of its own, which this returns; env.php is there as on the real one."""
    path = stage.case / "shop"
    shutil.copytree(stage.shop("stg") / "shared", path / "shared", symlinks=True)
    stage.edit(f'path = "{stage.shop("stg")}"', f'path = "{path}"')
    stage.own(path)
    return path


def _occupied(name: str, code: str, make: Callable[[Path], object], says: str) -> None:
    def arrange(stage: Stage) -> None:
        path = _new_path(stage)
        make(path)
        stage.own(path)

    _bad(name, code, _REFUSED, "plan", "build", "staging", says=says)(arrange)


def _files(*names: str) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        for name in names:
            (path / name).parent.mkdir(parents=True, exist_ok=True)
            (path / name).write_text("x\n")

    return make


_occupied("`current` is a directory", "current-is-directory", _files("current/index.php"), "link")
_occupied("a plain Magento", "path-plain-magento", _files("bin/magento", "app/bootstrap.php"), "not touched")
_occupied("a layout of Deployer", "path-of-deployer", _files(".dep/releases_log", "releases/1/x"), "Deployer")
_occupied("a layout of Capistrano", "path-of-capistrano", _files("repo/HEAD", "revisions.log"), "Capistrano")
_occupied("somebody's files", "path-occupied", _files("index.html"), "index.html")
_occupied(
    "a foreign link `current`",
    "current-not-ours",
    lambda path: (path / "current").symlink_to("/srv"),
    "current",
)


def _env(name: str, code: str, spoil: Callable[[Stage, Path], object], says: str = "env.php") -> None:
    def arrange(stage: Stage) -> None:
        spoil(stage, _new_path(stage) / "shared/app/etc/env.php")

    _bad(name, code, _REFUSED, *_CHECK, says=says)(arrange)


def _dangling(stage: Stage, file: Path) -> None:
    file.unlink()
    file.symlink_to("nowhere.php")


_env("env.php is missing", "env-missing", lambda stage, file: file.unlink())
_env("env.php is empty", "env-empty", lambda stage, file: file.write_text(""))
_env(
    "env.php is the stub",
    "env-incomplete",
    lambda stage, file: file.write_text("<?php return ['cache' => []];\n"),
)
_env("env.php is a dangling link", "env-dangling", _dangling)
_env("env.php can't be read", "env-unreadable", lambda stage, file: file.chmod(0), "readable")


@_bad("a path that its owner may not write", "path-not-writable", _REFUSED, *_CHECK, says="chmod u+rwx")
def _not_writable(stage: Stage) -> None:
    path = _new_path(stage)
    path.chmod(0o555)
    stage.closing.callback(path.chmod, 0o755)


@_bad("PHP is missing", "php-missing", _REFUSED, *_CHECK, says="`php`")
def _no_php(stage: Stage) -> None:
    stage.edit(f'php = "{stage.root}/hosts/stg/bin/php"', 'php = "/usr/bin/php5.3"')


@_bad(
    "another PHP than the build's",
    "php-differs",
    _REFUSED,
    "promote",
    "build",
    "staging",
    "--yes",
    says="8.1.2",
)
def _other_php(stage: Stage) -> None:
    _new_path(stage)
    program = stage.case / "php"
    program.write_text('#!/bin/sh\necho "PHP 8.1.2 (cli)"\n')
    program.chmod(0o755)
    stage.edit(f'php = "{stage.root}/hosts/stg/bin/php"', f'php = "{program}"')


@_bad("a tool that is not on the path", "tools-missing", _REFUSED, *_CHECK, says="sha256sum")
def _no_tool(stage: Stage) -> None:
    tools = stage.case / "tools"
    tools.mkdir()
    for directory in ("/usr/bin", "/bin"):
        for program in Path(directory).iterdir():
            if program.name != "sha256sum" and not (tools / program.name).exists():
                (tools / program.name).symlink_to(program)
    server = stage.closing.enter_context(DemoSsh(stage.case / "bare", user="deploy", env={"PATH": str(tools)}))
    stage.known_hosts.write_text(stage.known_hosts.read_text() + server.known_hosts_line)
    stage.own(server.key)
    stage.host_block("stg", Port=server.port, IdentityFile=f'"{server.key}"')


@_bad("a half-made release to roll back to", "no-release", _REFUSED, "rollback", "staging", "--to", "7-0123456789ab",
      says="mageconsole releases staging")  # fmt: skip
def _half_made(stage: Stage) -> None:
    release = stage.shop("stg") / "releases/7-0123456789ab"
    release.mkdir()
    stage.closing.callback(shutil.rmtree, release)
    (release / "index.php").write_text("<?php\n")
    stage.own(release)


@_bad("no release to roll back to", "no-previous", _REFUSED, "rollback", "staging", "--yes", says="--to")
def _no_previous(stage: Stage) -> None:
    pass


@_bad("a promotion of what staging has not verified", "not-verified", _REFUSED, *_PLAN, says="--hotfix")
def _not_verified(stage: Stage) -> None:
    mark = next((stage.shop("stg") / ".mageconsole/releases").iterdir()) / "verified"
    kept = mark.read_bytes(), mark.stat()
    mark.unlink()

    def back() -> None:
        mark.write_bytes(kept[0])
        stage.own(mark)
        os.utime(mark, ns=(kept[1].st_atime_ns, kept[1].st_mtime_ns))

    stage.closing.callback(back)


@_bad("a plan that is not the one that was shown", "plan-stale", _REFUSED, "promote", "staging", "production",
      "--plan", "0123456789ab", says="mageconsole plan")  # fmt: skip
def _stale(stage: Stage) -> None:
    pass


@_bad("no name typed for an environment that wants it", "confirm-missing", _REFUSED, "promote", "staging", "production",
      "--yes", says="--confirm production")  # fmt: skip
def _no_confirm(stage: Stage) -> None:
    stage.edit('requires = "staging"', 'requires = "staging"\nconfirm = "name"')


def _lock(stage: Stage, host: str) -> None:
    """Hold an environment's lock, as a colleague's job does."""
    lock = stage.shop(host) / ".mageconsole/lock"
    new = not lock.parent.exists()
    lock.mkdir(mode=0o700, parents=True)
    stage.closing.callback(shutil.rmtree, lock.parent if new else lock)
    claim = Claim(
        token="00112233445566778899aabbccddeeff",
        who="jonas\x1b[31m",
        host="bastion",
        pid=1,
        job="20260101-0000-abcd",
        what="promote 1234 to staging",
    )
    (lock / "owner").write_text(f"{claim.token}\n1790000000\n{write(claim)}\n")
    stage.own(lock.parent if new else lock)


@_bad("a locked environment", "locked", _REFUSED, "promote", "staging", "production", "--yes", says="jonas",
      may=("hosts/web2/shop/.mageconsole*", "hosts/web1/shop/.mageconsole/*"))  # fmt: skip
def _locked(stage: Stage) -> None:
    _lock(stage, "web1")


@_bad("a locked environment to be opened", "locked", _REFUSED, "maintenance", "staging", "off", says="--anyway",
      same_cause=True)  # fmt: skip
def _locked_maintenance(stage: Stage) -> None:
    _lock(stage, "stg")


if ROOT:

    @_bad("a path that belongs to another", "path-of-another", _REFUSED, *_CHECK, says="run_as")
    def _of_another(stage: Stage) -> None:
        shutil.chown(_new_path(stage), "root", "root")

    @_bad("a read-only path", "path-read-only", _REFUSED, *_CHECK, says="Mount it writable")
    def _read_only(stage: Stage) -> None:
        path = _new_path(stage)
        stage.mount(path, "--bind", str(path))
        subprocess.run(["mount", "-o", "remount,bind,ro", path], check=True)

    def _small(stage: Stage, size: str) -> None:
        path = _new_path(stage)
        shutil.move(path / "shared", stage.case / "kept")
        stage.mount(path, "-o", f"{size},mode=0755", "-t", "tmpfs", "tmpfs")
        shutil.move(stage.case / "kept", path / "shared")
        stage.own(path)

    _PREPARED = ("case/shop/.mageconsole*", "case/shop/releases*")

    @_bad("too little room for a release", "disk-low", _REFUSED, "promote", "build", "staging", "--yes",
          says="keep_releases", may=_PREPARED)  # fmt: skip
    def _no_room(stage: Stage) -> None:
        _small(stage, "size=6m")

    @_bad("a disk that fills while the artifact is transferred", "disk-full", Exit.FAILED, "promote", "build", "staging",
          "--yes", says="ree", may=(*_PREPARED, "case/shop/shared/fill"))  # fmt: skip
    def _full(stage: Stage) -> None:
        _small(stage, "size=90m")
        ended = threading.Event()
        filling = threading.Thread(target=_fill, args=(stage.case / "shop", ended))
        filling.start()
        stage.closing.callback(filling.join)
        stage.closing.callback(ended.set)


def _fill(path: Path, ended: threading.Event) -> None:
    """Use the disk up as soon as a release arrives there, as another program on the host might."""
    while not ended.wait(0.005):
        if any(path.glob("releases/*/*")):
            with contextlib.suppress(OSError), (path / "shared/fill").open("wb", buffering=0) as file:
                while file.write(bytes(1 << 20)):
                    pass
            return
