"""Edits of PHP configuration files: PHP reads the change, and no other byte is another one."""

import copy
import difflib
import re
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import ConsoleError
from core.magento.php_config import read
from core.magento.php_edit import REMOVE, Changes, KeyPath, edit
from core.magento.php_values import Array, Value
from core.magento.php_writer import Style, inline, php_file
from tests.benchmarks.measuring import best
from tests.benchmarks.php_files import dump
from tests.magento.php_examples import SEEDED
from tests.magento.php_server import PhpServer, php_server, told

HAND_WRITTEN = b"""<?php
/* top */
return array(
    // first
    'a' => array('x' => 1, 'y' => array(1, 2)), # note
    'b' => [
        'c' => 'd', // keep
        /* about e */
        'e' => [

        ]
    ],
    'empty' => [], 'one' => 1,
    'call' => getenv('X'),
    'list' => [
        'p',
        'q' // last
    ]
);
"""


@pytest.fixture(scope="module")
def php(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PhpServer]:
    with php_server(tmp_path_factory.mktemp("php")) as server:
        yield server


def changed_lines(before: bytes, after: bytes) -> list[str]:
    lines = difflib.unified_diff(before.decode().split("\n"), after.decode().split("\n"), n=0, lineterm="")
    return [line for line in list(lines)[2:] if not line.startswith("@@")]


@pytest.mark.parametrize(
    ("changes", "lines"),
    [
        (
            {("a", "x"): "it's"},
            [
                "-    'a' => array('x' => 1, 'y' => array(1, 2)), # note",
                "+    'a' => array('x' => 'it\\'s', 'y' => array(1, 2)), # note",
            ],
        ),
        (
            {("a", "y", 2): None},
            [
                "-    'a' => array('x' => 1, 'y' => array(1, 2)), # note",
                "+    'a' => array('x' => 1, 'y' => array(1, 2, null)), # note",
            ],
        ),
        (
            {("a", "x"): REMOVE},
            [
                "-    'a' => array('x' => 1, 'y' => array(1, 2)), # note",
                "+    'a' => array('y' => array(1, 2)), # note",
            ],
        ),
        (
            {("a", "x"): REMOVE, ("a", "y"): REMOVE},
            ["-    'a' => array('x' => 1, 'y' => array(1, 2)), # note", "+    'a' => array(), # note"],
        ),
        ({("b", "e", "f"): True}, ["-", "+            'f' => true"]),
        ({("b", "c"): REMOVE}, ["-        'c' => 'd', // keep"]),
        ({("one",): REMOVE}, ["-    'empty' => [], 'one' => 1,", "+    'empty' => [],"]),
        ({("empty",): REMOVE}, ["-    'empty' => [], 'one' => 1,", "+    'one' => 1,"]),
        ({("list", 2): "r"}, ["-        'q' // last", "+        'q', // last", "+        'r'"]),
        ({("list", 1): REMOVE}, ["-        'q' // last"]),
        ({("call",): "fixed"}, ["-    'call' => getenv('X'),", "+    'call' => 'fixed',"]),
        (
            {("new", "deep", "er"): 1.0, ("new", "deep", "est"): -1},
            [
                "-    ]",
                "+    ],",
                "+    'new' => array(",
                "+        'deep' => array(",
                "+            'er' => 1.0,",
                "+            'est' => -1",
                "+        )",
                "+    )",
            ],
        ),
        ({("nothing", "here"): REMOVE}, []),
        ({("one",): 1}, []),
    ],
)
def test_a_person_s_file_keeps_its_manner(changes: Changes, lines: list[str]) -> None:
    assert changed_lines(HAND_WRITTEN, edit(HAND_WRITTEN, changes)) == lines


def test_a_dump_keeps_its_manner_and_comment() -> None:
    source = (Path(__file__).with_name("php_files") / "dumped.config.php").read_bytes()
    changes: Changes = {
        ("system", "default", "web", "secure", "base_url"): "https://shop.example.com/",
        ("modules", "Magento_Store"): REMOVE,
    }
    assert changed_lines(source, edit(source, changes)) == [
        "-        'Magento_Store' => 1,",
        "+            'web' => [",
        "+                'secure' => [",
        "+                    'base_url' => 'https://shop.example.com/',",
        "+                ],",
        "+            ],",
    ]


COMMENTED = b"""<?php
return array (
  // c0
  'a' =>
  array (
    'x' => 1, // c1
    /* c2 */ 'y' => 2 /* c3 */, # c4
    // c5
  ),
  'b' => [ 'p' /* c6 */ => /* c7 */ 'q', /* c8 */ 'r' => ( 's' ) ],
  "c" => [
      1, 2, // c9
      3 // c10
      // c11
  ], 'd' => array(), 'e' => [ /* c12 */ ],
  'f' => [ // c13
    'g' => null],
  'h' => [
    // c14

  ], // c15
  // c16
); // c17
"""


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_no_comment_is_lost_wherever_an_entry_is_added_or_changed(php: PhpServer, end: bytes) -> None:
    source = COMMENTED.replace(b"\n", end)
    values = read(source).values
    for path in [(), *_paths(values)]:
        is_array = isinstance(_at(values, path), dict)
        change: dict[KeyPath, object] = {(*path, "added"): {"deep": "x"}} if is_array else {path: "changed"}
        result = edit(source, change)  # type: ignore[arg-type] # values as the test made them
        wanted = _apply(values, change)
        assert wanted is not None
        assert php.ask(result)["value"] == told(wanted), path
        assert re.findall(rb"c\d+", result) == [b"c%d" % number for number in range(18)], path
        assert result.count(b"\n") == result.count(end), path


def test_lines_that_end_as_on_windows_stay_so() -> None:
    source = HAND_WRITTEN.replace(b"\n", b"\r\n")
    result = edit(source, {("b", "new"): {"k": "v"}, ("b", "c"): REMOVE})
    assert result.count(b"\n") == result.count(b"\r\n")
    assert b"            'k' => 'v'\r\n" in result


def _paths(values: Value, path: KeyPath = ()) -> Iterator[KeyPath]:
    if isinstance(values, dict):
        for key, inner in values.items():
            yield (*path, key)
            yield from _paths(inner, (*path, key))


def _changes(values: Array, random: Random, new: Array) -> dict[KeyPath, object]:
    """Draw changes: some of what is there, some of what is not, some removals."""
    there = list(_paths(values))
    changes: dict[KeyPath, object] = {}
    for path, value in zip(
        random.sample(there, min(len(there), 3)), [*new.values(), 1, "x", None], strict=False
    ):
        changes[path] = REMOVE if random.random() < 0.4 else value
    arrays = [(), *(path for path in there if isinstance(_at(values, path), dict))]
    for number in range(random.randint(0, 3)):
        changes[(*random.choice(arrays), f"new{number}", *(["in"] if random.random() < 0.3 else []))] = number
    return changes


def _at(values: Value, path: KeyPath) -> Value:
    for key in path:
        assert isinstance(values, dict)
        values = values[key]
    return values


def _apply(values: Array, changes: dict[KeyPath, object]) -> Array | None:
    """Change nested arrays as PHP would, one after the other; None where a single value stands in the way."""
    result = copy.deepcopy(values)
    for path, value in changes.items():
        inner: object = result
        for key in path[:-1]:
            if value is REMOVE and not (isinstance(inner, dict) and key in inner):
                break
            if not isinstance(inner, dict):
                return None
            inner = inner.setdefault(key, {})
        else:
            if value is REMOVE and isinstance(inner, dict):
                inner.pop(path[-1], None)
            elif isinstance(inner, dict):
                inner[path[-1]] = value
            elif value is not REMOVE:
                return None
    return result


@settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))
@given(values=SEEDED, new=SEEDED, seed=st.integers(0, 1 << 60), style=st.sampled_from([*Style, None]))
def test_php_reads_exactly_the_changes(
    php: PhpServer, values: Array, new: Array, seed: int, style: Style | None
) -> None:
    random = Random(seed)
    source = (
        php_file(values, style)
        if style
        else f"<?php return {inline(values)};".encode("utf-8", "surrogateescape")
    )
    changes = _changes(values, random, new)
    wanted = _apply(values, changes)
    try:
        result = edit(source, changes)  # type: ignore[arg-type] # values as the test made them
    except ConsoleError as error:
        assert error.code == "php-config-not-editable"
        # Only where a single value stands in the way, or a list without keys would be numbered anew.
        assert wanted is None or REMOVE in changes.values()
        return
    assert wanted is not None
    assert php.ask(result)["value"] == told(wanted)


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(values=SEEDED, seed=st.integers(0, 1 << 60), style=st.sampled_from(Style))
def test_a_value_s_edit_changes_its_bytes_alone(values: Array, seed: int, style: Style) -> None:
    source = php_file(values, style)
    file = read(source)
    paths = list(file.places)
    if not paths:
        return
    path = Random(seed).choice(paths)
    place = file.places[path]
    result = edit(source, {path: "another value"})
    assert result[: place.value_start] == source[: place.value_start]
    assert result[len(result) - (len(source) - place.end) :] == source[place.end :]


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(values=SEEDED, seed=st.integers(0, 1 << 60), style=st.sampled_from(Style))
def test_what_is_added_is_taken_out_again_without_a_trace(values: Array, seed: int, style: Style) -> None:
    """But for the comma behind what was the last entry, and the lines in what was an empty array."""
    source = php_file(values, style)
    arrays = [(), *(path for path in _paths(values) if isinstance(_at(values, path), dict))]
    path = (*Random(seed).choice(arrays), "added")
    result = edit(edit(source, {path: "x"}), {path: REMOVE})
    assert re.sub(rb"[\s,]", b"", result) == re.sub(rb"[\s,]", b"", source)


def test_a_file_that_was_read_is_edited_as_its_source_is() -> None:
    changes: Changes = {("b", "c"): "x", ("list", 1): REMOVE}
    assert edit(read(HAND_WRITTEN), changes) == edit(HAND_WRITTEN, changes)


def test_a_single_value_in_the_way_is_told_and_not_overwritten() -> None:
    with pytest.raises(ConsoleError) as caught:
        edit(HAND_WRITTEN, {("one", "deeper"): 1})
    assert caught.value.code == "php-config-not-editable"
    assert "single value" in caught.value.what


def test_an_entry_that_is_there_twice_is_not_edited() -> None:
    with pytest.raises(ConsoleError, match="more than once"):
        edit(b"<?php return ['a' => 1, 'a' => 2];", {("a",): 3})


def test_an_array_that_is_computed_is_not_added_to() -> None:
    with pytest.raises(ConsoleError) as caught:
        edit(b"<?php return ['a' => array_merge([], [])];", {("a", "b"): "a secret"})
    assert "a secret" not in str(caught.value)


def test_many_changes_at_once_are_all_made() -> None:
    values: Array = {"system": {"default": {f"s{n}": {"g": {"f": str(n)}} for n in range(300)}}}
    changes: Changes = {("system", "default", f"s{n}", "g", "f"): f"new {n}" for n in range(0, 300, 2)}
    result = read(edit(php_file(values), changes)).values
    assert result["system"]["default"]["s298"]["g"]["f"] == "new 298"  # type: ignore[index] # values as the test made them
    assert result["system"]["default"]["s299"]["g"]["f"] == "299"  # type: ignore[index] # values as the test made them


def test_many_neighbours_are_removed_and_added_at_once() -> None:
    values: Array = {"system": {f"f{n}": n for n in range(60)}}
    changes: Changes = {("system", f"f{n}"): REMOVE for n in range(30, 60)} | {("system", "new"): 1}
    for style in Style:
        result = read(edit(php_file(values, style), changes)).values
        assert result == {"system": {f"f{n}": n for n in range(30)} | {"new": 1}}


def test_digits_in_a_path_are_the_number_that_php_makes_of_them() -> None:
    source = b"<?php return ['stores' => [33 => ['a' => 'x']]];"
    assert edit(source, {("stores", "33", "a"): "y"}) == source.replace(b"'x'", b"'y'")


def test_a_dump_of_three_thousand_settings_is_read_and_edited_quickly() -> None:
    source = dump(3000)
    file = read(source)
    path = next(path for path in file.places if len(path) == 5)
    assert best(4, lambda: read(source)) < 150
    assert best(4, lambda: edit(file, {path: "another"})) < 100
