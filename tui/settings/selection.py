"""Which settings are wanted, and finding them among very many: everything that can be known before is. Pure."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Final

import msgspec

from core.console.settings_table import OUTSIDE, SettingsTable, ShownSetting
from core.settings.row import State


class Tab(StrEnum):
    """The parts of the screen: the kinds of settings (design, section 1)."""

    ALL = "all"
    SHARED = "shared"
    SYSTEM = "system-specific"
    SENSITIVE = "sensitive"


class Only(StrEnum):
    """What can be asked for beside the kind; several narrow each other."""

    DIFFERING = "differ"
    ALONE = "only in one"
    FINDINGS = "findings"
    GUESSED = "guessed"
    PENDING = "pending"
    UNDECLARED = "undeclared"


_TABS: Final[Mapping[Tab, State]] = {
    Tab.ALL: State(0),
    Tab.SHARED: State.SHARED,
    Tab.SYSTEM: State.SYSTEM,
    Tab.SENSITIVE: State.SENSITIVE,
}
_ANY: Final[Mapping[Only, int]] = {
    Only.DIFFERING: int(State.DIFFERING | State.MISSING),
    Only.ALONE: int(State.ONLY_ONE),
    Only.FINDINGS: int(State.WRONG_PLACE),
    Only.GUESSED: int(State.GUESSED),
}


class Chosen(msgspec.Struct, frozen=True, kw_only=True):
    """The filters as they stand."""

    tab: Tab = Tab.ALL
    only: frozenset[Only] = frozenset()
    text: str = ""
    """Words in lower case; every one has to be in the path, the scope or a value."""

    def toggled(self, which: Only) -> "Chosen":
        """Return the filters with one more, or one less."""
        return msgspec.structs.replace(self, only=self.only ^ {which})


class Rows:
    """The settings that were read, ready to be filtered."""

    def __init__(self, table: SettingsTable, pending: Collection[str] = ()) -> None:
        known = {finding.name for finding in table.findings}
        self.all: Final = (*_without_row(table), *table.rows)
        self.pending: frozenset[str] = frozenset(pending)
        self.undeclared: frozenset[str] = frozenset()
        self._bits = [row.state | (int(State.WRONG_PLACE) if row.name in known else 0) for row in self.all]
        self._texts: list[str] | None = None

    def tell(self, pending: Collection[str], undeclared: Collection[str]) -> None:
        """Take in for which settings changes are pending now, and which some system has and nobody declared."""
        self.pending = frozenset(pending)
        self.undeclared = frozenset(undeclared)

    def searched(self) -> list[str]:
        """Return what words are looked for in, by row: made once, and good for a thread."""
        if self._texts is None:
            lines = [
                "\0".join((row.path, row.scope, *[cell.text for cell in row.cells if cell])) for row in self.all
            ]
            self._texts = "\1".join(line.replace("\1", "") for line in lines).lower().split("\1")
        return self._texts

    def select(self, chosen: Chosen) -> Sequence[ShownSetting]:
        """Return what the filters let through, in its order."""
        found = self._select(chosen)
        return self.all if found is None else [self.all[position] for position in found]

    def _select(self, chosen: Chosen) -> list[int] | None:
        every = int(_TABS[chosen.tab])
        some = [_ANY[which] for which in chosen.only if which in _ANY]
        found: list[int] | None = None
        if every:
            found = [at for at, bits in enumerate(self._bits) if bits & every]
        for wanted in some:
            found = [at for at in self._positions(found) if self._bits[at] & wanted]
        for which, names in ((Only.PENDING, self.pending), (Only.UNDECLARED, self.undeclared)):
            if which in chosen.only:
                found = [at for at in self._positions(found) if self.all[at].name in names]
        if chosen.text:
            texts = self.searched()
            for word in chosen.text.split():
                found = [at for at in self._positions(found) if word in texts[at]]
        return found

    def _positions(self, found: list[int] | None) -> Sequence[int]:
        return range(len(self.all)) if found is None else found

    def count(self, which: Only) -> int:
        """Return how many rows one filter alone would show."""
        if which is Only.PENDING:
            return len(self.pending)
        if which is Only.UNDECLARED:
            return len(self.undeclared)
        wanted = _ANY[which]
        return sum(1 for bits in self._bits if bits & wanted)

    def count_tab(self, tab: Tab) -> int:
        """Return how many settings are of a kind."""
        wanted = int(_TABS[tab])
        return sum(1 for bits in self._bits if bits & wanted) if wanted else len(self._bits)


def _without_row(table: SettingsTable) -> Iterator[ShownSetting]:
    """Yield a row for each finding that is about no setting: a key of env.php outside `system`."""
    names = {finding.name for finding in table.findings}
    names -= {row.name for row in table.rows if row.name in names}
    nothing = (None,) * len(table.names)
    for name in sorted(names):
        state = int(State.WRONG_PLACE | State.SYSTEM)
        yield ShownSetting(name, "default", "system-specific", "declared", OUTSIDE, state, nothing)
