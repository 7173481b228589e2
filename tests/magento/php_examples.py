"""Values that a PHP configuration file can hold, for hypothesis: all types, and the nastiest of each."""

from random import Random

from hypothesis import strategies as st

from core.magento.php_values import Array, Key, Value, key

NASTY = [
    "", "0", "1", "01", "-5", "-0", " ", "a'b", 'a"b', "\\", "\\'", "'\\", "\\\\", "\\n", "$x", "{$x}", "${x}",
    "ä/ö", "😀", "\0", "a\0b\0", "\0'", "' . PHP_EOL . '", "*/", "?>", "<?php", "//", "#", "\r\n", "\n", "\t",
    "first\nsecond\n", "9223372036854775808", "-9223372036854775808", "0:3:abc==", "\x7f", "\u2028", "]", "=>",
    "\udcff", "\udcc3", "a\udce4b",
]  # fmt: skip
"""The last three are bytes that are no UTF-8, as the reader hands them on."""
TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    st.sampled_from(NASTY),
    st.lists(st.sampled_from(NASTY), max_size=4)
    .map("".join)
    .map(lambda text: text.encode("utf-8", "surrogateescape").decode("utf-8", "surrogateescape")),
)
"""Pieces of broken UTF-8 may make a whole character when they are joined: decoded anew, as a file would be."""
SCALARS: st.SearchStrategy[Value] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(1 << 63), (1 << 63) - 1),
    st.sampled_from([0, -1, -(1 << 63), (1 << 63) - 1]),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from([0.0, -0.0, 1.0, 1e15, 1e16, 1e17, 1e-4, 1e-5, 5e-324, 1.7976931348623157e308, 0.1, 1e25]),
    TEXTS,
)


def _key(raw: int | str) -> Key:
    found = key(raw)
    assert found is not None
    return found


KEYS: st.SearchStrategy[Key] = st.one_of(
    st.sampled_from(["system", "default", "web", "code"]), st.integers(-9, 9), TEXTS
).map(_key)


def _list(items: list[Value]) -> Array:
    return dict(enumerate(items))


VALUES: st.SearchStrategy[Value] = st.recursive(
    SCALARS, lambda inner: st.dictionaries(KEYS, inner, max_size=5) | st.lists(inner, max_size=4).map(_list)
)
ARRAYS: st.SearchStrategy[Array] = st.dictionaries(KEYS, VALUES, max_size=6)


def seeded(seed: int, size: int) -> Array:
    """Return nested arrays with about `size` values, drawn by a seed: made in a tenth of the time of `ARRAYS`."""
    random = Random(seed)
    values: Array = {}
    arrays = [values]
    for _ in range(size):
        array = random.choice(arrays[-4:])
        name = _seeded_key(random, len(array))
        if random.random() < 0.25:
            inner: Array = {}
            array[name] = inner
            arrays.append(inner)
        else:
            array[name] = _seeded_scalar(random)
    return values


def _seeded_key(random: Random, length: int) -> Key:
    if random.random() < 0.4:
        return length
    names: list[int | str] = [_seeded_text(random), random.randint(-9, 99), "system", "default"]
    return _key(random.choice(names))


def _seeded_scalar(random: Random) -> Value:
    kind = random.randrange(8)
    if kind == 0:
        return random.choice([None, True, False])
    if kind == 1:
        return random.choice([random.randint(-(1 << 63), (1 << 63) - 1), random.randint(-9, 9), -(1 << 63)])
    if kind == 2:
        return random.choice(
            [random.uniform(-1e6, 1e6), random.random() * 10.0 ** random.randint(-300, 300), -0.0]
        )
    return _seeded_text(random)


def _seeded_text(random: Random) -> str:
    pieces = [
        random.choice(NASTY) if random.random() < 0.4 else _word(random) for _ in range(random.randint(0, 3))
    ]
    return "".join(pieces).encode("utf-8", "surrogateescape").decode("utf-8", "surrogateescape")


def _word(random: Random) -> str:
    highest = random.choice([0x7F, 0xFF, 0xD7FF, 0x10FFFF])
    return "".join(
        chr(code)
        for code in (random.randint(0, highest) for _ in range(random.randint(0, 6)))
        if not 0xD800 <= code < 0xE000
    )


SEEDED: st.SearchStrategy[Array] = st.builds(seeded, st.integers(0, 1 << 60), st.integers(0, 40))
