"""A finding of `check`, as plain data: light, for who only shows it."""

from enum import StrEnum

import msgspec


class Weight(StrEnum):
    """Whether a finding keeps a promotion from running."""

    BLOCKS = "blocks"
    WARNS = "warns"
    NOTES = "notes"


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that would hurt, and what to do about it."""

    code: str
    weight: Weight
    where: str
    what: str
    remedy: str = ""
