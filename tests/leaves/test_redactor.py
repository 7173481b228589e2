"""The redactor lets no form of a secret through, however the text is cut, and loses nothing else."""

import base64
import hashlib
import html
import json
import re
import shlex
import subprocess
import time
from collections.abc import Callable
from itertools import pairwise
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from core.secret import MASK, Redactor, Secret

VALUE = "pä'ss \"w/ör\\d\n+42&x"

# How the value is written by whom. Each is made here by what makes it in real life, where that is at hand.
FORMS: dict[str, Callable[[str], str]] = {
    "raw": lambda value: value,
    "JSON": lambda value: json.dumps(value)[1:-1],
    "JSON with umlauts": lambda value: json.dumps(value, ensure_ascii=False)[1:-1],
    "JSON of PHP": lambda value: json.dumps(value)[1:-1].replace("/", "\\/"),
    "JSON within JSON": lambda value: json.dumps(json.dumps(value))[3:-3],
    "URL": lambda value: quote(value, safe=""),
    "URL that keeps slashes": quote,
    "URL in lower case": lambda value: re.sub("%..", lambda code: code[0].lower(), quote(value, safe="")),
    "form": quote_plus,
    "shell": lambda value: shlex.quote(value + " ")[1:-2],
    "shell by hand": lambda value: value.replace("'", "'\\''"),
    "var_export": lambda value: value.replace("\\", "\\\\").replace("'", "\\'"),
    "addslashes": lambda value: value.replace("\\", "\\\\").replace("'", "\\'").replace('"', '\\"'),
    "HTML": html.escape,
    "HTML of PHP": lambda value: html.escape(value).replace("&#x27;", "&#039;"),
    "base64": lambda value: base64.b64encode(value.encode()).decode(),
    "base64 of URLs": lambda value: base64.urlsafe_b64encode(value.encode()).decode(),
    "base64 without padding": lambda value: base64.b64encode(value.encode()).decode().rstrip("="),
    "base64 in JSON of PHP": lambda value: base64.b64encode(value.encode()).decode().replace("/", "\\/"),
}  # fmt: skip


def _redacted(redactor: Redactor, data: bytes, cuts: list[int]) -> bytes:
    bounds = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    parts = [redactor.feed(data[a:b]) for a, b in pairwise(bounds)]
    return b"".join([*parts, redactor.flush()])


@pytest.mark.parametrize("form", FORMS)
def test_a_form_goes_as_a_whole(form: str) -> None:
    written = FORMS[form](VALUE)
    data = f"before={written}; after".encode()
    for size in range(1, len(data) + 1):
        redactor = Redactor([Secret(VALUE)])
        parts = [redactor.feed(data[at : at + size]) for at in range(0, len(data), size)]
        assert b"".join([*parts, redactor.flush()]) == f"before={MASK}; after".encode()


@pytest.mark.parametrize(
    "function",
    [
        "json_encode",
        "urlencode",
        "rawurlencode",
        "base64_encode",
        "addslashes",
        "htmlspecialchars",
        "var_export",
    ],
)
def test_what_php_makes_of_it(function: str) -> None:
    argument = ", true" if function == "var_export" else ""
    code = f"echo {function}(stream_get_contents(STDIN){argument});"
    made = subprocess.run(["php", "-r", code], input=VALUE.encode(), capture_output=True, check=True).stdout
    made = made.removeprefix(b"'").removesuffix(b"'").removeprefix(b'"').removesuffix(b'"')
    assert len(made) >= len(VALUE)
    assert _redacted(Redactor([Secret(VALUE)]), b"<" + made + b">", []) == f"<{MASK}>".encode()


@pytest.mark.parametrize("lead", range(7))
@pytest.mark.parametrize("tail", range(4))
def test_base64_of_a_text_that_holds_it(lead: int, tail: int) -> None:
    value = "correct horse battery"
    encoded = base64.b64encode(b"x" * lead + value.encode() + b"y" * tail)
    shown = _redacted(Redactor([Secret(value)]), encoded, [])
    assert MASK.encode() in shown
    around = shown.replace(MASK.encode(), b"")
    # What is left are the neighbours, and at each end one character that is partly theirs.
    assert len(around) <= (lead * 8 + 5) // 6 + (tail * 8 + 5) // 6 + 2 + encoded.count(b"=")


_BYTES = st.binary(max_size=40) | st.text("abcs3cret-=/'\"%\\", max_size=40).map(str.encode)
_SECRETS = st.lists(st.text("abcs3cretü/'\"\\ +", min_size=6, max_size=12), min_size=1, max_size=3)


@settings(max_examples=300, deadline=None, database=None)
@given(_SECRETS, st.data())
def test_random_texts_cut_anywhere(values: list[str], data: st.DataObject) -> None:
    around = data.draw(st.lists(_BYTES, min_size=2, max_size=4))
    written = [
        FORMS[data.draw(st.sampled_from(sorted(FORMS)))](data.draw(st.sampled_from(values))).encode()
        for _ in around[1:]
    ]
    text = around[0] + b"".join(a + b for a, b in zip(written, around[1:], strict=True))
    secrets = [Secret(value) for value in values]
    shown = _redacted(Redactor(secrets), text, data.draw(st.lists(st.integers(0, 500), max_size=8)))
    for value in values:
        for form in FORMS.values():
            assert form(value).encode() not in shown
    assert _is_text_with_gaps(text, shown.split(MASK.encode()))
    assert shown == _redacted(Redactor(secrets), text, [])


def _is_text_with_gaps(text: bytes, parts: list[bytes]) -> bool:
    """Tell whether the parts stand in the text in their order: nothing came, changed or moved."""
    at = 0
    for part in parts:
        found = text.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    return text.startswith(parts[0]) and text.endswith(parts[-1])


@settings(max_examples=150, deadline=None, database=None)
@given(st.binary(max_size=200), st.lists(st.integers(0, 300), max_size=10))
def test_a_text_without_secrets_is_not_touched(text: bytes, cuts: list[int]) -> None:
    assume(b"hunter2" not in text)
    assert _redacted(Redactor([Secret("hunter2-hunter2")]), text, cuts) == text


def test_secrets_that_overlap_go_as_one() -> None:
    for size in range(1, 14):
        redactor = Redactor([Secret("abcdefgh"), Secret("efghijkl")])
        data = b"<abcdefghijkl>"
        shown = (
            b"".join(redactor.feed(data[at : at + size]) for at in range(0, len(data), size)) + redactor.flush()
        )
        assert shown == f"<{MASK}>".encode()


def test_of_two_secrets_that_begin_alike_the_longer_goes_whole() -> None:
    redactor = Redactor([Secret("abcdef"), Secret("abcdefghij")])
    shown = redactor.feed(b"<abcdef") + redactor.feed(b"ghij>") + redactor.flush()
    assert shown == f"<{MASK}>".encode()


def test_a_mask_is_not_taken_for_a_secret() -> None:
    redactor = Redactor([Secret("hunter2"), Secret(MASK + "tail"), Secret(MASK * 2)])
    data = b"hunter2tail hunter2hunter2"
    assert _redacted(redactor, data, list(range(len(data)))) == f"{MASK}tail {MASK}{MASK}".encode()


def test_only_what_may_begin_a_secret_is_kept_back() -> None:
    redactor = Redactor([Secret("hunter2-hunter2")])
    assert redactor.feed(b"a whole line of a log\n") == b"a whole line of a log\n"
    assert redactor.held == 0
    assert redactor.feed(b"and hunt") == b"and "
    assert redactor.held == 4
    assert redactor.feed(b"ing\n") == b"hunting\n"


def test_the_long_lines_of_a_private_key_go_one_by_one() -> None:
    lines = [
        "-----BEGIN PRIVATE KEY-----",
        "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC",
        "BKcwggSjAgEAAoIBAQC7",
        "-----END PRIVATE KEY-----",
    ]
    redactor = Redactor([Secret("\n".join(lines))])
    shown = redactor.text("\n".join(f"[{number}] {line}" for number, line in enumerate(lines)))
    assert shown == "\n".join(f"[{number}] {MASK}" for number in range(4))


def test_short_values_are_counted_and_not_searched() -> None:
    redactor = Redactor([Secret("abc"), Secret(""), Secret("12345"), Secret("123456")])
    assert redactor.too_short == 2
    assert redactor.text("abc 12345 123456") == f"abc 12345 {MASK}"


def test_another_stream_begins_with_nothing_held() -> None:
    redactor = Redactor([Secret("hunter2")])
    redactor.feed(b"hunt")
    other = redactor.again()
    assert other.feed(b"er2") + other.flush() == b"er2"
    assert redactor.feed(b"er2") + redactor.flush() == MASK.encode()


def test_half_a_surrogate_is_no_stumbling_block() -> None:
    redactor = Redactor([Secret("hun\udcfcter2")])
    assert redactor.text("a hun\udcfcter2 b\udcff") == f"a {MASK} b\udcff"


def test_without_secrets_all_passes() -> None:
    redactor = Redactor([])
    assert redactor.feed(b"x") + redactor.flush() == b"x"
    assert redactor.text("x") == "x"


def test_two_hundred_secrets_cost_hardly_more_than_one() -> None:
    """A log of 50,000 lines a second has to come through: the search must not grow with the secrets."""
    line = b'[2026-11-25 14:06:59] main.INFO: request 8f3a9c took 12 ms of 300 {"area":"frontend"}\n'
    data = line * 4000

    def took(count: int) -> float:
        secrets = [Secret(hashlib.sha512(f"{number}".encode()).hexdigest()[:40]) for number in range(count)]
        built = Redactor(secrets)
        return min(_time(built.again(), data) for _ in range(5))

    assert took(200) < 6 * took(1)


def _time(redactor: Redactor, data: bytes) -> float:
    began = time.process_time()
    shown = b"".join(redactor.feed(data[at : at + 4096]) for at in range(0, len(data), 4096)) + redactor.flush()
    assert shown == data
    return time.process_time() - began
