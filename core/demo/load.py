"""Customers: clients that ask pages all the time, and remember each answer."""

import http.client
import random
import sys
import threading
import time
from collections import Counter
from collections.abc import Sequence
from typing import Final, NamedTuple, Self
from urllib.parse import urlsplit

_ELSEWHERE: Final = ("127.0.0.7", 0) if sys.platform == "linux" else None
"""Where customers come from: not the address that a host asks itself from, which maintenance may let through."""
_PATIENCE: Final = 10.0


class Seen(NamedTuple):
    """One answer."""

    at: float
    """Unix time at which it was there."""
    status: int
    """0: no answer at all."""
    release: str
    """What the page says that it came from."""


class Customers:
    """Clients on threads of their own.

    urls: whole addresses, asked in turn; clients: how many; rate: requests a second by all of them together.
    Each request has a connection of its own: one that idled away would count as a failure that no customer saw.
    """

    def __init__(self, urls: Sequence[str], clients: int = 4, rate: float = 40.0) -> None:
        self.seen: list[Seen] = []
        self._urls = list(urls)
        self._interval = clients / rate
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._visit, args=(number,), daemon=True) for number in range(clients)
        ]

    def start(self) -> Self:
        """Ask from now on."""
        for thread in self._threads:
            thread.start()
        return self

    def stop(self) -> Counter[int]:
        """Stop asking; return how often each status came, 0 for no answer."""
        self._stop.set()
        for thread in self._threads:
            thread.join()
        return Counter(item.status for item in self.seen)

    def _visit(self, number: int) -> None:
        self._stop.wait(random.Random(number).random() * self._interval)
        count = number
        while not self._stop.is_set():
            started = time.monotonic()
            status, body = ask(self._urls[count % len(self._urls)])
            release = body.partition('name="release" content="')[2].partition('"')[0]
            self.seen.append(Seen(time.time(), status, release))
            count += 1
            self._stop.wait(max(0.0, self._interval - (time.monotonic() - started)))


def ask(url: str, source: tuple[str, int] | None = _ELSEWHERE) -> tuple[int, str]:
    """Ask one page; return the status (0: no answer) and the body."""
    target = urlsplit(url)
    connection = http.client.HTTPConnection(
        target.hostname or "", target.port, timeout=_PATIENCE, source_address=source
    )
    try:
        connection.request("GET", target.path or "/", headers={"Host": target.netloc})
        answer = connection.getresponse()
        return answer.status, answer.read().decode("utf-8", "replace")
    except (OSError, http.client.HTTPException):
        return 0, ""
    finally:
        connection.close()
