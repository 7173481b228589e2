"""Nothing that a terminal acts on, or that misleads who reads, passes `clean`."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.text import clean, one_line, width

# The pieces that escape sequences are made of, so that random texts hold whole, nested and cut-off ones.
_PIECES = st.sampled_from(
    [
        "\x1b", "\x1b[", "\x1b]", "\x1bP", "\x1bX", "\x1b^", "\x1b_", "\x1b\\", "\x9b", "\x9d", "\x90", "\x98",
        "\x9e", "\x9f", "\x9c", "\x07", "0;", "52;c;", "31", "m", "2J", "?25l", "8;;https://x", "a", " ", "\n",
        "\r", "\r\n", "\t", "\x00", "\x7f", "\x85", "\u202e", "\u2066", "\u200b", "\ufeff", "\ud89b", "\udc9b",
        "\U000e0041", "é", "日", "🙂",
    ]
)  # fmt: skip
_TEXTS = st.one_of(st.lists(_PIECES, max_size=12).map("".join), st.text(max_size=60))


def _acts(character: str) -> bool:
    """Tell, by Unicode's own categories, whether a character is more than something to be shown."""
    return unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp") and character not in "\n\t"


# Signs that are shown, although Unicode calls them format characters: Arabic and Kaithi number marks,
# Egyptian hieroglyph joiners.
_SHOWN = {chr(code) for code in (*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD)}
_SHOWN |= {chr(code) for code in range(0x13430, 0x13440)}


@settings(max_examples=500, deadline=None, database=None)
@given(_TEXTS)
def test_nothing_that_acts_is_left(text: str) -> None:
    shown = clean(text)
    assert not [character for character in shown if _acts(character) and character not in _SHOWN]
    shown.encode()
    assert clean(shown) == shown


@settings(max_examples=300, deadline=None, database=None)
@given(st.binary(max_size=80))
def test_bytes_of_any_kind(data: bytes) -> None:
    shown = clean(data)
    assert not [character for character in shown if _acts(character) and character not in _SHOWN]
    assert clean(shown) == shown


def test_every_character_by_itself() -> None:
    passed = [chr(code) for code in range(0x110000) if _acts(chr(code)) and clean(chr(code)) == chr(code)]
    assert set(passed) <= _SHOWN


@settings(max_examples=300, deadline=None, database=None)
@given(st.text(st.characters(categories=["L", "M", "N", "P", "S"]) | st.sampled_from(" \t\n"), max_size=60))
def test_what_only_shows_is_kept(text: str) -> None:
    kept = "".join(character for character in text if not "\U000e0000" <= character <= "\U000e01ef")
    assert clean(text) == kept


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b[38;2;1;2;3mx", "x"),
        ("\x9b31mred", "red"),
        ("a\x1b[2J\x1b[Hb", "ab"),
        ("\x1b]0;title\x07text", "text"),
        ("\x1b]0;title\x1b\\text", "text"),
        ("\x9d0;title\x9ctext", "text"),
        ("\x1b]52;c;aGVsbG8=\x07text", "text"),
        ("\x1b]8;;https://x\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1bPq#0\x1b\\text", "text"),
        ("\x1b_apc\x1b\\\x1b^pm\x1b\\\x1bXsos\x1b\\text", "text"),
        ("text\x1b]0;cut off", "text"),
        ("text\x1b[3", "text"),
        ("text\x1b", "text"),
        ("\x1b]0;never closed\nthe next line", "\nthe next line"),
        ("\x1b[31mred, then a stray \x1b\\ end", "red, then a stray  end"),
        ("\x1b\x1b[31m[31mx", "[31mx"),
        ("\x1b(Btext\x1b7\x1b=", "text"),
        ("10%\r20%\r\ndone", "10%\n20%\ndone"),
        ("abc\u202edcba\u202c", "abcdcba"),
        ("a\u200bb\ufeffc\u00add", "abcd"),
        ("\udc9b31m", "\ufffd31m"),
        (b"K\xf6ln", "K\ufffdln"),
        (b"\x9b31m", "\ufffd31m"),
    ],
)
def test_sequences(text: str | bytes, shown: str) -> None:
    assert clean(text) == shown


def test_long_hostile_text_takes_no_long() -> None:
    for piece in ("\x1b]", "\x9d", "\x1b[", "\x1bP;", "\x1b", "\x1b[1"):
        assert "\x1b" not in clean(piece * 200_000)


def test_one_line() -> None:
    assert one_line("  a\n\tb\x1b[31m c\u2028d ") == "a b cd"
    assert one_line("x" * 300, 10) == "xxxxxxxxx…"
    assert one_line("x" * 10, 10) == "x" * 10


@pytest.mark.parametrize(
    ("text", "cells"), [("abc", 3), ("日本", 4), ("é", 1), ("e\u0301", 1), ("", 0), ("ก็", 1)]
)
def test_width(text: str, cells: int) -> None:
    assert width(text) == cells
