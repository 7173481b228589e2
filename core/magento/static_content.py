"""Static content in parallel: one process for each area and locale, so that no two write the same place.

A theme is made together with its parents, so themes of one area and locale can't be split: two of them would
write their common parent. Minified templates lie in one place for all; only the first process makes them.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import msgspec

from core.environments.model import Locales
from core.magento.version import Version

_DIGITS: Final = 15


class Deploy(msgspec.Struct, frozen=True, kw_only=True):
    """One process of `setup:static-content:deploy`."""

    area: str
    locale: str
    themes: tuple[str, ...]
    """Empty: all of the area."""
    arguments: tuple[str, ...]
    """For `commands.argv`."""

    @property
    def name(self) -> str:
        """What it is called in logs: `frontend-de_DE`."""
        return f"{self.area}-{self.locale}"


def content_version(inputs: Iterable[str]) -> str:
    """Return the version of the static content that follows from its inputs (commit, configuration, tools).

    Digits only: the nginx configuration that Magento ships takes `/static/version\\d*/` away from URLs, so any
    other version would answer 404. Magento's own has ten digits (a time); this has more and never equals it.
    """
    digest = hashlib.sha256("\0".join(inputs).encode()).hexdigest()
    return str(int(digest, 16) % (9 * 10 ** (_DIGITS - 1)) + 10 ** (_DIGITS - 1))


def wanted(static: Sequence[Locales], locales: Sequence[str]) -> tuple[Locales, ...]:
    """Return what is to be made: as configured, else both areas in the project's locales."""
    if static:
        return tuple(static)
    return tuple(Locales(area=area, locales=tuple(locales)) for area in ("frontend", "adminhtml"))


def deploys(
    static: Iterable[Locales], *, content_version: str, version: Version | None = None, limit_s: float = 0
) -> list[Deploy]:
    """Return the processes that make the static content. They can run at the same time, in any number.

    `-j` is never used: with it the command exits 0 on failure. `limit_s`: Magento's own limit for a package.
    """
    return [
        Deploy(
            area=area,
            locale=locale,
            themes=themes,
            arguments=_arguments(area, locale, themes, content_version, version, limit_s, first=number == 0),
        )
        for number, ((area, locale), themes) in enumerate(_grouped(static).items())
    ]


def _grouped(static: Iterable[Locales]) -> dict[tuple[str, str], tuple[str, ...]]:
    """Return the themes by area and locale; all themes where one entry asks for all."""
    groups: dict[tuple[str, str], tuple[str, ...]] = {}
    for entry in static:
        for locale in entry.locales:
            old = groups.get((entry.area, locale))
            every = not entry.themes or old == ()
            groups[entry.area, locale] = () if every else tuple(dict.fromkeys((*(old or ()), *entry.themes)))
    return groups


def _arguments(
    area: str,
    locale: str,
    themes: tuple[str, ...],
    content_version: str,
    version: Version | None,
    limit_s: float,
    *,
    first: bool,
) -> tuple[str, ...]:
    limited = limit_s > 0 and (version is None or version >= Version(2, 3, 2))
    return (
        "-f",
        "--strategy=quick",
        f"--area={area}",
        *(f"--theme={theme}" for theme in themes),
        f"--content-version={content_version}",
        *([f"--max-execution-time={int(limit_s)}"] if limited else []),
        *([] if first else ["--no-html-minify"]),
        locale,
    )


def expected_directories(static: Iterable[Locales], themes: Iterable[str]) -> tuple[str, ...]:
    """Return the directories, relative to the shop, that must not be empty afterwards.

    `themes`: those on disk as `area/Vendor/theme`, or those that `physical_themes` finds in config.php.
    """
    known = tuple(themes)
    found: dict[str, None] = {}
    for (area, locale), named in _grouped(static).items():
        full = [f"{area}/{theme}" for theme in named] or [name for name in known if name.startswith(f"{area}/")]
        for theme in full:
            found[f"pub/static/{theme}/{locale}"] = None
    return tuple(found)


def physical_themes(config: Mapping[int | str, object]) -> tuple[str, ...]:
    """Return the themes with files of their own that config.php names, as `area/Vendor/theme`."""
    themes = config.get("themes")
    if not isinstance(themes, dict):
        return ()
    return tuple(
        str(name)
        for name, theme in themes.items()
        if isinstance(theme, dict) and str(theme.get("type", "0")) == "0"
    )
