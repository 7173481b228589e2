"""Files that can't be read, aren't text, or aren't TOML: each has its own code."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.environments.load import load
from core.environments.mistake import EnvironmentsError
from core.errors import Exit
from tests.environments.conftest import GOOD, Write


def _code(path: Path) -> str:
    with pytest.raises(EnvironmentsError) as caught:
        load(path)
    assert caught.value.exit_code is Exit.USAGE
    assert str(path) in str(caught.value)
    return caught.value.code


def test_missing(tmp_path: Path) -> None:
    assert _code(tmp_path / "no.toml") == "environments-missing"


def test_missing_below_a_file(write: Write) -> None:
    assert _code(write(GOOD) / "environments.toml") == "environments-missing"


def test_a_link_to_nothing(tmp_path: Path) -> None:
    link = tmp_path / "link.toml"
    link.symlink_to(tmp_path / "gone")
    assert _code(link) == "environments-missing"


def test_a_link_to_itself(tmp_path: Path) -> None:
    link = tmp_path / "link.toml"
    link.symlink_to(link)
    assert _code(link) == "environments-unreadable"


def test_a_directory(tmp_path: Path) -> None:
    assert _code(tmp_path) == "environments-is-a-directory"


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    assert _code(pipe) == "environments-not-a-file"


@pytest.fixture
def nobody() -> Iterator[None]:
    """Be a user who is not root while the test runs: root may read everything."""
    if os.geteuid() == 0:
        os.seteuid(65534)
        yield
        os.seteuid(0)
    else:
        yield


def test_unreadable(nobody: None) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "environments.toml"
        path.write_text(GOOD)
        path.chmod(0)
        assert _code(path) == "environments-unreadable"


def test_too_large(write: Write) -> None:
    assert _code(write(GOOD + "#" * 1_000_000)) == "environments-too-large"


def test_the_largest_that_is_read(write: Write) -> None:
    text = GOOD + "#" * (1_000_000 - len(GOOD))
    assert load(write(text)).name == "Acme Store"


@pytest.mark.parametrize("bom", [b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"])
def test_a_byte_order_mark(bom: bytes, tmp_path: Path) -> None:
    path = tmp_path / "environments.toml"
    path.write_bytes(bom + GOOD.encode())
    assert _code(path) == "environments-bom"


def test_not_utf_8(tmp_path: Path) -> None:
    path = tmp_path / "environments.toml"
    path.write_bytes(b"# one\n# K\xf6ln\n" + GOOD.encode())
    with pytest.raises(EnvironmentsError) as caught:
        load(path)
    (mistake,) = caught.value.mistakes
    assert (mistake.code, mistake.line, mistake.column) == ("environments-not-utf-8", 2, 4)
    assert "0xf6" in mistake.found


@pytest.mark.parametrize(
    ("broken", "line"),
    [
        ('a = "x', 1),
        ("[project\n", 1),
        ("a = 1\na = 2\n", 2),
        ("[a]\n[a]\n", 2),
        ("# x\n\nname: x\n", 3),
        ("a = 022\n", 1),
        ("a = 2020-13-45\n", 1),
        ("a = \x00\n", 1),
        ("a = [\n1,\n", 3),
        ("[a]\nweb/unsecure/base_url = 1\n", 2),
    ],
)
def test_broken_toml(broken: str, line: int, write: Write) -> None:
    path = write(broken)
    with pytest.raises(EnvironmentsError) as caught:
        load(path)
    (mistake,) = caught.value.mistakes
    assert (mistake.code, mistake.line) == ("environments-syntax", line)
    assert f"{path}:{line}: " in str(caught.value)


def test_a_key_with_a_slash_has_its_own_hint(write: Write) -> None:
    with pytest.raises(EnvironmentsError, match="stands in quotes"):
        load(write("[a]\nweb/unsecure/base_url = 1\n"))


@pytest.mark.parametrize("text", ["a = " + "[" * 20_000, "a = " + "9" * 10_000])
def test_what_is_too_much_for_the_parser(text: str, write: Write) -> None:
    assert _code(write(text)) == "environments-syntax"


def test_a_syntax_error_shows_no_value(write: Write) -> None:
    with pytest.raises(EnvironmentsError) as caught:
        load(write('"crypt/key" = "hunter2hunter2\n'))
    assert "hunter2" not in str(caught.value)
