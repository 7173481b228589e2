"""What the answers of systemd and supervisor mean for a unit: on, off, or not to be told."""

import os
import subprocess
from pathlib import Path

import pytest

from core.actions.promotion.units import _state
from core.actions.site import Site
from core.environments.model import Environment, Host, Project, Role


def _site(cron: str) -> Site:
    host = Host(address="web1")
    environment = Environment(
        name="production",
        role=Role.PRODUCTION,
        hosts=(host,),
        path="/srv/acme",
        cron=cron,  # type: ignore[arg-type] # one of the methods
    )
    project = Project(name="Acme", file="", digest="", environments={"production": environment})
    return Site(project=project, environment=environment, host=host)


@pytest.mark.parametrize(
    ("cron", "tool", "said", "code"),
    [
        ("systemd", "systemctl", "active", 0),
        ("systemd", "systemctl", "activating", 0),  # waits for its restart, or is a oneshot that runs
        ("systemd", "systemctl", "inactive", 3),
        ("systemd", "systemctl", "failed", 3),
        ("systemd", "systemctl", "Failed to connect to bus: No such file or directory", 4),
        ("supervisor", "supervisorctl", "acme:c1  RUNNING  pid 7, uptime 1:00:00", 0),
        ("supervisor", "supervisorctl", "acme:c1  BACKOFF  Exited too quickly", 0),
        ("supervisor", "supervisorctl", "acme:c1  STOPPED  Not started", 3),
        ("supervisor", "supervisorctl", "acme:c1: ERROR (no such process)", 4),
        ("supervisor", "supervisorctl", "unix:///var/run/supervisor.sock no such file", 4),
    ],
)
def test_a_unit_is_on_off_or_not_told(tmp_path: Path, cron: str, tool: str, said: str, code: int) -> None:
    show = '[ "$1" != show ] || { echo LoadState=loaded; exit 0; }'
    for name, line in ((tool, f"{show}\necho '{said}'; exit 1"), ("sudo", 'shift; exec "$@"')):
        (tmp_path / name).write_text(f"#!/bin/sh\n{line}\n")
        (tmp_path / name).chmod(0o755)
    ran = subprocess.run(
        ["sh", "-c", _state(_site(cron), "acme:c1")],
        env={"PATH": f"{tmp_path}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == code, ran
    assert (said in ran.stderr) == (code == 4)


def test_a_unit_that_there_is_not_is_not_off(tmp_path: Path) -> None:
    """As systemd 252 answers; a misspelt unit would go on starting cron jobs while the database changes."""
    (tmp_path / "systemctl").write_text(
        "#!/bin/sh\ncase $1 in show) echo LoadState=not-found ;; is-active) echo inactive; exit 4 ;; esac\n"
    )
    (tmp_path / "systemctl").chmod(0o755)
    ran = subprocess.run(
        ["sh", "-c", _state(_site("systemd"), "acme-cron.timr")],
        env={"PATH": f"{tmp_path}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 4
    assert "there is no unit acme-cron.timr" in ran.stderr
