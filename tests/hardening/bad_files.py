"""Bad input: the command line and environments.toml."""

import os
from collections.abc import Callable, Sequence

from core.errors import Exit
from tests.hardening.stage import Stage
from tests.hardening.table import Table

TABLE = Table()
_bad = TABLE.bad
_USAGE = Exit.USAGE
_STATUS = "status"


def _edit(name: str, code: str, old: str, new: str, says: str = "") -> None:
    def arrange(stage: Stage) -> None:
        stage.edit(old, new)

    _bad(name, code, _USAGE, _STATUS, says=says)(arrange)


_edit("broken TOML", "environments-syntax", "[environments.build]", "[environments.build", "environments.toml:")
_edit("a text for a number", "wrong-type", "keep_releases = 3", 'keep_releases = "3"', "keep_releases")
_edit("an unknown key", "unknown-key", "keep_releases = 3", "keep_release = 3", "keep_releases")
_edit("a number out of range", "out-of-range", "keep_releases = 3", "keep_releases = 0", "keep_releases")
_edit("an impossible port", "wrong-port", 'hosts = ["build"]', 'hosts = ["build@build:99999"]', "99999")
_edit("a host twice", "duplicate-host", 'hosts = ["dev1"]', 'hosts = ["dev1", "dev1"]', "hosts[1]")
_edit("no build system", "missing-build", 'role = "build"', 'role = "staging"', "build")
_edit("a role that is none", "unknown-value", 'role = "staging"', 'role = "stagging"', "staging")
_edit(
    "`requires` that names nothing",
    "unknown-environment",
    'requires = "staging"',
    'requires = "stagin"',
    "staging",
)
_edit("a relative path", "relative-path", 'path = "/', 'path = "srv/', "path")
_edit(
    "two files of one name", "duplicate-value", 'locales = ["en_US"]', 'locales = ["en_US", "en_US"]', "en_US"
)
_edit("control characters", "control-characters", 'branch = "main"', 'branch = "ma\\u001bin"', "branch")


@_bad("a password among the settings", "secret-in-environments", _USAGE, _STATUS, says="sensitive")
def _password(stage: Stage) -> None:
    with stage.toml.open("a") as file:
        file.write('\n[environments.production.env]\n"db/connection/default/password" = "hunter2hunter2"\n')


@_bad(
    "credentials in the repository's URL",
    "secret-in-environments",
    _USAGE,
    _STATUS,
    says="SSH key",
    same_cause=True,
)
def _credentials(stage: Stage) -> None:
    repository = next(line for line in stage.toml.read_text().splitlines() if line.startswith("repository"))
    stage.edit(repository, 'repository = "https://anna:hunter2hunter2@git.example.com/store.git"')


@_bad("several mistakes at once", "unknown-key", _USAGE, _STATUS, says="wrong-type", same_cause=True)
def _several(stage: Stage) -> None:
    stage.edit("keep_releases = 3", 'keep_releases = "3"\nkeep_release = 3')


def _file(name: str, code: str, make: Callable[[Stage], object]) -> None:
    def arrange(stage: Stage) -> Sequence[str]:
        stage.toml.unlink()
        make(stage)
        return (_STATUS,)

    _bad(name, code, _USAGE)(arrange)


_file("no file", "environments-missing", lambda stage: None)
_file("a directory for the file", "environments-is-a-directory", lambda stage: stage.toml.mkdir())
_file("a pipe for the file", "environments-not-a-file", lambda stage: os.mkfifo(stage.toml))
_file(
    "not UTF-8",
    "environments-not-utf-8",
    lambda stage: stage.toml.write_bytes(b'[project]\nname = "Caf\xe9"\n'),
)
_file("a byte order mark", "environments-bom", lambda stage: stage.toml.write_bytes(b"\xef\xbb\xbf[project]\n"))
_file("two megabytes", "environments-too-large", lambda stage: stage.toml.write_bytes(b"#\n" * 1_000_000))


@_bad("a file that may not be read", "environments-unreadable", _USAGE, _STATUS)
def _unreadable(stage: Stage) -> None:
    stage.toml.chmod(0)


def _usage(name: str, code: str, *words: str, says: str = "") -> None:
    _bad(name, code, _USAGE, *words, says=says)(lambda stage: None)


_usage("an unknown command", "no-such-command", "promot", says="promote")
_usage("an unknown option", "no-such-option", "build", "--reff=main", says="--ref")
_usage("an argument too few", "missing-argument", "promote", "build", says="TARGET")
_usage("an argument too many", "wrong-usage", "promote", "build", "staging", "production", says="--help")
_usage("a word that is no choice", "wrong-argument", "maintenance", "staging", "up", says="off")
_usage("an unknown environment", "no-such-environment", "plan", "build", "stagging", says="staging")
_usage("an environment of the wrong role", "wrong-role", "plan", "development", "staging", says="build")
_usage("a promotion to itself", "same-environment", "plan", "staging", "staging", says="staging")
_usage("an unknown job", "no-such-job", "jobs", "show", "20200101-0000-abcd", says="jobs list")
_usage("what is no address", "address-wrong", "trust", "deploy@@web 1", says="name")
