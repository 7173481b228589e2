"""How bad a line is: one table of the words that Magento, composer, PHP, npm, git and the shell use."""

import enum
import re
from typing import Final


class Severity(enum.Enum):
    """What a line says about itself."""

    ERROR = "E"
    WARNING = "W"
    PLAIN = ""


_ERROR_WORDS: Final = (
    r"errors?", r"error happened", r"exception", r"fatal", r"critical", r"emergency", r"alert",
    r"failed", r"failure", r"uncaught", r"sqlstate", r"segmentation fault", r"out of memory", r"killed",
    r"permission denied", r"no such file or directory", r"command not found", r"cannot allocate memory",
    r"no space left on device", r"connection refused", r"could not", r"err!", r"rejected", r"conflict",
    r"aborted", r"denied",
)  # fmt: skip
_WARNING_WORDS: Final = (
    r"warning", r"warn", r"notice", r"deprecated", r"abandoned", r"skipped", r"retrying", r"timed out",
    r"not found", r"vulnerabilit(?:y|ies)",
)  # fmt: skip
# "0 errors", "no errors", "errors: 0", "error_log", "error.php", "--no-error" tell of no error.
_NOT_BEFORE: Final = r"(?<![\w/$.-])(?<!\b0 )(?<!\bno )(?<!\bwithout )"
_NOT_AFTER: Final = r"(?![\w/]|\.\w|-\w|s?\s*[:=]\s*0\b)"


def _any(words: tuple[str, ...]) -> str:
    return "|".join(words)


ERROR_HINTS: Final = (
    "err", "excep", "fatal", "critical", "emergency", "alert", "fail", "uncaught", "sqlstate", "segmentation fault",
    "out of memory", "killed", "denied", "no such file", "command not found", "cannot allocate", "no space",
    "refused", "could not", "reject", "conflict", "abort",
)  # fmt: skip
"""Each line that `ERROR` matches holds one of these, in small letters. Finding these costs a tenth of the pattern."""
_WARNING_HINTS: Final = (
    "warn", "notice", "deprecated", "abandoned", "skipped", "retrying", "timed out", "not found", "vulnerabilit",
)  # fmt: skip
ERROR: Final = (
    rf"(?i:{_NOT_BEFORE}(?:{_any(_ERROR_WORDS)}){_NOT_AFTER})"
    r"|\w(?:Exception|Error)\b(?![./]\w)|\.(?:ERROR|CRITICAL|ALERT|EMERGENCY): |(?i:npm err!)"
)
"""The pattern of a line that tells of an error."""
WARNING: Final = rf"(?i:{_NOT_BEFORE}(?:{_any(_WARNING_WORDS)}){_NOT_AFTER})|\.(?:WARNING|NOTICE): "

_error: Final = re.compile(ERROR)
_warning: Final = re.compile(WARNING)


def severity(text: str) -> Severity:
    """Return how bad a line is, by its first four thousand characters."""
    text = text[:4000]
    small = text.lower()
    if any(hint in small for hint in ERROR_HINTS) and _error.search(text):
        return Severity.ERROR
    if any(hint in small for hint in _WARNING_HINTS) and _warning.search(text):
        return Severity.WARNING
    return Severity.PLAIN
