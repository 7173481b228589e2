"""Reads what `php/mageconsole-ask.php` prints: one JSON line for each request."""

import msgspec


class Answer(msgspec.Struct, frozen=True):
    """One request to a web host, and what came back."""

    at: float
    """Unix time at which it was sent, by the host's clock."""
    status: int
    """0: no answer."""
    ms: float
    version: str = ""
    """The static version that the page names, empty when it names none."""
    error: str = ""
    client: str = ""
    """The address that the request came from, as the web server saw it."""


_DECODER = msgspec.json.Decoder(Answer)


def answers(output: bytes) -> list[Answer]:
    """Return the answers in the output; noise of start-up files and a torn last line are skipped."""
    found = []
    for line in output.split(b"\n"):
        if line.startswith(b"{"):
            try:
                found.append(_DECODER.decode(line))
            except msgspec.DecodeError:
                continue
    return found
