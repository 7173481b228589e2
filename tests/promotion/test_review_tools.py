"""Tools that are there by name, and not what a transfer needs: told before anything is done."""

import os
import subprocess
from pathlib import Path

import pytest

from core.actions.checks.facts import parse, script
from core.actions.site import Site
from core.environments.model import Environment, Host, Project, Role

_OLD = {
    # coreutils 8.22 of Enterprise Linux 7
    "comm": "case $1 in -z) echo \"comm: invalid option -- 'z'\" >&2; exit 1 ;; esac",
    # BusyBox
    "find": "case \"$*\" in *-printf*) echo 'find: unrecognized: -printf' >&2; exit 1 ;; esac",
    "tar": "case \"$*\" in *--hard-dereference*) echo 'tar: unrecognized option' >&2; exit 1 ;; esac",
}


def _missing(place: Path, *old: str) -> tuple[str, ...]:
    """Return what a host lacks, by its own tools, some of them old."""
    bin_ = place / "bin"
    bin_.mkdir()
    for name in old:
        real = next(path for d in ("/usr/bin", "/bin") if (path := Path(d, name)).exists())
        (bin_ / name).write_text(f'#!/bin/sh\n{_OLD[name]}\nexec {real} "$@"\n')
        (bin_ / name).chmod(0o755)
    host = Host(address="web1")
    environment = Environment(name="production", role=Role.PRODUCTION, hosts=(host,), path=str(place))
    project = Project(name="Acme", file="", digest="", environments={"production": environment})
    ran = subprocess.run(
        ["sh", "-c", script(Site(project=project, environment=environment, host=host))],
        env={**os.environ, "PATH": f"{bin_}:{os.environ['PATH']}"},
        capture_output=True,
        check=True,
    )
    return parse("web1", ran.stdout).all("missing")


def test_the_tools_of_this_machine_are_good_enough(tmp_path: Path) -> None:
    assert _missing(tmp_path) == ()


@pytest.mark.parametrize(("name", "told"), [("comm", "8.25"), ("find", "findutils"), ("tar", "GNU tar")])
def test_a_tool_that_is_too_old_is_named(tmp_path: Path, name: str, told: str) -> None:
    (missing,) = _missing(tmp_path, name)
    assert told in missing
