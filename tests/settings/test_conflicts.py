"""Which values that were set by hand clash with an artifact, and what keeping or taking does."""

from collections.abc import Mapping

import pytest

from core.errors import Refused
from core.magento.php_values import Value
from core.magento.scope import DEFAULT, website
from core.magento.setting_key import SettingKey
from core.secret import Secret
from core.settings.changes import SettingChange
from core.settings.conflict_words import shown_conflicts
from core.settings.conflicts import Conflict, Live, changes_of, conflicts, decided
from core.settings.layers import Layer, Values
from core.settings.value import Sensitive, SettingValue

PATH = "a/b/c"


def _side(value: Value) -> Values:
    return {} if value == "-" else {DEFAULT: {PATH: value}}


def _live(last: Value, config: Value, env: Value, database: Value, host: str = "web1") -> Live:
    return Live(host=host, last=_side(last), config=_side(config), env=_side(env), database=_side(database))


@pytest.mark.parametrize(
    ("sides", "candidate", "where"),
    [
        # last, live config.php, env.php, database; "-": nothing there
        (("x", "x", "-", "-"), "y", ""),  # the artifact changes it, nobody else has
        (("x", "h", "-", "-"), "x", "config.php"),  # changed by hand; the artifact would set it back
        (("x", "h", "-", "-"), "y", "config.php"),
        (("x", "h", "-", "-"), "h", ""),  # both changed it, to the same
        (("-", "h", "-", "-"), "-", "config.php"),
        (("x", "-", "-", "-"), "x", "config.php"),  # taken out by hand
        (("x", "x", "h", "-"), "x", ""),  # env.php wins before and after
        (("x", "x", "h", "-"), "y", "env.php"),
        (("x", "x", "y", "-"), "y", ""),
        (("-", "-", "h", "-"), "y", "env.php"),
        (("x", "x", "h", "-"), "-", "env.php"),
        (("-", "-", "-", "h"), "y", "database"),  # the artifact is the first file that has it
        (("-", "-", "-", "h"), "h", ""),
        (("-", "-", "-", 12), "12", ""),  # PHP takes them for the same
        (("-", "-", "-", None), "y", ""),
        (("-", "-", "h", "d"), "y", "env.php"),
        (("x", "x", "-", "h"), "y", ""),  # a file has hidden the database all along
    ],
)
def test_a_conflict_is_where_a_value_of_a_person_would_lose_or_win_unseen(
    sides: tuple[Value, Value, Value, Value], candidate: Value, where: str
) -> None:
    found = conflicts(_side(candidate), [_live(*sides)], ())
    assert [str(one.layer) for one in found] == ([where] if where else [])


def test_what_is_meant_is_none_but_an_edit_of_config_php_is_lost_all_the_same() -> None:
    assert conflicts(_side("y"), [_live("x", "x", "h", "-")], {PATH}) == ()
    assert len(conflicts(_side("y"), [_live("x", "h", "-", "-")], {PATH})) == 1


def test_a_theme_is_a_path_in_files_and_a_number_in_the_database() -> None:
    def at(value: str) -> Mapping[str, SettingValue]:
        return {"design/theme/theme_id": value}

    live = Live(host="web1", last={}, config={}, env={}, database={website("base"): at("4")})
    assert conflicts({website("base"): at("frontend/Acme/shop")}, [live], ()) == ()


def _one(
    layer: Layer, live: SettingValue = "h", *, hidden: bool = False, hosts: tuple[str, ...] = ()
) -> Conflict:
    key = SettingKey(PATH, website("eu"))
    return Conflict(key=key, last="x", candidate="y", live=live, layer=layer, hidden=hidden, hosts=hosts)


@pytest.mark.parametrize(
    ("one", "kept", "taken"),
    [
        (_one(Layer.CONFIG), "set", ""),
        (_one(Layer.CONFIG, hidden=True), "", ""),
        (_one(Layer.DATABASE), "set", ""),
        (_one(Layer.ENV), "", "unset"),
    ],
)
def test_each_answer_leaves_env_php_so_that_it_holds(one: Conflict, kept: str, taken: str) -> None:
    for words, operation in (((("a",), ()), kept), (((), ("a/b",)), taken)):
        found, unused = decided([one], *words)
        changes = changes_of(found)
        assert [change.operation for change in changes] == ([operation] if operation else [])
        assert unused == ()
        value = "h" if operation == "set" else ""
        for change in changes:
            assert change == SettingChange(
                path=PATH, level="websites", code="eu", operation=change.operation, value=value,
                direct=operation == "set",
            )  # fmt: skip
    assert changes_of([one]) == ()


@pytest.mark.parametrize(
    ("one", "words", "code"),
    [
        (_one(Layer.CONFIG), ((PATH,), (f"{PATH} (websites/eu)",)), "decided-twice"),
        (_one(Layer.CONFIG, Sensitive(Secret("geheim"))), ((PATH,), ()), "cannot-keep"),
        (_one(Layer.CONFIG, None), ((PATH,), ()), "cannot-keep"),
        (_one(Layer.CONFIG, hosts=("web2",)), ((PATH,), ()), "cannot-keep"),
    ],
)
def test_what_can_not_be_so_is_refused(
    one: Conflict, words: tuple[tuple[str, ...], tuple[str, ...]], code: str
) -> None:
    with pytest.raises(Refused) as caught:
        decided([one], *words)
    assert caught.value.code == code
    assert "geheim" not in str(caught.value)


def test_a_word_is_a_path_or_its_beginning_never_a_part_of_a_name() -> None:
    found, unused = decided([_one(Layer.ENV)], ("a/b/",), ("b/c", "/", "a/b/cd"))
    assert [one.answer for one in found] == ["keep"]
    assert unused == ("b/c", "/", "a/b/cd")


def test_hosts_are_named_where_not_all_have_it_and_secrets_are_masked() -> None:
    hosts = [_live("x", "x", "-", "-"), _live("x", "h", "-", "-", "web2")]
    (shown,) = shown_conflicts(conflicts(_side("x"), hosts, ()))
    assert (shown.where, shown.live) == ("config.php of web2", "h")
    both = [_live("x", "g", "-", "-"), _live("x", "h", "-", "-", "web2")]
    (shown,) = shown_conflicts(conflicts(_side("x"), both, ()))
    assert (shown.where, shown.live) == ("config.php", "another one on each host")
    (shown,) = shown_conflicts([_one(Layer.CONFIG, Sensitive(Secret("geheim")))])
    assert "geheim" not in str(shown)
