"""The settings of several systems side by side, made for tens of thousands of them."""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Final, TypeAlias

from core.magento.scope import Scope
from core.magento.setting_key import SettingKey
from core.settings.column import ABSENT, Column, Possible, blocking_paths, in_order
from core.settings.kind import Classification, Evidence, Kind
from core.settings.layers import Layers
from core.settings.row import Filter, Row, State
from core.settings.value import Sensitive, SettingValue, same

Classify: TypeAlias = Callable[[str], Classification]
"""Tells the kind of a path."""
_Values: TypeAlias = tuple[Possible, ...]

# Plain numbers: or-ing flags of an enum is slow, and there are many rows.
_EQUAL, _DIFFERING, _MISSING = int(State.EQUAL), int(State.DIFFERING), int(State.MISSING)
_SENSITIVE, _UNKNOWN, _NULL_LOCKED = int(State.SENSITIVE), int(State.UNKNOWN), int(State.NULL_LOCKED)
_ONLY_ONE, _WRONG_PLACE, _GUESSED = int(State.ONLY_ONE), int(State.WRONG_PLACE), int(State.GUESSED)
_SHARED, _SYSTEM = int(State.SHARED), int(State.SYSTEM)


class Matrix:
    """A row for each setting that any system sets, at the scope where it is set; default first, then by path.

    What filters need is computed at once for all rows; a row itself is made when it is asked for.
    """

    def __init__(
        self, systems: Mapping[str, Layers], classify: Classify, wrong: Collection[SettingKey] = ()
    ) -> None:
        """Put systems side by side. `wrong` are the settings that findings name."""
        self.names: Final = tuple(systems)
        """The systems, in the order of the cells."""
        self.columns: Final = tuple(Column(layers) for layers in systems.values())
        self._classify: Final = classify
        self._whole = tuple(column.is_whole for column in self.columns)
        self._paths: list[str] = []
        self._scopes: list[Scope] = []
        self._values: list[_Values] = []
        self._states: list[int] = []
        self._texts: list[str] | None = None
        paths = self._settled()
        kinds: dict[str, int] = {}
        for scope, here in paths.items():
            self._add(scope, sorted(here), kinds, {key.path for key in wrong if key.scope == scope})
        self._has_alone = False
        """Whether the states tell already which settings one system alone has: that is only asked for at times."""

    def __len__(self) -> int:
        return len(self._paths)

    def row(self, position: int) -> Row:
        """Return one row. Raises IndexError."""
        key = self.key(position)
        cells = tuple(column.cell(key) for column in self.columns)
        state = State(self._states[position])
        if len(self.columns) > 1 and sum(column.sets(key) for column in self.columns) == 1:
            state |= State.ONLY_ONE
        return Row(key, cells, _with_values(self._classify(key.path), state), state)

    def key(self, position: int) -> SettingKey:
        """Return the setting of a row. Raises IndexError."""
        return SettingKey(self._paths[position], self._scopes[position])

    def rows(self, wanted: Filter = Filter()) -> list[Row]:  # noqa: B008 (immutable)
        """Return all rows that a filter lets through."""
        return [self.row(position) for position in self.select(wanted)]

    def select(self, wanted: Filter) -> list[int]:
        """Return the positions of the rows that a filter lets through, in their order."""
        every, some, none = int(wanted.all_of), int(wanted.any_of), int(wanted.none_of)
        if (every | some | none) & _ONLY_ONE:
            self._tell_alone()
        found = [
            position
            for position, state in enumerate(self._states)
            if state & every == every and not state & none and (not some or state & some)
        ]
        for word in wanted.text.lower().split():
            texts = self.searched()
            found = [position for position in found if word in texts[position]]
        if wanted.keys is not None:
            keys = {(key.path, key.scope) for key in wanted.keys}
            found = [item for item in found if (self._paths[item], self._scopes[item]) in keys]
        return found

    def count(self, state: State) -> int:
        """Return how many rows have all of the states."""
        every = int(state)
        if every & _ONLY_ONE:
            self._tell_alone()
        return sum(1 for item in self._states if item & every == every)

    def searched(self) -> list[str]:
        """Return what the text filter searches, by row. Made when it is first asked for, and kept."""
        if self._texts is None:
            lines = [
                "\0".join((path, str(scope), *([] if state & _SENSITIVE else filter(_is_text, values))))  # type: ignore[arg-type] # only texts are let through
                for path, scope, state, values in zip(
                    self._paths, self._scopes, self._states, self._values, strict=True
                )
            ]
            self._texts = "\1".join(line.replace("\1", "") for line in lines).lower().split("\1")
        return self._texts

    def _settled(self) -> dict[Scope, set[str]]:
        """Return what is set by any system at each scope, after single values have taken subtrees away."""
        paths = self._union()
        every = max(paths.values(), key=len, default=set()).union(*paths.values())
        blocking = blocking_paths(every)
        if not blocking:
            return paths
        for column in self.columns:
            column.settle(blocking)
        return self._union()

    def _union(self) -> dict[Scope, set[str]]:
        scopes = in_order({scope for column in self.columns for scope in column.scopes})
        return {scope: set[str]().union(*(column.own(scope) for column in self.columns)) for scope in scopes}

    def _add(self, scope: Scope, paths: list[str], kinds: dict[str, int], wrong: Collection[str]) -> None:
        """Add the rows of one scope."""
        for path in paths:
            if path not in kinds:
                kinds[path] = _kind_state(self._classify(path))
        values = list(zip(*(_effective(column.chain(scope), paths) for column in self.columns), strict=True))
        states = [kinds[path] | compared(found, self._whole) for path, found in zip(paths, values, strict=True)]
        # A value alone may tell that a setting is sensitive: its path is not known to be.
        states = [
            (state & ~_SHARED) | _GUESSED if state & _SENSITIVE and state & _SHARED else state
            for state in states
        ]
        locked = {path for column in self.columns for path in column.null_locked(scope)}
        if locked or wrong:
            for position, path in enumerate(paths):
                if path in locked:
                    states[position] |= _NULL_LOCKED
                if path in wrong:
                    states[position] |= _WRONG_PLACE
        self._paths += paths
        self._values += values
        self._states += states
        self._scopes += [scope] * len(paths)

    def _tell_alone(self) -> None:
        if self._has_alone:
            return
        alone = {scope: _alone(self.columns, scope) for scope in dict.fromkeys(self._scopes)}
        for position, (path, scope) in enumerate(zip(self._paths, self._scopes, strict=True)):
            if path in alone[scope]:
                self._states[position] |= _ONLY_ONE
        self._has_alone = True


def _is_text(value: object) -> bool:
    return type(value) is str


def _effective(chain: list[Mapping[str, SettingValue]], paths: Iterable[str]) -> list[Possible]:
    """Return the value of each path, looked up through the scopes of a chain."""
    if len(chain) == 1:
        return [chain[0].get(path, ABSENT) for path in paths]
    found: list[Possible] = []
    for path in paths:
        for values in chain:
            if path in values:
                found.append(values[path])
                break
        else:
            found.append(ABSENT)
    return found


def _alone(columns: Collection[Column], scope: Scope) -> set[str]:
    """Return the paths that one system alone sets at a scope."""
    once: set[str] = set()
    more: set[str] = set()
    for column in columns:
        mine = set[str]().union(*column.chosen(scope))
        more |= once & mine
        once |= mine
    return once - more if len(columns) > 1 else set()


def _kind_state(classification: Classification) -> int:
    kind = classification.kind
    state = _GUESSED if classification.is_guessed else 0
    if kind.is_shared:
        return state | _SHARED
    return state | (_SENSITIVE if kind.is_sensitive else 0) | (_SYSTEM if kind.is_system else 0)


def _with_values(known: Classification, state: State) -> Classification:
    """Return what is known of a row's kind when its values are seen too."""
    if known.kind.is_sensitive or State.SENSITIVE not in state:
        return known
    kind = Kind.SENSITIVE if known.kind.is_shared else Kind.BOTH
    return Classification(kind, Evidence.GUESSED, "its value looks like a secret")


def compared(values: _Values, whole: tuple[bool, ...]) -> int:
    """Return how the values of a row compare, as flags of `State`.

    What was not read in full is neither equal nor missing.
    """
    first = values[0]
    if (type(first) is str or first is None) and values.count(first) == len(values):
        return _EQUAL
    state = 0
    present: list[SettingValue] = []
    for value, is_whole in zip(values, whole, strict=True):
        if value is ABSENT:
            state |= _MISSING if is_whole else _UNKNOWN
        else:
            state |= _SENSITIVE if type(value) is Sensitive else 0
            present.append(value)
    answers = {same(present[0], other) for other in present[1:]}
    if False in answers:
        return state | _DIFFERING
    if None in answers:
        return state | _UNKNOWN
    return state if state & (_MISSING | _UNKNOWN) else state | _EQUAL
