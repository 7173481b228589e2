"""One row of the comparison: a setting on all systems, and what is to be said of it."""

from collections.abc import Collection
from enum import IntFlag

import msgspec

from core.magento.setting_key import SettingKey
from core.settings.column import Cell
from core.settings.kind import Classification


class State(IntFlag):
    """What is to be said of a row; several may hold."""

    EQUAL = 1
    """All systems come to the same value."""
    DIFFERING = 2
    MISSING = 4
    """On some system it has no value at all."""
    NULL_LOCKED = 8
    """On some system a null in a file hides what is beneath, and locks it."""
    GUESSED = 16
    """Its kind is a guess."""
    ONLY_ONE = 32
    """One system alone sets it at this scope; module defaults don't count."""
    SENSITIVE = 64
    UNKNOWN = 128
    """Whether it is the same can't be known: a part was not read, is computed, or is encrypted."""
    WRONG_PLACE = 256
    """A finding names it (`core.settings.findings`)."""
    SHARED = 512
    SYSTEM = 1024
    """Its kind is system-specific; sensitive too when both are set."""


class Row(msgspec.Struct, frozen=True):
    """One setting on all systems."""

    key: SettingKey
    cells: tuple[Cell | None, ...]
    """In the order of the columns; None: no value there."""
    classification: Classification
    state: State


class Filter(msgspec.Struct, frozen=True):
    """Which rows are wanted."""

    all_of: State = State(0)
    any_of: State = State(0)
    none_of: State = State(0)
    text: str = ""
    """Parts of the path, the scope, or a value that is not sensitive: words in any order; capitals don't count."""
    keys: Collection[SettingKey] | None = None
    """Only these: those with pending changes, say."""
