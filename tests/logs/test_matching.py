"""A block is searched as its lines would be, one by one; a search can be stopped, whatever it is at."""

import asyncio
import re
import tempfile
import time
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.logs import search as searching
from core.logs.file import LogFile
from core.logs.matching import compiled, hints_of, loose_of, matching, spans
from core.logs.search import Search
from core.logs.search_process import owned
from core.logs.severity import _ERROR_WORDS, ERROR, ERROR_HINTS

PATTERNS = (
    "b", "a.c", "^a", "c$", "^$", r"\s", r"[^a]b", r"[^b]+c", r"a\s*b", r"\bb\b", "a|c", "x*", r"\Aa", r"b\Z",
    r"a(?!b)", r"(?<=a)b", "(?i)B", "(a)(b)?c", r"a*+b", "(a|b)\\1",
    "abc", "ab+c", "aab?c", "ab*ca", "b.?ab", r"ab\sc", "ab??c", "Ab", "bc$", r"a\b cb",
)  # fmt: skip


@given(st.sampled_from(PATTERNS), st.text("abc \n", max_size=60))
@example(r"[^a]b", "a\nb\ncb")
@settings(deadline=None)
def test_as_if_each_line_stood_alone(pattern: str, text: str) -> None:
    exact = re.compile(pattern, re.MULTILINE)
    loose = loose_of(pattern)
    found = list(matching(text, exact, None if loose is None else exact, hints_of(pattern)))
    assert found == [number for number, line in enumerate(text.split("\n")) if exact.search(line)]


@given(
    st.lists(st.sampled_from(["an error", "0 errors", "Exception", "é failed", "NPM ERR! x", "aException b"]))
)
def test_the_hints_of_errors_lose_none(lines: list[str]) -> None:
    text = "\n".join(lines)
    exact = compiled(ERROR)
    assert list(matching(text, exact, None, ERROR_HINTS)) == list(matching(text, exact, None))


def test_each_word_of_an_error_has_a_hint() -> None:
    for word in _ERROR_WORDS:
        assert any(hint in word for hint in ERROR_HINTS), word


@pytest.mark.parametrize(
    ("pattern", "hints"),
    [
        ("no route", ("no route",)), (r"nee+dle.*\d of", ("nee",)), ("Fatal error?:", ("fatal erro",)),
        ("a.c", ()), ("é", ()), ("abc|def", ()), ("(abc)?d", ()), ("[abc]+", ()), (r"\d+", ()),
    ],
)  # fmt: skip
def test_hints_of_a_word(pattern: str, hints: tuple[str, ...]) -> None:
    assert hints_of(pattern) == hints


def test_spans_leave_out_what_is_empty() -> None:
    assert spans("abcab", compiled("ab|")) == [(0, 2), (3, 5)]


@given(st.binary(max_size=60).map(lambda data: data.replace(b"a", b"\n")), st.integers(1, 20))
@settings(deadline=None)
def test_blocks_share_the_lines_out(data: bytes, size: int) -> None:
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.flush()
        got = [owned(file.fileno(), at, min(at + size, len(data)))[0] for at in range(0, len(data), size)]
        assert b"".join(got) == data
        assert all(piece.endswith(b"\n") for piece in [piece for piece in got if piece][:-1])


def _log(path: Path, data: bytes) -> LogFile:
    path.write_bytes(data)
    log = LogFile(path)
    log.read_all()
    return log


async def _until(search: Search, done: object) -> None:
    async with asyncio.timeout(60):
        while not (done() if callable(done) else done):
            assert not search.error, search.error
            await asyncio.sleep(0.01)


async def test_finds_all_lines_from_any_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "BLOCK", 1 << 14)
    lines = [b"line %d %s" % (number, b"x" * (number % 97)) for number in range(20_000)]
    lines[777] = b"y" * 400_000 + b" needle"
    data = b"\n".join(lines) + b"\n"
    log = _log(tmp_path / "a.log", data)
    for near in (0, len(data) // 2, len(data)):
        search = Search([log], r"\b\d*77\b|needle", [near])
        running = asyncio.create_task(search.run())
        await _until(search, lambda search=search: not search.busy)
        expected = [n for n, line in enumerate(lines) if re.search(rb"\b\d*77\b|needle", line)]
        first = search.fresh[0][1][0]
        assert sorted(line for _, found in search.fresh for line in found) == expected
        assert search.progress == 1.0
        if near < len(data):
            assert log.start(first) >= near - (1 << 18)
        search.stop()
        await running
    log.close()


async def test_goes_on_with_what_the_log_grows_by(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    log = _log(path, b"one\nneed")
    search = Search([log], "needle|one", [0])
    running = asyncio.create_task(search.run())
    await _until(search, lambda: not search.busy)
    with path.open("ab") as file:
        file.write(b"le\nmore\none\n")
    log.read_all()
    search.grow()
    await _until(search, lambda: not search.busy)
    assert [line for _, found in search.fresh for line in found] == [0, 1, 3]
    search.stop()
    await running
    log.close()


async def test_a_catastrophic_pattern_is_stopped_at_once(tmp_path: Path) -> None:
    log = _log(tmp_path / "a.log", b"a" * 60 + b"!\n")
    search = Search([log], "(a+)+$", [0])
    running = asyncio.create_task(search.run())
    await _until(search, lambda: search._open)
    await asyncio.sleep(0.2)
    assert search.busy
    began = time.monotonic()
    search.stop()
    await running
    assert not search.busy
    assert time.monotonic() - began < 5
    log.close()


async def test_what_is_no_pattern_is_said(tmp_path: Path) -> None:
    log = _log(tmp_path / "a.log", b"a\n")
    search = Search([log], "a(", [0])
    await search.run()
    assert "missing )" in search.error
    log.close()


async def test_says_where_a_line_matches(tmp_path: Path) -> None:
    log = _log(tmp_path / "a.log", b"a\n")
    search = Search([log], "b+", [0])
    running = asyncio.create_task(search.run())
    await _until(search, lambda: not search.busy)
    search.ask(5, "abba b")
    await _until(search, lambda: search.spans[5])
    assert search.spans[5] == [(1, 3), (5, 6)]
    search.stop()
    await running
    log.close()
