"""What is shown of hostile, redrawn and tabbed lines, and how bad lines are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.logs.line_text import shown
from core.logs.severity import Severity, severity


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"\x1b]0;owned\x07title", "title"),
        (b"\x1b]52;c;aGk=\x1b\\clipboard", "clipboard"),
        (b"\x1b[2Jcleared \x1b[31mred\x1b[0m", "cleared red"),
        ("\u009b31mC1".encode(), "C1"),
        (b"raw \x9b31m", "raw \ufffd31m"),
        (b"bell\x07", "bell"),
        (b"\xff\xfe\xc3", "\ufffd\ufffd\ufffd"),
        ("rtl \u202eevil".encode(), "rtl evil"),
        (b" 10%\r 50%\r100%\r", "100%"),
        (b"crlf\r", "crlf"),
        (b"done\r        \r", "done"),
        (b"a\tb", "a       b"),
        ("日本 e\u0301".encode(), "日本 e\u0301"),
    ],
)
def test_shown(raw: bytes, text: str) -> None:
    assert shown(raw) == text


@given(st.lists(st.binary(max_size=30).map(lambda data: data.replace(b"\n", b"")), min_size=1, max_size=10))
def test_a_block_is_shown_line_by_line(lines: list[bytes]) -> None:
    assert shown(b"\n".join(lines)).split("\n") == [shown(line) for line in lines]


def test_a_character_that_is_cut_is_left_out() -> None:
    assert shown("aé".encode()[:2], cut=True) == "a"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Error happened during deploy process: no theme", Severity.ERROR),
        ("SQLSTATE[HY000] [2002] Connection refused", Severity.ERROR),
        ("PHP Fatal error:  Allowed memory size exhausted", Severity.ERROR),
        ("  [InvalidArgumentException]", Severity.ERROR),
        ("npm ERR! code ELIFECYCLE", Severity.ERROR),
        ("fatal: not a git repository", Severity.ERROR),
        ("main.CRITICAL: Broken reference", Severity.ERROR),
        ("PHP Warning:  Undefined array key", Severity.WARNING),
        ("npm WARN deprecated har-validator@5.1.5", Severity.WARNING),
        ("Package a/b is abandoned, you should avoid using it.", Severity.WARNING),
        ("Found 0 errors", Severity.PLAIN),
        ("No errors, all good", Severity.PLAIN),
        ("  - Installing symfony/error-handler (v5.4)", Severity.PLAIN),
        ("vendor/magento/framework/Exception.php", Severity.PLAIN),
        ("frontend/Magento/luma/en_US 100% 2.1 MB", Severity.PLAIN),
        ("errors: 0", Severity.PLAIN),
    ],
)
def test_severity(line: str, expected: Severity) -> None:
    assert severity(line) is expected
