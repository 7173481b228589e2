"""Values that Magento has encrypted with an installation's own key."""

import re
from typing import Final

# `<number of the key>:<cipher>:<base64>`; cipher 3 is sodium's ChaCha20-Poly1305, 0 to 2 are mcrypt's, whose
# last one has an initialisation vector before the text (`0:2:<vector>:<base64>`).
_CIPHERTEXT: Final = re.compile(r"(\d{1,3}):([0-3]):(?:[^:]{1,64}:)?[A-Za-z0-9+/]{16,}={0,2}\Z", re.ASCII)


def is_ciphertext(value: object) -> bool:
    """Tell whether a value is one that Magento encrypted; the same text is another ciphertext each time."""
    return isinstance(value, str) and _CIPHERTEXT.match(value) is not None


def key_number(value: str) -> int | None:
    """Return which of the lines of `crypt/key` a value was encrypted with, from 0; None for plain text."""
    found = _CIPHERTEXT.match(value)
    return int(found[1]) if found else None
