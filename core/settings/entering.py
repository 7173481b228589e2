"""What a person may type for a setting: the kind of input that fits it, and what is wrong with a text. Pure."""

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

_NUMBER: Final = re.compile(r"-?\d+(\.\d+)?\Z", re.ASCII)
_NUMBERS: Final = ("validate-number", "validate-digits", "validate-zero-or-greater", "validate-greater-than-zero",
                   "integer", "validate-not-negative-number")  # fmt: skip
_NOT_NEGATIVE: Final = ("validate-digits", "validate-zero-or-greater", "validate-not-negative-number")


class InputKind(StrEnum):
    """How a value is typed."""

    YES_NO = "yes or no"
    CHOICE = "choice"
    CHOICES = "choices"
    """Several of them; Magento keeps them with commas between."""
    NUMBER = "number"
    URL = "URL"
    TEXT = "text"
    LINES = "lines"
    SECRET = "secret"


def input_kind(
    path: str, value: str, *, type: str = "", yes_no: bool = False, options: Sequence[object] = (),
    validate: str = "", sensitive: bool = False,
) -> InputKind:  # fmt: skip
    """Return how a setting is typed, by what the Admin knows of its field, else by its path and value."""
    if sensitive:
        return InputKind.SECRET
    if yes_no:
        return InputKind.YES_NO
    if options:
        return InputKind.CHOICES if type == "multiselect" else InputKind.CHOICE
    if any(rule in _NUMBERS for rule in validate.split()):
        return InputKind.NUMBER
    if type == "textarea" or "\n" in value:
        return InputKind.LINES
    if path.endswith("url") or "validate-url" in validate.split():
        return InputKind.URL
    return InputKind.TEXT


def mistake(kind: InputKind, text: str, *, path: str = "", validate: str = "") -> str:
    """Return what is wrong with a text in a sentence; empty when nothing is."""
    if "required-entry" in validate.split() and not text.strip():
        return "It may not be empty."
    match kind:
        case InputKind.SECRET:
            return "" if text else "An empty value is no secret."
        case InputKind.YES_NO:
            return "" if text in ("0", "1") else "It takes yes (1) or no (0)."
        case InputKind.NUMBER:
            return _wrong_number(text, validate)
        case InputKind.URL:
            return _wrong_url(text, path)
        case _:
            return ""


def _wrong_number(text: str, validate: str) -> str:
    rules = validate.split()
    if not text:
        return ""
    if not _NUMBER.match(text):
        return "It takes a number, like 25 or 0.5."
    number = float(text)
    if "validate-greater-than-zero" in rules and number <= 0:
        return "It takes a number above 0."
    if number < 0 and any(rule in rules for rule in _NOT_NEGATIVE):
        return "It takes no number below 0."
    return "It takes a whole number." if "validate-digits" in rules and "." in text else ""


def _wrong_url(text: str, path: str) -> str:
    if not text or text.startswith("{{"):
        return ""
    try:
        parts = urlsplit(text)
        whole = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        whole = False
    if not whole or any(letter.isspace() for letter in text):
        return "It takes a URL, like https://shop.example.com/"
    if path.endswith("base_url") and not text.endswith("/"):
        return "Magento wants a / at the end of a base URL."
    return ""
