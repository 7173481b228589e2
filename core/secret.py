"""The Secret type, and the redactor that keeps secrets out of what is written."""

import base64
import copy
import json
import re
from collections.abc import Iterable
from typing import Final, NoReturn
from urllib.parse import quote, quote_plus

MASK: Final = "••••"
_SHORTEST_SEARCHED: Final = 6


class Secret:
    """A value that does not print, does not compare by accident and does not serialise.

    `reveal` is the only way to the value; each caller hands it straight to where it must go.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the value itself."""
        return self._value

    def __repr__(self) -> str:
        return f"Secret({MASK})"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return repr(self)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash((Secret, self._value))

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Secret is not serialised")


def _forms(value: str) -> set[bytes]:
    """Return the ways in which a value is likely to be written: as it is, and in common encodings."""
    raw = value.encode()
    forms = {raw, quote(value, safe="").encode(), quote_plus(value).encode(), quote(value).encode()}
    forms |= {json.dumps(value)[1:-1].encode(), json.dumps(value, ensure_ascii=False)[1:-1].encode()}
    forms |= {form.replace(b"/", rb"\/") for form in tuple(forms)}
    forms.add(value.replace("\\", "\\\\").replace("'", "\\'").encode())  # PHP's var_export
    forms.add(value.replace("'", "'\\''").encode())  # a shell's single quotes
    forms.add(value.replace("'", "'\"'\"'").encode())  # the same, as shlex writes it
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        for lead in range(3):  # base64 of a text that holds the value at any offset
            encoded = encode(b"\0" * lead + raw)
            start = (0, 2, 3)[lead]
            end = (len(raw) + lead) // 3 * 4
            forms.add(encoded[start:end])
        forms.add(encode(raw).rstrip(b"="))
    return {form for form in forms if len(form) >= _SHORTEST_SEARCHED}


class Redactor:
    """Replaces secrets in a stream of bytes, also where chunks split them.

    Values under 6 characters are not searched for: they would blank out half of a log; `too_short` counts
    them, so that it can be said.
    """

    def __init__(self, secrets: Iterable[Secret]) -> None:
        values = [secret.reveal() for secret in secrets]
        self.too_short = sum(1 for value in values if 0 < len(value) < _SHORTEST_SEARCHED)
        forms = sorted(
            {form for value in values if len(value) >= _SHORTEST_SEARCHED for form in _forms(value)},
            key=len,
            reverse=True,
        )
        self._pattern = re.compile(b"|".join(re.escape(form) for form in forms)) if forms else None
        self._forms = tuple(forms)
        self._starts = {form[:_SHORTEST_SEARCHED] for form in forms}
        self._longest = len(forms[0]) if forms else 0
        self._held = b""

    def again(self) -> "Redactor":
        """Return a redactor of the same secrets for another stream; the search is built once."""
        other = copy.copy(self)
        other._held = b""
        return other

    @property
    def held(self) -> int:
        """How many of the bytes taken are kept back, as they came: they are no part of what was returned."""
        return len(self._held)

    def feed(self, chunk: bytes) -> bytes:
        """Take the next bytes; return those that can be written, keeping back what may begin a secret."""
        if self._pattern is None:
            return chunk
        data, at, out = self._held + chunk, 0, bytearray()
        while True:
            open_end = self._may_begin(data, at)
            match = self._pattern.search(data, at)
            if match is None or match.start() >= open_end:
                break
            out += data[at : match.start()] + MASK.encode()
            at = match.end()
        self._held = data[open_end:]
        return bytes(out + data[at:open_end])

    def _may_begin(self, data: bytes, at: int) -> int:
        """Return where the first secret may begin that ends beyond the data; its end when there is none."""
        for start in range(max(at, len(data) - self._longest + 1), len(data)):
            rest = data[start:]
            if len(rest) >= _SHORTEST_SEARCHED and rest[:_SHORTEST_SEARCHED] not in self._starts:
                continue
            if any(form.startswith(rest) and len(form) > len(rest) for form in self._forms):
                return start
        return len(data)

    def flush(self) -> bytes:
        """Return what was kept back; the stream has ended."""
        held, self._held = self._held, b""
        return held if self._pattern is None else self._pattern.sub(MASK.encode(), held)

    def text(self, text: str) -> str:
        """Return a whole text redacted."""
        if self._pattern is None:
            return text
        return self._pattern.sub(MASK.encode(), text.encode()).decode()
