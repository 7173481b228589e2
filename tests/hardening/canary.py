"""Canary secrets: values that are found again wherever they went, in any form in which they are likely to be written.

The forms are made here and not by the product's own redactor, which would share its mistakes.
"""

import base64
import json
import os
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote, quote_plus


def forms(value: str) -> set[bytes]:
    """Return how a value may be written: raw, base64 at any offset, URL, JSON, PHP; and each of its lines."""
    found: set[bytes] = set()
    for text in {value, *value.splitlines()}:
        raw = text.encode()
        in_json = json.dumps(text)[1:-1]
        php = text.replace("\\", "\\\\").replace("'", "\\'")
        found |= {raw, quote(text, safe="").encode(), quote_plus(text).encode(), in_json.encode(), php.encode()}
        found |= {json.dumps(text, ensure_ascii=False)[1:-1].encode(), in_json.replace("/", "\\/").encode()}
        found.add(json.dumps(in_json)[1:-1].encode())
        for lead in range(3):
            encoded = base64.b64encode(bytes(lead) + raw)
            found.add(encoded[4 if lead else 0 : -4])  # the ends share their bits with what stands beside
    return {form for form in found if len(form) >= 8}


def encodings(value: str) -> list[bytes]:
    """Return the whole value as programs print it: raw, base64 alone and within more, URL, JSON, PHP."""
    raw = value.encode()
    around = ((b"", b""), (b"anna:", b""), (b"ab", b"\0\0"), (b"a", b"z"))
    return [
        raw,
        *(base64.b64encode(before + raw + after) for before, after in around),
        quote(value, safe="").encode(),
        quote_plus(value).encode(),
        json.dumps({"a": value}).encode(),
        json.dumps(value, ensure_ascii=False).encode(),
        b"'" + value.replace("\\", "\\\\").replace("'", "\\'").encode() + b"'",
        *(line.encode() for line in value.splitlines()),
    ]


class Needles:
    """Looks for canaries by name."""

    def __init__(self, canaries: dict[str, str]) -> None:
        self._forms = [(name, form) for name, value in canaries.items() for form in sorted(forms(value))]

    def found_in(self, data: bytes) -> set[str]:
        """Return the names of the canaries in the data."""
        return {name for name, form in self._forms if form in data}


def search(top: Path, needles: Needles, planted: Iterable[str] = ()) -> list[str]:
    """Return `name: path` for each file below a directory that holds a canary; planted: patterns of where it may."""
    patterns = tuple(planted)
    found = []
    for place, _, names in os.walk(top):
        for name in names:
            path = Path(place, name)
            known = str(path.relative_to(top))
            if (
                path.is_symlink()
                or not path.is_file()
                or any(fnmatchcase(known, pattern) for pattern in patterns)
            ):
                continue
            found += [f"{canary}: {known}" for canary in needles.found_in(known.encode() + path.read_bytes())]
    return sorted(found)


@dataclass
class Sampler:
    """Reads argument lists and environments of all processes, twenty times a second, from `with` to its end."""

    needles: Needles
    inherited: frozenset[str] = frozenset()
    """Canaries that may be in the environment of processes that run on no host: it is the operator's own."""
    host_mark: bytes = b""
    """What stands in the environment of whatever runs on a host."""
    hits: set[str] = field(default_factory=set)
    samples: int = 0
    processes: int = 0
    _last: dict[str, bytes] = field(default_factory=dict)
    _stop: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        return self

    def __exit__(self, *_: Any) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.is_set():
            began = time.monotonic()
            for name in os.listdir("/proc"):  # noqa: PTH208 - this runs twenty times a second
                if name.isdigit() and int(name) != os.getpid():
                    self._look(name)
            self.samples += 1
            self._stop.wait(max(0.0, 0.05 - (time.monotonic() - began)))

    def _look(self, process: str) -> None:
        try:
            command = Path("/proc", process, "cmdline").read_bytes()
            if not command or self._last.get(process) == command:
                return
            environment = Path("/proc", process, "environ").read_bytes()
        except OSError:  # it has ended, or is another user's
            return
        self._last[process] = command
        self.processes += 1
        told = command.replace(b"\0", b" ").decode("utf-8", "replace")[:200]
        here = frozenset() if self.host_mark in environment else self.inherited
        self.hits |= {f"{name}: arguments of {told}" for name in self.needles.found_in(command)}
        self.hits |= {f"{name}: environment of {told}" for name in self.needles.found_in(environment) - here}
