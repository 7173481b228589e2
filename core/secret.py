"""The Secret type, and the redactor that keeps secrets out of what is written."""

import base64
import copy
import html
import json
import re
from collections.abc import Iterable, Iterator
from typing import Final, NoReturn
from urllib.parse import quote, quote_plus

from core.needles import Needles

MASK: Final = "••••"
_MASK: Final = MASK.encode()
_SHORTEST_SEARCHED: Final = 6
_SHORTEST_LINE: Final = 12


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
    inner_json = json.dumps(value)[1:-1]
    texts = {
        value,
        inner_json,
        json.dumps(value, ensure_ascii=False)[1:-1],
        json.dumps(inner_json)[1:-1],  # JSON within JSON
        value.replace("\\", "\\\\").replace("'", "\\'"),  # PHP's var_export
        re.sub(r"(['\"\\])", r"\\\1", value),  # PHP's addslashes
        value.replace("'", "'\\''"),  # a shell's single quotes
        value.replace("'", "'\"'\"'"),  # the same, as shlex writes it
        html.escape(value),
        html.escape(value).replace("&#x27;", "&#039;"),  # the same, as PHP writes it
    }
    texts |= {text.replace("/", r"\/") for text in tuple(texts)}
    encoded = {text.encode(errors="surrogatepass") for text in texts}
    raw = value.encode(errors="surrogatepass")
    for url in (quote(raw, safe=""), quote_plus(raw), quote(raw)):
        encoded |= {url.encode(), re.sub("%..", lambda code: code[0].lower(), url).encode()}
    return {form for form in encoded | _base64_forms(raw) if len(form) >= _SHORTEST_SEARCHED}


def _base64_forms(raw: bytes) -> set[bytes]:
    """Return the value in base64: alone, and as the part of a longer text at any offset that is its own."""
    forms = set()
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        forms |= {encode(raw), encode(raw).rstrip(b"=")}
        for lead in range(3):
            start = (0, 2, 3)[lead]  # what is before shares its bits with what leads
            end = (lead + len(raw)) * 8 // 6
            forms.add(encode(b"\0" * lead + raw)[start:end])
    return forms | {form.replace(b"/", rb"\/") for form in forms}


def _searched(value: str) -> Iterator[str]:
    """Yield the values to look for: the whole, and the long lines of one that has several (a private key)."""
    if len(value) >= _SHORTEST_SEARCHED:
        yield value
    if "\n" in value:
        yield from (line for line in value.splitlines() if len(line) >= _SHORTEST_LINE)


class Redactor:
    """Replaces secrets in a stream of bytes, also where chunks split them or secrets overlap.

    Values under 6 characters are not searched for: they would blank out half of a log; `too_short` counts
    them, so that it can be said.
    """

    def __init__(self, secrets: Iterable[Secret]) -> None:
        values = [secret.reveal() for secret in secrets]
        self.too_short = sum(1 for value in values if 0 < len(value) < _SHORTEST_SEARCHED)
        searched = {part for value in values for part in _searched(value)}
        forms = {form for value in searched for form in _forms(value)}
        self._needles = Needles(forms, _SHORTEST_SEARCHED) if forms else None
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
        if self._needles is None:
            return chunk
        data = self._held + chunk
        shown, rest = _masked(self._needles, data, self._needles.open_end(data))
        self._held = data[rest:]
        return shown

    def flush(self) -> bytes:
        """Return what was kept back; the stream has ended."""
        held, self._held = self._held, b""
        return held if self._needles is None else _masked(self._needles, held, len(held))[0]

    def text(self, text: str) -> str:
        """Return a whole text redacted. What `feed` keeps back is not touched."""
        if self._needles is None:
            return text
        data = text.encode(errors="surrogatepass")
        return _masked(self._needles, data, len(data))[0].decode(errors="surrogatepass")


def _masked(needles: Needles, data: bytes, limit: int) -> tuple[bytes, int]:
    """Return `data` with one mask for each run of secrets, and where what can't be decided yet begins.

    That is `limit`, or the beginning of the run that is open there: secrets may overlap.
    """
    written: list[bytes] = []
    done = 0
    for begin, end in needles.spans(data):
        if begin >= limit:
            break
        written.append(data[done:begin])
        if end > limit:
            return b"".join(written), begin
        written.append(_MASK)
        done = end
    return b"".join([*written, data[done:limit]]), limit
