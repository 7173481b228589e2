"""Files as people write them: read as real PHP reads them or refused, and edited in the edited bytes alone."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from core.errors import ConsoleError
from core.magento.php_config import read
from core.magento.php_edit import edit
from core.magento.php_values import Expression, Value
from tests.magento.php import run
from tests.magento.php_server import told
from tests.magento.real_life import BROKEN, COMPUTED, READ

_TOLD = r"""
ini_set('serialize_precision', '-1');
function told($value) {
    if (is_array($value)) {
        $entries = [];
        foreach ($value as $key => $item) $entries[] = [told($key), told($item)];
        return ['array', $entries];
    }
    if (is_string($value)) return ['string', base64_encode($value)];
    if (is_float($value)) return ['float', bin2hex(pack('E', $value))];
    return [gettype($value), is_object($value) || $value === null ? '' : (string)(int)$value];
}
$answers = [];
foreach (json_decode(stream_get_contents(STDIN)) as $file) {
    ob_start();
    try { $answer = ['value' => told(include $file)]; } catch (Throwable $problem) { $answer = ['error' => true]; }
    $answers[] = $answer + ['printed' => base64_encode(ob_get_clean())];
}
echo json_encode($answers);
"""


def php_of(folder: Path, sources: list[bytes]) -> list[dict[str, Any]]:
    """Return what PHP makes of each file, and what it prints meanwhile."""
    files = [folder / f"file{number}.php" for number in range(len(sources))]
    for file, source in zip(files, sources, strict=True):
        file.write_bytes(source)
    ini = ("-d", "short_open_tag=0", "-d", "display_errors=stderr", "-d", "opcache.enable_cli=0")
    done = run(_TOLD, [str(file) for file in files], ini=ini)
    answers: list[dict[str, Any]] = json.loads(done.stdout)
    return answers


def as_read(value: Value, php: Any) -> Any:
    """Return a value as PHP would tell it; where ours is an expression, PHP's own stands for it."""
    if isinstance(value, Expression):
        return php
    if not isinstance(value, dict):
        return told(value)
    theirs = php[1] if php[0] == "array" else []
    if len(theirs) != len(value):
        return ["array", "of another length"]
    return [
        "array",
        [
            [told(key), as_read(item, their[1])]
            for (key, item), their in zip(value.items(), theirs, strict=True)
        ],
    ]


def test_what_can_be_read_is_what_php_reads_and_prints(tmp_path: Path) -> None:
    for (name, source), php in zip(READ.items(), php_of(tmp_path, list(READ.values())), strict=True):
        file = read(source, "env.php")
        assert as_read(file.values, php["value"]) == php["value"], name
        assert file.prints == bool(base64.b64decode(php["printed"])), name


def test_an_edit_adds_its_own_bytes_and_changes_nothing_else(tmp_path: Path) -> None:
    before = php_of(tmp_path, list(READ.values()))
    results = [edit(source, {("new", "deep"): "v'"}, "env.php") for source in READ.values()]
    after = php_of(tmp_path, results)
    for name, source, result, old, new in zip(READ, READ.values(), results, before, after, strict=True):
        added = [told("new"), ["array", [[told("deep"), told("v'")]]]]
        assert new.get("value") == ["array", [*old["value"][1], added]], name
        assert new["printed"] == old["printed"], name
        kept = iter(result)
        assert all(byte in kept for byte in source.rstrip()), name  # every byte that was there, in its order
        assert edit(result, {("new", "deep"): "v'"}, "env.php") == result, name


@pytest.mark.parametrize("name", COMPUTED)
def test_an_array_that_is_computed_as_a_whole_is_told_and_never_edited(name: str, tmp_path: Path) -> None:
    (php,) = php_of(tmp_path, [COMPUTED[name]])
    assert php["value"][0] == "array"
    for attempt in (
        lambda: read(COMPUTED[name], "env.php"),
        lambda: edit(COMPUTED[name], {("a",): 2}, "env.php"),
    ):
        with pytest.raises(ConsoleError) as caught:
            attempt()
        assert caught.value.code == "php-config-computed"
        assert "env.php:" in str(caught.value.where)


def test_what_php_refuses_is_refused(tmp_path: Path) -> None:
    for name, source in BROKEN.items():
        include = f"exit(is_array(include {str(_written(tmp_path, source))!r}) ? 0 : 9);"
        assert run(include, ini=("-d", "short_open_tag=0")).returncode != 0, name
        with pytest.raises(ConsoleError) as caught:
            read(source, "env.php")
        assert caught.value.code == "php-config-broken", name


def _written(folder: Path, source: bytes) -> Path:
    file = folder / "broken.php"
    file.write_bytes(source)
    return file


def test_a_value_that_is_computed_stays_while_its_neighbours_change() -> None:
    source = READ["environment"]
    result = edit(source, {("c",): 3307, ("d",): None}, "env.php")
    assert result == source.replace(b"(int) (getenv('P') ?: 3306)", b"3307, 'd' => null")
