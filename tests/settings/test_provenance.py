"""Where values come from, against PHP that merges them as Magento does."""

import itertools
import json
from collections.abc import Iterator

from core.magento.scope import DEFAULT, Scope, ScopeTree, store, website
from core.magento.setting_key import SettingKey
from core.settings.layers import LAYERS, Layer, Layers
from core.settings.provenance import provenance
from tests.magento import php

TREE = ScopeTree(("eu",), {"de": "eu"})
SCOPES = (DEFAULT, website("eu"), store("de"))
PATH = "web/unsecure/base_url"

# Magento\Framework\App\Config\ConfigSourceAggregated and Magento\Store\Model\Config\Processor\Fallback: each
# scope of the sources is merged by array_replace_recursive, weakest first; then a website replaces default's,
# a store its website's. The sources of one question are "slot => value", slot "layer.scope"; weakest layer 0.
ORACLE = r"""
$answers = [];
foreach (json_decode(stream_get_contents(STDIN), true) as $question) {
    $merged = [];
    for ($layer = 0; $layer < 5; $layer++) {
        $source = [];
        foreach ($question as [$at, $scope, $path, $value]) {
            if ($at !== $layer) continue;
            $leaf = $value;
            foreach (array_reverse(explode('/', $path)) as $part) $leaf = [$part => $leaf];
            $data = ['default' => ['default' => $leaf], 'websites' => ['websites' => ['eu' => $leaf]],
                'stores' => ['stores' => ['de' => $leaf]]][$scope];
            $source = array_replace_recursive($source, $data);
        }
        $merged = array_replace_recursive($merged, $source);
    }
    $default = $merged['default'] ?? [];
    $website = array_replace_recursive($default, $merged['websites']['eu'] ?? []);
    $store = array_replace_recursive($website, $merged['stores']['de'] ?? []);
    $answer = [];
    foreach ([$default, $website, $store] as $data) {
        $there = true;
        foreach (explode('/', 'web/unsecure/base_url') as $part) {
            $there = is_array($data) && array_key_exists($part, $data);
            if (!$there) break;
            $data = $data[$part];
        }
        $answer[] = $there ? ['is', $data] : ['absent'];
    }
    $answers[] = $answer;
}
echo json_encode($answers);
"""

Slot = tuple[int, str, str, str | None]


def combinations() -> Iterator[tuple[Slot, ...]]:
    """Yield every set of the five layers by three scopes, each value naming its slot."""
    slots = [(layer, scope.level, PATH, f"{layer} {scope.level}") for layer in range(5) for scope in SCOPES]
    for bits in range(1 << len(slots)):
        yield tuple(slot for place, slot in enumerate(slots) if bits >> place & 1)


def with_nulls() -> Iterator[tuple[Slot, ...]]:
    """Yield all combinations of absent, null and value over three layers by three scopes."""
    slots = [(layer, scope.level) for layer in (1, 2, 4) for scope in SCOPES]
    for forms in itertools.product(("absent", "null", "value"), repeat=len(slots)):
        yield tuple(
            (layer, scope, PATH, None if form == "null" else f"{layer} {scope}")
            for (layer, scope), form in zip(slots, forms, strict=True)
            if form != "absent"
        )


def blocked() -> Iterator[tuple[Slot, ...]]:
    """Yield combinations in which a part above the setting holds a single value in place of an array."""
    forms = ("absent", PATH, "web/unsecure")
    for chosen in itertools.product(forms, repeat=4):
        slots = ((1, "default"), (2, "default"), (3, "default"), (2, "stores"))
        yield tuple(
            (layer, scope, path, f"{layer} {scope}")
            for (layer, scope), path in zip(slots, chosen, strict=True)
            if path != "absent"
        )


def layers_of(slots: tuple[Slot, ...]) -> Layers:
    values: dict[Layer, dict[Scope, dict[str, str | None]]] = {layer: {} for layer in LAYERS}
    scopes = {scope.level: scope for scope in SCOPES}
    for layer, level, path, value in slots:
        values[LAYERS[4 - layer]].setdefault(scopes[level], {})[path] = value  # type: ignore[index] # built up by the test
    return Layers(values, TREE)


def ask(questions: list[tuple[Slot, ...]]) -> list[list[list[str | None]]]:
    done = php.run(ORACLE, questions, ini=("-d", "memory_limit=1G"))
    assert done.returncode == 0, done.stderr
    answers: list[list[list[str | None]]] = json.loads(done.stdout)
    return answers


def check(questions: list[tuple[Slot, ...]]) -> int:
    for slots, wanted in zip(questions, ask(questions), strict=True):
        layers = layers_of(slots)
        for scope, answer in zip(SCOPES, wanted, strict=True):
            found = provenance(layers, SettingKey(PATH, scope))
            winner = found.winner
            ours = ["is", found.value] if winner is not None and winner.path == PATH else ["absent"]
            assert ours == answer, (slots, scope)
    return len(questions)


def test_the_winner_of_every_combination_of_layers_and_scopes_is_magentos() -> None:
    assert check(list(combinations())) == 1 << 15


def test_nulls_win_and_hide_as_in_magento() -> None:
    assert check(list(with_nulls())[::7]) == 3**9 // 7 + 1


def test_a_single_value_in_the_place_of_an_array_takes_its_subtree_away() -> None:
    assert check(list(blocked())) == 81


def test_every_value_of_every_combination_is_told_in_the_order_in_which_it_would_win() -> None:
    """Taking the winner away makes the next one win: what is shadowed is complete, and in order."""
    questions = [slots for number, slots in enumerate(combinations()) if number % 97 == 0]
    for slots in questions:
        rest = slots
        shadowed = provenance(layers_of(slots), SettingKey(PATH, store("de"))).found
        assert len(shadowed) == len(slots)
        for found in shadowed:
            winner = provenance(layers_of(rest), SettingKey(PATH, store("de"))).winner
            assert winner == found
            rest = tuple(slot for slot in rest if slot[3] != found.value)
        assert rest == ()


def test_what_was_not_read_is_told() -> None:
    layers = Layers({Layer.CONFIG: {DEFAULT: {PATH: "x"}}})
    assert provenance(layers, SettingKey(PATH)).unread == (
        Layer.VARIABLE, Layer.ENV, Layer.DATABASE, Layer.MODULE,
    )  # fmt: skip


def test_a_lock_is_of_the_same_scope_or_of_default() -> None:
    layers = Layers({Layer.CONFIG: {website("eu"): {PATH: "x"}}, Layer.DATABASE: {DEFAULT: {PATH: "y"}}}, TREE)
    assert provenance(layers, SettingKey(PATH, website("eu"))).locked_by is not None
    assert provenance(layers, SettingKey(PATH, store("de"))).locked_by is None
    assert provenance(layers, SettingKey(PATH)).locked_by is None


def test_a_null_locks_only_in_a_file() -> None:
    def of(layer: Layer) -> bool:
        layers = Layers({layer: {DEFAULT: {PATH: None}}, Layer.MODULE: {DEFAULT: {PATH: "default"}}})
        return provenance(layers, SettingKey(PATH)).is_null_locked

    assert (of(Layer.CONFIG), of(Layer.ENV), of(Layer.DATABASE)) == (True, True, False)
