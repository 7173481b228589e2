"""Reads what `php/mageconsole-probe.php` prints: Magento's answers, the forecast, facts of env.php."""

from typing import Final

import msgspec

from core.errors import ConsoleError
from core.magento.probes import ProbeResult, Unknown, classify
from core.magento.settings_facts import SettingsFacts
from core.magento.version import Version
from core.text import clean, one_line

MARK: Final = b"MAGECONSOLE-RESULT "


class Asked(msgspec.Struct, frozen=True):
    """One command of `bin/magento` that ran in the probe's process."""

    name: str
    exit: int
    output: str


class Forecast(msgspec.Struct, frozen=True, kw_only=True):
    """What an import would do, asked from the importers without effect (decision 1)."""

    asked: bool = False
    sections: tuple[str, ...] = ()
    """Sections that an import would process."""
    warnings: dict[str, tuple[str, ...]] = {}
    """Messages by section, such as `These Stores will be deleted: French` (names, not codes)."""
    invalid: dict[str, tuple[str, ...]] = {}
    """Why an import would fail, by section."""
    error: str = ""


class Cache(msgspec.Struct, frozen=True):
    """Where one cache frontend keeps its entries."""

    backend: str
    storage: str
    """`host:port:database`, empty for files."""
    prefix: str


class Session(msgspec.Struct, frozen=True):
    """Where sessions are kept."""

    save: str
    storage: str


class EnvFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What the probe tells of env.php: no secret, keyed fingerprints only."""

    install_date: bool
    mode: str
    crypt_fingerprint: str
    system_fingerprint: str
    cache: dict[str, Cache]
    session: Session
    lock: str = "db"

    @property
    def shared_redis(self) -> tuple[str, ...]:
        """The caches that lie in the sessions' Redis database: flushing them logs customers out."""
        storage = self.session.storage
        return tuple(name for name, cache in self.cache.items() if storage and cache.storage == storage)


class ProbeAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """All that one run of the probe told."""

    commands: tuple[Asked, ...]
    forecast: Forecast
    search: tuple[str, ...] = ()
    """Why `setup:upgrade` would not begin: what its check of the search engine finds wrong."""
    env: EnvFacts | None = None
    settings: SettingsFacts | None = None
    """What it was asked of settings; None when it was not."""
    code: str = ""
    """Why it refused or broke off, a kebab-case word; empty: every question was answered."""
    error: str = ""

    def result(self, command: str, version: Version | None) -> ProbeResult:
        """Return what a command answered; Unknown when it was not answered."""
        for asked in self.commands:
            if asked.name == command:
                return classify(command, version, asked.exit, asked.output, "")
        return Unknown(None, self.error or f"{command} was not asked")


_DECODER = msgspec.json.Decoder(ProbeAnswer)
_REMEDIES: Final = {
    "env-missing": "put the shop's env.php into shared/app/etc; Magento itself would write a stub there",
    "env-unreadable": "make it readable for the owner of the shop's files",
    "env-empty": "restore it from a backup",
    "env-broken": "restore it from a backup, or mend it",
    "env-not-installed": "it must be that of an installed shop",
}


def read(output: bytes, *, where: str = "") -> ProbeAnswer:
    """Return the probe's answer. What stands before it is noise.

    Raises ConsoleError when there is none (PHP did not get that far), or when it refused; `where` is the host.
    """
    place = output.rfind(b"\n" + MARK)
    start = place + 1 if place >= 0 else (0 if output.startswith(MARK) else -1)
    line, newline, _ = output[start + len(MARK) :].partition(b"\n") if start >= 0 else (b"", b"", b"")
    if not newline:
        raise ConsoleError(
            "probe-no-answer",
            f"Magento was asked, and PHP gave no answer: {_tail(output if start < 0 else output[:start])}",
            where=where,
            remedy="run `bin/magento setup:db:status` there by hand",
        )
    try:
        answer = _DECODER.decode(line)
    except msgspec.DecodeError as error:
        raise ConsoleError(
            "probe-garbled", f"the probe's answer can't be read: {error}", where=where
        ) from error
    if answer.code:
        raise ConsoleError(
            answer.code, _explain(answer, output[:start]), where=where, remedy=_REMEDIES.get(answer.code, "")
        )
    return answer


def _explain(answer: ProbeAnswer, noise: bytes) -> str:
    """Return why it broke off. What ended PHP by itself printed its reason before our line."""
    ended = answer.code in (
        "boot-failed",
        "command-ended-php",
        "forecast-ended-php",
        "settings-unread",
        "interrupted",
    )
    return one_line(f"{answer.error}: {_tail(noise)}" if ended and noise.strip() else answer.error, 500)


def _tail(output: bytes) -> str:
    lines = [line for line in clean(output).split("\n") if line.strip()]
    return one_line(lines[-1]) if lines else "it printed nothing"
