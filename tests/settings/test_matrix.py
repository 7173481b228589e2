"""Systems side by side: every row against the ladder of its setting, and what filters let through."""

import itertools
from random import Random

import pytest

from core.magento.scope import DEFAULT, store, website
from core.magento.setting_key import SettingKey
from core.settings.column import Cell
from core.settings.kind import Classification, Evidence, Kind
from core.settings.layers import Layer, Layers
from core.settings.matrix import Matrix
from core.settings.provenance import provenance
from core.settings.row import Filter, State
from tests.benchmarks.measuring import best
from tests.settings.systems import CLASSIFIER, TREE, system

SHARED = Classification(Kind.SHARED, Evidence.DECLARED, "")


def of(row: SettingKey | str, matrix: Matrix) -> State:
    key = SettingKey(row) if isinstance(row, str) else row
    found = matrix.rows(Filter(keys=[key]))
    assert len(found) == 1, key
    return found[0].state


def two() -> Matrix:
    staging = system(
        config={"a/b/same": "1", "a/b/locked": None, "payment/payflowpro/pwd": "secret1"},
        env={"web/unsecure/base_url": "https://staging/", "acme/x/endpoint": "https://a/"},
        database={DEFAULT: {"a/b/db": "x", "a/b/alone": "x"}, store("de"): {"a/b/same": "2"}},
        defaults={"a/b/default": "d", "a/b/locked": "hidden"},
    )
    production = system(
        config={"a/b/same": 1, "a/b/locked": None, "payment/payflowpro/pwd": "secret2"},
        env={"web/unsecure/base_url": "https://shop/", "acme/x/endpoint": "https://a/"},
        database={DEFAULT: {"a/b/db": "y"}, website("eu"): {"a/b/same": "1"}},
        defaults={"a/b/default": "d", "a/b/locked": "hidden"},
    )
    return Matrix(
        {"staging": staging, "production": production}, CLASSIFIER, [SettingKey("payment/payflowpro/pwd")]
    )


@pytest.mark.parametrize(
    ("key", "state"),
    [
        (SettingKey("a/b/same"), State.EQUAL | State.SHARED),
        (SettingKey("a/b/same", store("de")), State.DIFFERING | State.SHARED | State.ONLY_ONE),
        (SettingKey("a/b/same", website("eu")), State.EQUAL | State.SHARED | State.ONLY_ONE),
        (SettingKey("a/b/locked"), State.EQUAL | State.SHARED | State.NULL_LOCKED),
        (SettingKey("a/b/db"), State.DIFFERING | State.SHARED),
        (SettingKey("a/b/alone"), State.MISSING | State.SHARED | State.ONLY_ONE),
        (SettingKey("a/b/default"), State.EQUAL | State.SHARED),
        (SettingKey("web/unsecure/base_url"), State.DIFFERING | State.SYSTEM),
        (SettingKey("acme/x/endpoint"), State.EQUAL | State.SYSTEM | State.GUESSED),
        (
            SettingKey("payment/payflowpro/pwd"),
            State.DIFFERING | State.SENSITIVE | State.SYSTEM | State.WRONG_PLACE,
        ),
    ],
)
def test_what_is_said_of_a_row(key: SettingKey, state: State) -> None:
    assert of(key, two()) == state


def test_all_rows_are_there_once_default_first() -> None:
    keys = [two().key(position) for position in range(len(two()))]
    assert len(keys) == len(set(keys)) == 10
    assert [key.scope for key in keys[-2:]] == [website("eu"), store("de")]
    assert keys[:-2] == sorted(keys[:-2])


def test_a_system_of_which_a_part_was_not_read_is_unknown_and_never_missing() -> None:
    build = Layers({Layer.CONFIG: {DEFAULT: {"a/b/c": "1"}}})
    matrix = Matrix(
        {"build": build, "production": system(config={"a/b/c": "1"}, env={"a/b/d": "2"})}, CLASSIFIER
    )
    assert of("a/b/c", matrix) == State.EQUAL | State.SHARED
    assert of("a/b/d", matrix) == State.UNKNOWN | State.SHARED | State.ONLY_ONE


def test_a_secret_that_only_its_value_gives_away_is_guessed_and_not_shared() -> None:
    token = "q7Xz2LmP9vRt4WcY8bNd3KfHs6GjQa1E"
    matrix = Matrix(
        {"a": system(config={"acme/x/y": token}), "b": system(config={"acme/x/y": token})}, CLASSIFIER
    )
    row = matrix.rows()[0]
    assert row.state == State.EQUAL | State.SENSITIVE | State.GUESSED
    assert (row.classification.kind, row.classification.is_guessed) == (Kind.SENSITIVE, True)
    assert matrix.select(Filter(all_of=State.SHARED)) == []


def test_filters() -> None:
    matrix = two()

    def paths(wanted: Filter) -> list[str]:
        return [f"{matrix.key(position)}" for position in matrix.select(wanted)]

    assert len(paths(Filter())) == len(matrix)
    assert paths(Filter(all_of=State.DIFFERING, none_of=State.SHARED)) == [
        "payment/payflowpro/pwd",
        "web/unsecure/base_url",
    ]
    assert paths(Filter(any_of=State.MISSING | State.NULL_LOCKED)) == ["a/b/alone", "a/b/locked"]
    assert paths(Filter(text="BASE unsec")) == ["web/unsecure/base_url"]
    assert paths(Filter(text="https://SHOP")) == ["web/unsecure/base_url"]
    assert paths(Filter(text="stores/de")) == ["a/b/same (stores/de)"]
    assert paths(Filter(text="secret1")) == []
    assert paths(Filter(keys=[SettingKey("a/b/db")])) == ["a/b/db"]
    assert matrix.count(State.SYSTEM) == len(paths(Filter(all_of=State.SYSTEM))) == 3


def _random(random: Random) -> Layers:
    paths = ["a/b/c", "a/b/d", "a/e", "x/y/z", "a/b"]
    values = ["1", "2", None]
    scopes = (DEFAULT, website("eu"), store("de"))
    layers = [layer for layer in Layer if random.random() < 0.9]
    return Layers(
        {
            layer: {
                scope: {path: random.choice(values) for path in paths if random.random() < 0.4}
                for scope in scopes
                if random.random() < 0.6
            }
            for layer in layers
        },
        TREE,
    )  # fmt: skip


def test_each_cell_is_what_the_ladder_of_its_setting_says() -> None:
    random = Random(4)
    for _ in range(300):
        systems = {name: _random(random) for name in "abc"}
        matrix = Matrix(systems, CLASSIFIER)
        for row in matrix.rows():
            ladders = [provenance(layers, row.key) for layers in systems.values()]
            for cell, ladder in zip(row.cells, ladders, strict=True):
                winner = ladder.winner if any(item.path == row.key.path for item in ladder.found) else None
                assert cell == (winner and Cell(ladder.value, winner.layer, winner.scope))
            present = [cell.value for cell in row.cells if cell is not None]
            assert (State.DIFFERING in row.state) == (len(set(present)) > 1)
            assert (State.NULL_LOCKED in row.state) == any(
                cell.is_null_locked for cell in row.cells if cell is not None and cell.scope == row.key.scope
            )


def test_the_order_of_the_systems_changes_no_row() -> None:
    random = Random(7)
    systems = {name: _random(random) for name in "abc"}
    wanted = {row.key: row.state for row in Matrix(systems, CLASSIFIER).rows()}
    for order in itertools.permutations(systems):
        matrix = Matrix({name: systems[name] for name in order}, CLASSIFIER)
        assert {row.key: row.state for row in matrix.rows()} == wanted


def test_sixty_thousand_settings_are_filtered_while_a_key_is_pressed() -> None:
    paths = [f"section_{number % 90}/group_{number % 700}/field_{number}" for number in range(60_000)]
    one = Layers({Layer.CONFIG: {DEFAULT: dict.fromkeys(paths, "x")}})
    other = Layers({Layer.CONFIG: {DEFAULT: {path: "x" if len(path) % 9 else "y" for path in paths}}})
    matrix = Matrix({"staging": one, "production": other}, lambda _: SHARED)
    assert len(matrix) == 60_000
    matrix.searched()
    for wanted in (Filter(any_of=State.DIFFERING | State.MISSING), Filter(text="section_7 field_77")):
        assert 0 < len(matrix.select(wanted)) < 60_000
        assert best(5, lambda wanted=wanted: matrix.select(wanted)) < 50  # type: ignore[misc] # a default argument binds it
