"""Several scripts in one round trip: joined into one, their answers told apart by a random marker."""

import re
import secrets
from collections.abc import Mapping

import msgspec


class Part(msgspec.Struct, frozen=True):
    """What became of one of the scripts."""

    exit: int
    out: bytes


class Joined(msgspec.Struct, frozen=True):
    """Scripts as one: `script` runs each in a subshell, so that none ends the others."""

    script: str
    marker: str

    def split(self, output: bytes) -> dict[str, Part]:
        """Return the answers by name; one that is missing was never reached."""
        found: dict[str, Part] = {}
        at = 0
        for match in re.finditer(rb"\n" + self.marker.encode() + rb" (\w+) (\d+)\n", output):
            found[match[1].decode()] = Part(int(match[2]), output[at : match.start()])
            at = match.end()
        return found


def join(parts: Mapping[str, str]) -> Joined:
    """Join scripts, by names that are words. What one prints, and how it ends, does not touch the others."""
    marker = secrets.token_hex(12)
    texts = [f"(\n{text}\n)\nprintf '\\n%s {name} %s\\n' {marker} \"$?\"\n" for name, text in parts.items()]
    return Joined("".join(texts), marker)
