"""Guesses at a setting's kind, for modules that declare nothing: by its name, by its value."""

import itertools
import math
import re
from collections import Counter
from typing import Final

from core.environments.leaks import is_secret_name, is_secret_shape
from core.magento.ciphertext import is_ciphertext
from core.magento.php_values import Value
from core.settings.kind import Classification, Evidence, Kind

_SYSTEM_NAME: Final = re.compile(
    r"(^|_)(urls?|uri|host(name)?|server|port|domain|endpoint|ips?|ip_address(es)?|dsn|socket|webhook)\Z"
    r"|^(sandbox(_mode)?|test_?mode|debug(_mode)?|environment|is_live)\Z"
)
# A module that has one value for tests and one for real has them on every system.
_BY_MODE: Final = re.compile(r"(^|_)(production|live|sandbox|test|pilot)(_|\Z)")
_ACCOUNT_NAME: Final = re.compile(
    r"(^|_)(user(name)?|account(_id)?|merchant(_id|_account)?|client_id|app_id|certificate|private)\Z"
)
_CAMEL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_PRIVATE_ADDRESS: Final = re.compile(
    r"(?:[a-z+]+://)?(?:localhost|127\.\d+\.\d+\.\d+|10\.\d+\.\d+\.\d+|192\.168\.\d+\.\d+"
    r"|172\.(?:1[6-9]|2\d|3[01])\.\d+\.\d+|[\w.-]+\.(?:local|internal|test|lan))(?::\d+)?(?:/\S*)?\Z",
    re.IGNORECASE,
)
_FILE: Final = re.compile(r"/(?:srv|var|home|opt|usr|etc|mnt|data|tmp|run)/[\w./-]+\Z")
_TOKEN: Final = re.compile(r"[A-Za-z0-9+/_=-]{24,512}\Z")
_SHORTEST: Final = 5  # characters of what a value can give away
_SWITCHES: Final = ("", "0", "1", None, 0, 1, True, False)


def by_name(path: str) -> Classification | None:
    """Guess from the last part of the path; None when it says nothing."""
    name = path.rpartition("/")[2]
    parts = _CAMEL.sub("_", name).lower()
    if is_secret_name(path):
        return _guess(Kind.SENSITIVE, f'"{name}" is what secrets are called')
    if _ACCOUNT_NAME.search(parts):
        return _guess(Kind.BOTH, f'"{name}" is what accounts are called')
    if _SYSTEM_NAME.match(parts) or (_SYSTEM_NAME.search(parts) and not _BY_MODE.search(parts)):
        return _guess(Kind.SYSTEM, f'"{name}" is what differs between systems')
    return None


def by_value(value: Value) -> Classification | None:
    """Guess from a value; None when it says nothing. What is told never holds the value."""
    if not isinstance(value, str) or len(value) < _SHORTEST or value.isdecimal():
        return None
    if is_ciphertext(value):
        return _guess(Kind.SENSITIVE, "its value is encrypted by Magento")
    if is_secret_shape(value):
        return _guess(Kind.SENSITIVE, "its value has the form of a key or token")
    if _is_random(value):
        return _guess(Kind.SENSITIVE, "its value looks like a random token")
    if _PRIVATE_ADDRESS.match(value):
        return _guess(Kind.SYSTEM, "its value is an address within a network")
    if _FILE.match(value):
        return _guess(Kind.SYSTEM, "its value is a path on a host")
    return None


def is_switch(value: Value) -> bool:
    """Tell whether a value is yes, no or nothing, and so no secret whatever its name."""
    return value in _SWITCHES


def _is_random(value: str) -> bool:
    """Tell whether a text is a token: long, of capitals, small letters and digits, and no words in it.

    3.5 bits a character is more than words and hexadecimal colours have, less than random letters.
    """
    if not _TOKEN.match(value):
        return False
    classes = sum(bool(re.search(part, value)) for part in ("[a-z]", "[A-Z]", "[0-9]"))
    hexadecimal = re.fullmatch(r"[0-9a-f]{32,}|[0-9A-F]{32,}", value)
    if not hexadecimal and (classes < 3 or value.count("/") > 2 or len(re.findall("[0-9]", value)) < 3):
        return False
    if sum(one < other for one, other in itertools.pairwise(value)) > 0.9 * (len(value) - 1):
        return False  # an alphabet
    counts = Counter(value).values()
    entropy = -sum(count / len(value) * math.log2(count / len(value)) for count in counts)
    return entropy > (3.0 if hexadecimal else 3.5)


def _guess(kind: Kind, why: str) -> Classification:
    return Classification(kind, Evidence.GUESSED, why)
