"""Values that a person set on a system and a promotion would overrule, or that overrule it: a person decides.

Three sides, at each scope by itself: what the last promoted config.php says, what the candidate's says, and what is
live. Live can be another than both in three places, and what can be done is another in each:

- in **config.php of the live release**, edited by hand. The switch takes it away. Kept, it is locked in env.php.
- in **env.php**, which wins over every config.php: what the candidate brings has no effect. Kept, nothing is done;
  to take the candidate's, it is taken out of env.php. What environments.toml declares is meant, and no conflict.
- in the **database**, set in the Admin, where no file had the setting until now: the candidate locks it, and the
  Admin's value is dead. Kept, it is locked in env.php, which wins over the candidate.

Where nothing changes for the shop, nothing is asked: env.php beside an unchanged config.php, a database that a
file has hidden all along.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final, Literal

import msgspec

from core.errors import Refused
from core.magento.php_values import Expression
from core.magento.setting_key import SettingKey
from core.settings.changes import SettingChange
from core.settings.column import ABSENT, Possible
from core.settings.layers import Layer, Values
from core.settings.three_way import three_way
from core.settings.value import Sensitive, plain_text, same

Answer = Literal["", "keep", "take"]
_THEME: Final = "design/theme/theme_id"
"""A theme's path in files, its number in the database: they can't be compared."""


class Live(msgspec.Struct, frozen=True, kw_only=True):
    """What one host has, hidden where it is sensitive."""

    host: str
    last: Values
    """Of config.php as it was promoted last."""
    config: Values
    env: Values
    database: Values = {}


class Conflict(msgspec.Struct, frozen=True, kw_only=True):
    """One setting about which a person decides."""

    key: SettingKey
    last: Possible
    candidate: Possible
    live: Possible
    layer: Layer
    """Where the live value stands."""
    hosts: tuple[str, ...] = ()
    """Those that have it, where not all do."""
    hidden: bool = False
    """Whether env.php says something else and wins, before the promotion and after it."""
    answer: Answer = ""

    @property
    def name(self) -> str:
        """What it is called: the path, with its scope."""
        return str(self.key)


def conflicts(candidate: Values, hosts: Sequence[Live], meant: Collection[str]) -> tuple[Conflict, ...]:
    """Return all conflicts, each once. meant: names of what is declared, or let be, for the system."""
    found: dict[tuple[str, Layer], Conflict] = {}
    for host in hosts:
        for one in _of_host(candidate, host):
            known = found.get((one.name, one.layer))
            if one.name in meant and one.layer is not Layer.CONFIG:
                continue
            named = (*(known.hosts if known else ()), host.host)
            differs = known is not None and same_value(known.live, one.live) is not True
            found[one.name, one.layer] = msgspec.structs.replace(
                one, hosts=named, live=_DIFFERS if differs else one.live
            )
    return tuple(
        msgspec.structs.replace(one, hosts=()) if len(one.hosts) == len(hosts) else one
        for one in found.values()
    )


_DIFFERS: Final = Expression("another one on each host")


def _of_host(candidate: Values, host: Live) -> Iterator[Conflict]:
    for three in three_way(host.last, candidate, host.config):
        if three.outcome.needs_decision:
            yield Conflict(
                key=three.key, last=three.last, candidate=three.candidate, live=three.live, layer=Layer.CONFIG,
                hidden=at(host.env, three.key) is not ABSENT,
            )  # fmt: skip
    for key in _keys(candidate, host.last):
        last, new = at(host.last, key), at(candidate, key)
        if same_value(last, new) is True:
            continue
        env, database = at(host.env, key), at(host.database, key)
        if env is not ABSENT:
            if same_value(env, new) is not True:
                yield Conflict(key=key, last=last, candidate=new, live=env, layer=Layer.ENV)
        elif last is ABSENT and at(host.config, key) is ABSENT and _is_overruled(key, database, new):
            yield Conflict(key=key, last=last, candidate=new, live=database, layer=Layer.DATABASE)


def _is_overruled(key: SettingKey, database: Possible, new: Possible) -> bool:
    """Tell whether a value of the database loses its effect to the first file that has the setting."""
    if database is ABSENT or database is None or (key.path == _THEME and str(database).isdigit()):
        return False
    return same_value(database, new) is not True


def _keys(*sides: Values) -> Iterable[SettingKey]:
    return dict.fromkeys(
        SettingKey(path, scope) for side in sides for scope, values in side.items() for path in values
    )


def at(values: Values, key: SettingKey) -> Possible:
    """Return a value, ABSENT where there is none."""
    inner: Mapping[str, Possible] = values.get(key.scope, {})
    return inner.get(key.path, ABSENT)


def same_value(one: Possible, other: Possible) -> bool | None:
    """Tell whether two are the same; None where that can't be known."""
    if one is ABSENT or other is ABSENT:
        return one is other
    return same(one, other)


def decided(
    found: Sequence[Conflict], keep: Sequence[str], take: Sequence[str]
) -> tuple[tuple[Conflict, ...], tuple[str, ...]]:
    """Return the conflicts with what a person decided, and the words that name none of them.

    A word is a path, a name with its scope, or the beginning of paths (`sales`, `sales/email`). Raises Refused
    `decided-twice`, and `cannot-keep` for a value that nothing can lock.
    """
    answered = [msgspec.structs.replace(one, answer=_answer(one, keep, take)) for one in found]
    unused = [word for word in (*keep, *take) if not any(_names(word, one) for one in found)]
    return tuple(answered), tuple(unused)


def _answer(one: Conflict, keep: Sequence[str], take: Sequence[str]) -> Answer:
    kept, taken = (any(_names(word, one) for word in words) for words in (keep, take))
    if kept and taken:
        raise Refused(
            "decided-twice", f"{one.name} is both kept and taken.", remedy="Give --keep or --take for it."
        )
    if kept:
        _refuse_unkeepable(one)
    return "keep" if kept else "take" if taken else ""


def _names(word: str, one: Conflict) -> bool:
    place = word.strip("/ ")
    path = one.key.path
    return place in (one.name, path) or (bool(place) and path.startswith(f"{place}/"))


def _refuse_unkeepable(one: Conflict) -> None:
    """Refuse to keep what can't be locked in env.php by Magento's own command."""
    if one.layer is Layer.ENV or one.hidden:
        return
    if isinstance(one.live, Sensitive):
        why, way = "it is a secret", "keep it with `settings secret set`, and name the path under `sensitive`"
    elif one.hosts:
        why, way = f"only {', '.join(one.hosts)} has it", "make the hosts' config.php equal"
    elif one.live is _DIFFERS:
        why, way = "it is another one on each host", "make the hosts' config.php equal"
    elif one.live is ABSENT or one.live is None or isinstance(one.live, dict | Expression):
        why, way = (
            "there is no value that Magento's command could set",
            "change config.php on development instead",
        )
    else:
        return
    raise Refused(
        "cannot-keep",
        f"{one.name} can't be kept as it is in {one.layer}: {why}.",
        remedy=f"Take the artifact's with --take {one.key.path}, or {way}.",
    )


def changes_of(found: Iterable[Conflict]) -> tuple[SettingChange, ...]:
    """Return what makes env.php as a person decided, to be set with the shop closed."""
    return tuple(change for one in found if (change := _change(one)) is not None)


def _change(one: Conflict) -> SettingChange | None:
    path, scope = one.key.path, one.key.scope
    if one.layer is Layer.ENV:
        taken = SettingChange(path=path, level=scope.level, code=scope.code, operation="unset")
        return taken if one.answer == "take" else None
    if one.answer != "keep" or one.hidden or isinstance(one.live, Sensitive) or one.live is ABSENT:
        return None
    # Where no module has a field, Magento's own writer takes it, as it has been taken till now.
    value = plain_text(one.live)
    return SettingChange(path=path, level=scope.level, code=scope.code, value=value, direct=True)
