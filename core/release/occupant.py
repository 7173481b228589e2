"""What lies at an environment's path, told as what it is. Pure."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

import msgspec

from core.errors import Refused
from core.text import one_line


class Kind(StrEnum):
    """Who made what lies at the path."""

    NOTHING = "nothing"
    """The path does not exist, or is empty, or holds only what is laid ready: `shared`."""
    OURS = "ours"
    MAGENTO = "a plain Magento directory"
    DEPLOYER = "a layout of Deployer"
    CAPISTRANO = "a layout of Capistrano"
    CURRENT_IS_DIRECTORY = "a directory in the place of the link `current`"
    FOREIGN_LINK = "a link `current` that this console did not make"
    OTHER = "something else"


class Occupant(msgspec.Struct, frozen=True):
    """What lies at the path, and what was seen of it."""

    kind: Kind
    seen: str = ""

    @property
    def free(self) -> bool:
        """Whether a first deployment may begin here."""
        return self.kind is Kind.NOTHING

    @property
    def usable(self) -> bool:
        """Whether this console may work here."""
        return self.kind in (Kind.NOTHING, Kind.OURS)


class Traces(msgspec.Struct, frozen=True):
    """What was found at the path, as the script tells it."""

    root: str
    has: frozenset[str]
    link: str
    """`yes`: `current` is a link; `no`: it is something else; empty: there is none."""
    strangers: str
    """Names at the top that are no part of a release layout."""
    foreign: str
    """Names under `releases` that are not ours."""

    @classmethod
    def of(cls, facts: Mapping[str, str]) -> "Traces":
        """Read the script's facts."""
        return cls(
            root=facts.get("root", ""),
            has=frozenset(key[4:] for key in facts if key.startswith("has ")),
            link=facts.get("link", ""),
            strangers=facts.get("strangers", "").strip(),
            foreign=facts.get("foreign", "").strip(),
        )


def occupant(traces: Traces) -> Occupant:
    """Decide what lies at the path. Only what is clearly nothing or clearly ours is usable."""
    if traces.root == "missing":
        return Occupant(Kind.NOTHING)
    if traces.root != "directory":
        return Occupant(Kind.OTHER, traces.root)
    if traces.link == "no":
        return Occupant(Kind.CURRENT_IS_DIRECTORY)
    if ".dep" in traces.has:
        return Occupant(Kind.DEPLOYER, ".dep")
    if "repo/HEAD" in traces.has or "revisions.log" in traces.has:
        return Occupant(Kind.CAPISTRANO, "repo, revisions.log")
    if {"bin/magento", "app/bootstrap.php", "app/etc/env.php"} & traces.has:
        return Occupant(Kind.MAGENTO, ", ".join(sorted(traces.has - {".mageconsole"})))
    if traces.foreign:
        return Occupant(Kind.OTHER, f"releases/{traces.foreign}")
    if ".mageconsole" in traces.has:
        return Occupant(Kind.OURS)
    if traces.link == "yes":
        return Occupant(Kind.FOREIGN_LINK)
    if traces.strangers:
        return Occupant(Kind.OTHER, traces.strangers)
    return Occupant(Kind.NOTHING)


_CODES: Final = {
    Kind.MAGENTO: "path-plain-magento",
    Kind.DEPLOYER: "path-of-deployer",
    Kind.CAPISTRANO: "path-of-capistrano",
    Kind.CURRENT_IS_DIRECTORY: "current-is-directory",
    Kind.FOREIGN_LINK: "current-not-ours",
}
_REMEDY: Final = {
    Kind.MAGENTO: "Choose an empty path. Lay the shop's env.php and media under its `shared`, then let the web"
    " server follow `current`; this directory is not touched.",
    Kind.CURRENT_IS_DIRECTORY: "Only a link can be switched at once. Move the directory away, or choose an"
    " empty path.",
}
_OTHERS: Final = "Choose an empty path; what lies here is not touched."


def problem(found: Occupant, address: str, path: str) -> Refused | None:
    """Return why this console may not work at the path, told as what lies there; None when it may."""
    if found.usable:
        return None
    seen = f" ({one_line(found.seen)})" if found.seen else ""
    return Refused(
        _CODES.get(found.kind, "path-occupied"),
        f"{path} holds {found.kind.value}{seen}.",
        where=address,
        remedy=_REMEDY.get(found.kind, _OTHERS),
    )


def refuse_unusable(found: Occupant, address: str, path: str) -> None:
    """Raise Refused when this console may not work at the path."""
    refusal = problem(found, address, path)
    if refusal is not None:
        raise refusal
