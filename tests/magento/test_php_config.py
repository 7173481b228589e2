"""The reader of PHP configuration against PHP itself."""

import time
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from core.errors import ConsoleError
from core.magento.configuration_hash import json_encode
from core.magento.php_config import read
from core.magento.php_values import Expression
from tests.magento import php

FORMS = rb"""<?php
declare(strict_types=1);
# a comment
return array(
    'plain' => 'it\'s a \\ and \n stays', "double" => "tab\t cr\r nl\n dollar \$ quote \" e\e \q",
    'codes' => "\x41\101\u{1F600}",
    'ints' => [0, 1_000, 0x1F, 0X1f, 0b101, 0o17, 017, -5, - 5, +3, 9223372036854775807, 9223372036854775808],
    'floats' => [.5, 1., 1e3, -1.5E-7, 1_0.25, 1e17, 1e16, 123456789.123, 0.0001, 0.00001, 1e100, -0.0],
    'words' => [true, FALSE, Null, \true, PHP_EOL],
    'joined' => 'a' . 'b' . "c" . 1 . PHP_EOL, // and a comment
    'parens' => (('x')),
    'keys' => ['1' => 'a', '01' => 'b', true => 'c', null => 'd', 1.9 => 'e', '-7' => 'f', '-0' => 'g',
        false => 'h', '9223372036854775808' => 'i', 'x' . 'y' => 'j'],
    'next' => [5 => 'a', 'b', 'x' => 'c', 'd', 2 => 'e', 'f'],
    'twice' => ['a' => 1, 'b' => 2, 'a' => 3],
    'heredoc' => <<<TEXT
      two \t "q" \\ \"
    spaces

    end
    TEXT,
    'nowdoc' => <<<'RAW'
raw \t $x
RAW
    , 'empty' => [], 'list' => [[], [[]]], 'binary' => b'x', 'umlaut' => "\u{e4}/\xc3\xa4", 'lines' => 'first
second',
    /* last */
);
"""


def test_every_form_of_literal_is_read_as_php_reads_it(tmp_path: Path) -> None:
    (tmp_path / "forms.php").write_bytes(FORMS)
    assert json_encode(read(FORMS).values) == php.json_of(tmp_path, ["forms.php"])[0]


SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(1 << 63) + 1, (1 << 63) - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    st.sampled_from(
        ["1", "01", "-5", "-0", "a'b", "\\", "\\'", "$x", "ä/ö", "😀", "\0", "", "9223372036854775808"]
    ),
)
KEYS = st.one_of(st.integers(-9, 9), st.text(max_size=5), st.sampled_from(["1", "-3", "0", "007"]))
ARRAYS = st.recursive(
    SCALARS, lambda inner: st.dictionaries(KEYS, inner, max_size=5) | st.lists(inner, max_size=4)
)


def _written(value: object, style: int) -> str:
    """Write a value as PHP, in one of several styles."""
    if isinstance(value, dict | list):
        items = value.items() if isinstance(value, dict) else [(None, item) for item in value]
        parts = [
            ("" if key is None else f"{_written(key, style)} => ") + _written(item, style)
            for key, item in items
        ]
        comma = "," if style % 2 and parts else ""
        opening, closing = ("array(", ")") if style % 3 == 0 else ("[", "]")
        return opening + ", ".join(parts) + comma + closing
    if isinstance(value, str):
        return _quoted(value, style)
    if value is None or isinstance(value, bool):
        return (
            ("NULL" if style % 2 else "null")
            if value is None
            else str(value).upper()
            if style % 2
            else str(value).lower()
        )
    return repr(value)


def _quoted(text: str, style: int) -> str:
    if style % 2 and "\0" not in text:
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
    plain = text.replace("\\", "\\\\").replace('"', '\\"').replace("$", "\\$")
    return '"' + "".join(f"\\u{{{ord(c):x}}}" if ord(c) < 32 or ord(c) > 126 else c for c in plain) + '"'


@settings(
    max_examples=4,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],  # each example is a process of PHP: shrinking takes minutes
    derandomize=True,
)
@given(
    st.lists(st.tuples(st.dictionaries(KEYS, ARRAYS, max_size=6), st.integers(0, 5)), min_size=10, max_size=20)
)
def test_what_we_read_is_what_php_reads(
    tmp_path_factory: pytest.TempPathFactory, examples: list[tuple[dict[int | str, object], int]]
) -> None:
    folder = tmp_path_factory.mktemp("php")
    ours, names = [], []
    for number, (value, style) in enumerate(examples):
        source = f"<?php\nreturn {_written(value, style)};\n".encode()
        names.append(f"{number}.php")
        (folder / names[-1]).write_bytes(source)
        ours.append(json_encode(read(source).values))
    assert ours == php.json_of(folder, names)


def test_what_must_be_run_stays_an_expression() -> None:
    values = read(
        b"<?php $x = 1; return ['a' => getenv('A'), 'b' => \"v $x\", 'c' => [\\PDO::X => 1], 'd' => [...$x],"
        b" 'e' => `ls`, 'f' => 1 + 1, 'g' => & $x, 'h' => !true, 'i' => <<<E\n {$x}\n E, 'j' => 'ok'];"
    ).values
    assert values["a"] == Expression("getenv('A')")
    assert [key for key, value in values.items() if isinstance(value, Expression)] == list("abcdefghi")
    assert values["j"] == "ok"


_PIECES = [b"'", b'"', b",", b"=>", b"[", b"]", b"(", b")", b"\n", b"\\", b"0", b"-", b".", b"e", b"$", b"{", b"/*",
           b"//", b"<<<A\n", b"array", b"\0", b"\xff", b"?>", b"null", b";"]  # fmt: skip


def test_a_damaged_file_is_read_or_told_with_its_line_whatever_the_damage() -> None:
    random = Random(3)
    for _ in range(400):
        damaged = bytearray(FORMS)
        for _ in range(random.randint(1, 3)):
            at = random.randrange(6, len(damaged))
            damaged[at : at + random.randint(0, 2)] = random.choice([b"", *_PIECES])
        try:
            assert isinstance(read(bytes(damaged)).values, dict)
        except ConsoleError as error:
            assert error.code in ("php-config-broken", "php-config-computed")
            assert error.where.startswith("config.php:")


@pytest.mark.parametrize("value", [b"1,. -3", b"1,.", b"e17.", b"08", b"1_.5"])
def test_what_only_looks_like_a_number_is_told_with_its_line(value: bytes) -> None:
    with pytest.raises(ConsoleError) as caught:
        read(b"<?php return [\n" + value + b"];")
    assert caught.value.code == "php-config-broken"
    assert caught.value.where == "config.php:2"


def test_a_heredoc_that_php_refuses_has_no_value() -> None:
    values = read(b"<?php return ['a' => <<<A\n  x\n y\n  A, 'b' => <<<B\n  x\n\n  y\n  B];").values
    assert isinstance(values["a"], Expression)
    assert values["b"] == "x\n\ny"


def test_places_are_those_of_the_file() -> None:
    source = "<?php\nreturn [\n  'ä' => [\n    'b' => 'x',\n  ],\n  'ä' => 2,\n];".encode()
    file = read(source)
    place = file.places["ä", "b"]
    assert source[place.value_start : place.end] == b"'x'"
    assert source[place.start : place.end] == b"'b' => 'x'"
    assert place.line == 4
    assert file.duplicates == (("ä",),)


@pytest.mark.parametrize(
    ("source", "line", "word"),
    [
        (b"<?php\nreturn [\n 'a' => [1,\n 'b' => 2\n;\n", 3, "not closed"),
        (b"<?php\nreturn [\n 'a' => [1,\n ],\n ]];\n", 5, "closes nothing"),
        (b"<?php\nreturn [\n 'a' => 1\n 'b' => 2\n];\n", 4, "missing before a string"),
        (b"<?php\nreturn [\n 'a' => 'x\n];\n", 3, "does not end"),
        (b"<?php\nreturn [\n\n1, , 2];\n", 4, "column 2"),
        (b"<?php\nreturn [1]\n", 2, "missing"),
        (b"<?php\n\nreturn ['a' => 08];", 3, "column"),
        (b"<?php\nreturn [\n<<<<<<< HEAD\n'a'=>1,\n=======\n'a'=>2,\n>>>>>>> x\n];", 3, "column"),
        (b"", 1, "returns nothing"),
    ],
)
def test_a_broken_file_is_told_with_its_line(source: bytes, line: int, word: str) -> None:
    with pytest.raises(ConsoleError) as caught:
        read(source, "app/etc/env.php")
    assert caught.value.code == "php-config-broken"
    assert caught.value.where == f"app/etc/env.php:{line}"
    assert word in caught.value.what


def test_a_broken_file_never_shows_its_text() -> None:
    with pytest.raises(ConsoleError) as caught:
        read(b"<?php return ['password' => 'geheim' 'x'];", "env.php")
    assert "geheim" not in str(caught.value)


@pytest.mark.parametrize("source", [b"<?php return foo();", b"<?php return [...$x];", b"<?php return 5;"])
def test_a_computed_file_is_refused(source: bytes) -> None:
    with pytest.raises(ConsoleError) as caught:
        read(source)
    assert caught.value.code == "php-config-computed"


def test_text_outside_of_php_is_found() -> None:
    assert read(b"\xef\xbb\xbf<?php return [];").prints
    assert read(b"<?php ?>\n\n<?php return [];").prints
    assert not read(b"<?php return [];\n?>\n\n").prints  # PHP goes no further than the return


def test_a_full_dump_is_read_at_once() -> None:
    lines = "".join(
        f"        'path_{n}' => ['a' => 'value', 'b' => null, 'c' => '{n}'],\n" for n in range(5500)
    )
    source = f"<?php\nreturn [\n    'system' => [\n{lines}    ],\n];\n".encode()
    assert len(source) > 300_000
    best = 9.0
    for _ in range(7):
        began = time.process_time()
        read(source)
        best = min(best, time.process_time() - began)
    assert best < 0.3
