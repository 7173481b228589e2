"""What the answers of the two probes and their kin mean: text and exit code together, as types."""

import re
from typing import Final, Literal

import msgspec

from core.magento.output import boxes, holds, reason, squeeze
from core.magento.version import Version
from core.text import clean, one_line

Kind = Literal["declarative", "schema", "data", "modules", "unspecified"]
"""What an upgrade would do: the declarative schema, schema patches, data patches, older set-up scripts of
modules; `unspecified` where Magento only prints an empty line."""


class UpToDate(msgspec.Struct, frozen=True, tag=True):
    """Nothing is pending."""


class NeedsImport(msgspec.Struct, frozen=True, tag=True):
    """config.php or env.php differ from what was imported last; the shop answers 500 until an import."""


class NeedsUpgrade(msgspec.Struct, frozen=True, tag=True):
    """The database is behind the code."""

    kinds: tuple[Kind, ...]
    messages: tuple[str, ...] = ()
    """Magento's own lines, but for the last one, which is always the same."""


class CodeOlderThanDatabase(msgspec.Struct, frozen=True, tag=True):
    """The database was upgraded by newer code; an upgrade with this code would write older versions."""

    modules: tuple[str, ...]
    messages: tuple[str, ...] = ()


class PermanentFalsePositive(msgspec.Struct, frozen=True, tag=True):
    """An upgrade is asked for that changes nothing: the same text before and after, or on the live release."""

    messages: tuple[str, ...] = ()


class ModulesOutdated(msgspec.Struct, frozen=True, tag=True):
    """The modules in config.php are not those on disk, or in another order (`module:config:status`)."""


class NotInstalled(msgspec.Struct, frozen=True, tag=True):
    """There is no env.php with `install/date`, or no connection in it."""


class DatabaseUnreachable(msgspec.Struct, frozen=True, tag=True):
    """The database refused, or did not answer."""

    message: str


class CommandMissing(msgspec.Struct, frozen=True, tag=True):
    """This Magento has no such command: it is too old, or env.php lacks `install/date`."""

    command: str


class Unknown(msgspec.Struct, frozen=True, tag=True):
    """The answer means nothing that we know; never to be taken as up to date."""

    exit: int | None
    text: str


ProbeResult = (
    UpToDate
    | NeedsImport
    | NeedsUpgrade
    | CodeOlderThanDatabase
    | PermanentFalsePositive
    | ModulesOutdated
    | NotInstalled
    | DatabaseUnreachable
    | CommandMissing
    | Unknown
)

_KINDS: Final[tuple[tuple[str, Kind], ...]] = (
    ("Declarative Schema is not up to date", "declarative"),
    ("Schema patches are not up to date", "schema"),
    ("Data patches are not up to date", "data"),
)
_RUN_UPGRADE: Final = "Run 'setup:upgrade' to update your DB schema and data."
_MODULE_LINE: Final = re.compile(r"^\s*([A-Za-z0-9]+_\w+)\s+(schema|data):\s+(\S+)\s+->\s+(\S+)", re.MULTILINE)
# Connecting prints the driver's number in brackets; a connection lost later prints the number in the text.
_CONNECTION: Final = re.compile(r"SQLSTATE\[(?:HY000\]\[\d+\]|08\w{3}\]|HY000\]:Generalerror:20\d\d)")


def classify(
    command: str, version: Version | None, exit: int | None, out: str | bytes, err: str | bytes
) -> ProbeResult:
    """Say what a probe answered. Text and exit code must agree, else the result is Unknown.

    `command`: `app:config:status`, `setup:db:status` or `module:config:status`; for others only what keeps
    any command from running is recognised. Noise before the text, colours and wrapped boxes do not matter.
    """
    if exit is None:
        return Unknown(None, "the connection was lost before the command ended")
    text = squeeze(out) + "\n" + squeeze(err)
    answer = _answer(command, version, exit, text, clean(out))
    return answer or _obstacle(command, exit, text, out, err) or _unknown(exit, out, err)


def _answer(command: str, version: Version | None, exit: int, text: str, out: str) -> ProbeResult | None:
    match command, exit:
        case "app:config:status", 0 if holds(text, "Config files are up to date."):
            return UpToDate()
        case "app:config:status", 2 if holds(text, "Config files have changed. Run app:config:import"):
            return NeedsImport()
        case "setup:db:status", 0 if holds(text, "All modules are up to date."):
            return UpToDate()
        case "setup:db:status", 2 if holds(text, _RUN_UPGRADE):
            return _upgrade(out)
        case "setup:db:status", 1 if holds(text, "First update the module code"):
            # Only 2.2 ends with 1 here; newer ones that print this are not what we know.
            return _older(out) if version is None or version < Version(2, 3) else None
        case "module:config:status", 0 if holds(text, "The modules configuration is up to date."):
            return UpToDate()
        case "module:config:status", 1 if holds(text, "file is outdated. Run 'setup:upgrade' to fix it."):
            return ModulesOutdated()
    return None


def _obstacle(command: str, exit: int, text: str, out: str | bytes, err: str | bytes) -> ProbeResult | None:
    """Recognise what keeps a command from answering: no database, no installation, no such command."""
    if exit in (0, 2):
        return None
    if _CONNECTION.search(text):
        messages = [message for message in boxes(err) + boxes(out) if "SQLSTATE" in message]
        return DatabaseUnreachable(messages[0] if messages else reason(out, err))
    namespace = command.rpartition(":")[0]
    if holds(
        text, f'Command "{command}" is not defined.', "There are no commands defined in the " + f'"{namespace}"'
    ):
        return CommandMissing(command)
    if holds(
        text,
        "No information is available: the Magento application is not installed.",
        'Connection "default" is not defined',
        "the Magento application is not installed",
    ):
        return NotInstalled()
    return None


def _upgrade(out: str) -> ProbeResult:
    older = _older(out)
    if older.modules:
        return older
    messages = _messages(out)
    kinds: list[Kind] = [kind for sentence, kind in _KINDS if any(sentence in line for line in messages)]
    if _MODULE_LINE.search(out):
        kinds.append("modules")
    return NeedsUpgrade(tuple(kinds) or ("unspecified",), messages)


def _older(out: str) -> CodeOlderThanDatabase:
    modules = {
        name: None
        for name, _, database, code in _MODULE_LINE.findall(out)
        if _numbers(database) > _numbers(code)
    }
    return CodeOlderThanDatabase(tuple(modules), _messages(out))


def _messages(out: str) -> tuple[str, ...]:
    """Return the lines that say what is pending, in their order, without noise."""
    known = [sentence for sentence, _ in _KINDS]
    found = []
    for line in out.split("\n"):
        sentence = next((part for part in known if part in line), "")
        if sentence:
            found.append(sentence)
        elif _MODULE_LINE.match(line):
            found.append(one_line(line))
    return tuple(found)


def _numbers(version: str) -> tuple[int, ...]:
    """Return a set-up version for comparing; `none` is older than any."""
    return tuple(int(part) for part in re.findall(r"\d+", version)) if version != "none" else (-1,)


def _unknown(exit: int, out: str | bytes, err: str | bytes) -> Unknown:
    return Unknown(exit, reason(out, err))
