"""Who had a secret shown, when: a line for each in a file beside the jobs; never the value."""

import os
import time

import msgspec

from core.environments.model import Project
from core.jobs.journal import disk_error
from core.jobs.state_dir import state_base
from core.jobs.who import who
from core.settings.secrets.name import SecretName

FILE = "secrets-shown.jsonl"


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the file."""

    time: float
    """Seconds since the epoch."""
    who: str
    environment: str
    path: str
    source: str
    """Where the value came from: `keyring`, `config.php`, ..."""


def record(project: Project, name: SecretName, source: str) -> None:
    """Write down that a secret is about to be shown. Raises ConsoleError: what can't be recorded is not shown."""
    place = state_base(project.state_dir) / FILE
    line = Shown(time=time.time(), who=who(), environment=name.environment, path=name.path, source=source)
    try:
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(
            place, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600
        )
        with os.fdopen(descriptor, "ab") as file:
            file.write(msgspec.json.encode(line) + b"\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise disk_error(error, place) from error
