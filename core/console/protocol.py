"""What the screen and the looking process say to each other: JSON in frames, none of which takes long to read.

A frame is four bytes of length and a JSON document. An answer that is large comes in several: pieces of its
long lists first, then the rest with the lists' places empty, so that no single frame holds up a screen.
"""

import asyncio
import struct
from collections.abc import Iterator
from typing import Any, Final

import msgspec

from core.console.answers import Planned
from core.console.sanitised import sanitised
from core.console.snapshot import EnvironmentSnapshot, Gap
from core.jobs.events import Failure

PIECE: Final = 32 << 10
"""Bytes of JSON after which a list is cut; decoding that many takes well under a millisecond."""
OWN_MISTAKE: Final = "own-mistake"
"""The code of what is nobody's fault but ours; its details are in the process's log."""
_LARGEST: Final = 64 << 20
_LENGTH: Final = struct.Struct(">I")


class Request(msgspec.Struct, frozen=True, kw_only=True, tag="request"):
    """What the screen asks for."""

    id: int
    what: str
    arguments: dict[str, Any] = {}


class Cancelled(msgspec.Struct, frozen=True, kw_only=True, tag="cancelled"):
    """The screen does not wait for an answer any more."""

    id: int


class Piece(msgspec.Struct, frozen=True, kw_only=True, tag="piece"):
    """Some items of a list of an answer that is to come."""

    id: int
    path: tuple[str | int, ...]
    items: list[Any]


class Answer(msgspec.Struct, frozen=True, kw_only=True, tag="answer"):
    """The end of a request: its value, or why there is none."""

    id: int
    value: Any = None
    failure: Failure | None = None


class Push(msgspec.Struct, frozen=True, kw_only=True, tag="push"):
    """News that nobody asked for. One of the three is there."""

    environment: EnvironmentSnapshot | None = None
    """Looked at again; the whole of it, merged with what was known."""
    gap: Gap | None = None
    """What stands between two neighbours, computed anew."""
    failure: Failure | None = None
    """The looking process itself is gone, or can't work; the next request starts it again."""


ToProcess = Request | Cancelled
ToScreen = Answer | Piece | Push

to_process: msgspec.json.Decoder[ToProcess] = msgspec.json.Decoder(ToProcess)
to_screen: msgspec.json.Decoder[ToScreen] = msgspec.json.Decoder(ToScreen)


def framed(message: msgspec.Struct) -> bytes:
    """Return a message as a frame."""
    body = msgspec.json.encode(message)
    return _LENGTH.pack(len(body)) + body


async def read_frame(reader: asyncio.StreamReader) -> bytes | None:
    """Return the next frame's document, None at the end of the stream. Yields to the loop after each."""
    try:
        (length,) = _LENGTH.unpack(await reader.readexactly(_LENGTH.size))
        if length > _LARGEST:
            return None
        body = await reader.readexactly(length)
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    await asyncio.sleep(0)
    return body


def pieces(request: int, value: Any) -> Iterator[Piece | Answer]:
    """Return the messages that carry an answer; `value` holds structs or plain JSON values.

    All text in it is sanitised, but for what a plan's digest covers: that has to arrive as it was planned, and
    is sanitised by who shows it, as a job's events are.
    """
    plain = msgspec.json.decode(msgspec.json.encode(value))
    if isinstance(value, Planned):
        plain["plan"]["forecast"] = sanitised(plain["plan"]["forecast"])
    else:
        plain = sanitised(plain)
    found: list[Piece] = []
    whole = {"value": plain}
    _cut(request, whole, (), found)
    yield from found
    yield Answer(id=request, value=whole["value"])


def _cut(request: int, container: Any, path: tuple[str | int, ...], found: list[Piece]) -> int:
    """Take long lists out of a container; return about how many bytes of JSON are left in it."""
    total = 2
    entries = list(container.items()) if isinstance(container, dict) else list(enumerate(container))
    for key, item in entries:
        size = _size(item)
        if isinstance(item, dict | list):
            here = (*path, key)
            size = _cut(request, item, here, found)
            if isinstance(item, list) and size > PIECE:
                found += _piecewise(request, here[1:], item)
                container[key], size = [], 2
        total += size
    return total


def _piecewise(request: int, path: tuple[str | int, ...], items: Any) -> Iterator[Piece]:
    some: list[Any] = []
    size = 0
    for item in items:
        size += len(msgspec.json.encode(item))
        some.append(item)
        if size > PIECE:
            yield Piece(id=request, path=path, items=some)
            some, size = [], 0
    if some:
        yield Piece(id=request, path=path, items=some)


def _size(item: Any) -> int:
    return len(item) + 8 if isinstance(item, str) else 8


def put_together(value: Any, found: list[Piece]) -> Any:
    """Return the answer's value with the pieces in their places."""
    whole = {"value": value}
    # Outer lists first: the places of inner ones are in their items.
    for piece in sorted(found, key=lambda piece: len(piece.path)):
        place: Any = whole
        for key in ("value", *piece.path):
            place = place[key]
        place.extend(piece.items)
    return whole["value"]
