"""The `bin/magento` commands that we run: what each needs, asks, answers, and since when it exists."""

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from core.errors import ConsoleError
from core.magento.version import Version


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """One command of `bin/magento`. Facts: the sources of 2.2.5 to 2.4.8 and a real 2.4.7-p3."""

    name: str
    needs_env: bool = False
    """Whether it exists only where env.php holds `install/date`."""
    needs_database: bool = False
    changes: str = ""
    """What it writes; empty: nothing but caches."""
    prompts: bool = False
    """Whether it asks questions without `-n`. With `-n` every answer is yes, deletions included."""
    n: bool = True
    """Whether `-n` is passed. False only where the command is not Symfony's to interpret."""
    exits: Mapping[int, str]
    """What its exit codes mean; any other is an error."""
    since: Version = Version(2, 2)
    options_since: Mapping[str, Version] = {}
    """Options and arguments that older versions refuse; `*` stands for any argument."""
    note: str = ""


_DONE: Final = {0: "done", 1: "failed"}

_TABLE: Final = (
    Command(
        name="app:config:status",
        needs_env=True,
        needs_database=True,
        exits={0: "up to date", 1: "the command is missing: no install/date", 2: "an import is due",
               255: "the database is out of reach"},
    ),
    Command(
        name="app:config:import",
        needs_env=True,
        needs_database=True,
        changes="websites, groups, stores, themes, the configuration hash",
        prompts=True,
        exits={0: "done, or a question was answered with no", 1: "failed"},
        note="-n deletes stores that config.php lacks; without -n and with closed input it is no preview",
    ),
    Command(
        name="app:config:dump",
        needs_env=True,
        needs_database=True,
        changes="config.php, env.php, the configuration hash",
        exits={0: "done", 1: "failed, or unknown types; the files are rewritten all the same"},
        options_since={"*": Version(2, 3)},
        note="forgets a pending import; without types it freezes every value and copies secrets",
    ),
    Command(
        name="setup:db:status",
        needs_database=True,
        exits={0: "up to date", 1: "not installed; in 2.2 also: code older than the database",
               2: "an upgrade is due", 255: "the database is out of reach"},
    ),
    Command(
        name="setup:upgrade",
        needs_database=True,
        changes="the database; config.php's modules; without --keep-generated: generated and pub/static",
        prompts=True,
        exits=_DONE,
        options_since={"--dry-run=1": Version(2, 3), "--safe-mode=1": Version(2, 3)},
        note="imports the configuration at its end; --dry-run imports it for real",
    ),
    Command(
        name="setup:di:compile",
        changes="generated, var/cache and the configured cache storage",
        exits=_DONE,
        note="exits 0 also where config.php lists a module that is not there",
    ),
    Command(
        name="setup:static-content:deploy",
        changes="pub/static, var/view_preprocessed",
        exits={0: "done, or hidden failures: see static_content", 1: "failed"},
        options_since={
            "--max-execution-time": Version(2, 3, 2),
            "--no-js-bundle": Version(2, 3, 4),
            "--no-parent": Version(2, 4, 2),
        },
    ),
    Command(
        name="module:config:status",
        exits={0: "up to date", 1: "config.php's modules are not those on disk"},
        since=Version(2, 3, 3),
    ),
    Command(name="cache:clean", needs_env=True, exits=_DONE),
    Command(
        name="cache:flush",
        needs_env=True,
        exits=_DONE,
        note="empties the whole storage: sessions too, where they share one Redis database",
    ),
    Command(
        name="maintenance:status",
        exits={0: "it answered; the text says whether the flag is there"},
        note="the flag is the file; needs env.php from 2.4.2, and the database on some versions",
    ),
    Command(name="queue:consumers:restart", needs_env=True, needs_database=True, exits=_DONE,
            since=Version(2, 4, 6)),
    Command(
        name="cron:install",
        needs_env=True,
        changes="the user's crontab",
        exits={0: "done", 1: "a block of this directory is there already"},
        options_since={"-d": Version(2, 3, 4), "--non-optional": Version(2, 3, 4)},
    ),
    Command(name="cron:remove", needs_env=True, changes="the user's crontab", exits={0: "done"}),
    Command(name="deploy:mode:show", needs_env=True, exits={0: "it answered"}),
    Command(name="--version", exits={0: "it answered"}),
)  # fmt: skip

COMMANDS: Final[Mapping[str, Command]] = {command.name: command for command in _TABLE}


def argv(
    command: str, *arguments: str, php: Sequence[str] = ("php",), root: str, version: Version | None = None
) -> list[str]:
    """Return the command line as a list, for the release or checkout in `root`.

    Always without colours and, as every command in the table, with `-n`. Raises ConsoleError for a command
    that the table does not hold, and for what this version of Magento does not know.
    """
    spec = COMMANDS.get(command)
    if spec is None:
        raise ConsoleError("magento-command-unknown", f"{command} is not a command that we run")
    _check_version(spec, arguments, version)
    tail = ["--no-ansi", *(["-n"] if spec.n else [])]
    return [*php, f"{root.rstrip('/')}/bin/magento", command, *arguments, *tail]


def available(command: str, version: Version | None) -> bool:
    """Tell whether a version of Magento knows a command; an unknown version is taken to."""
    return version is None or version >= COMMANDS[command].since


def upgrade_imports(version: Version | None) -> bool:
    """Tell whether `setup:upgrade` imports the configuration and fails when that fails (2.3.3 and newer).

    Older versions: import first, then upgrade.
    """
    return version is None or version >= Version(2, 3, 3)


def _check_version(spec: Command, arguments: Sequence[str], version: Version | None) -> None:
    if version is None:
        return
    missing = [spec.name] if version < spec.since else []
    for argument in arguments:
        name = argument.partition("=")[0]
        option = argument.startswith("-")
        since = spec.options_since.get(argument) or spec.options_since.get(name if option else "*")
        if since is not None and version < since:
            missing.append(argument)
    if missing:
        raise ConsoleError(
            "magento-version-lacks",
            f"Magento {version} does not know {', '.join(missing)}",
            remedy=f"it is there from {spec.since} on" if missing[0] == spec.name else "leave it out",
        )
