"""Customers: clients that ask web hosts without pause, and count what they are answered."""

import http.client
import threading
import time
from collections import Counter
from collections.abc import Sequence
from urllib.parse import urlsplit


class Customers:
    """`clients` threads for each address, together `rate` requests a second to each, until `stop`."""

    def __init__(self, urls: Sequence[str], *, clients: int = 2, rate: float = 20.0) -> None:
        self._stop = threading.Event()
        self._guard = threading.Lock()
        self._counts: Counter[int] = Counter()
        self._threads = [
            threading.Thread(target=self._ask, args=(url, clients / rate), daemon=True)
            for url in urls
            for _ in range(clients)
        ]

    def start(self) -> "Customers":
        """Begin asking."""
        for thread in self._threads:
            thread.start()
        return self

    def stop(self) -> Counter[int]:
        """End, and return how often each status was answered; 0 is no answer at all."""
        self._stop.set()
        for thread in self._threads:
            thread.join()
        return self._counts

    def _ask(self, url: str, pause: float) -> None:
        parts = urlsplit(url)
        number = 0
        due = time.monotonic()
        while not self._stop.is_set():
            number += 1
            status = self._once(parts.hostname or "", parts.port or 80, f"{parts.path}?{number}")
            with self._guard:
                self._counts[status] += 1
            due = max(due + pause, time.monotonic() - 1)
            self._stop.wait(max(0.0, due - time.monotonic()))

    def _once(self, host: str, port: int, path: str) -> int:
        connection = http.client.HTTPConnection(host, port, timeout=10)
        try:
            connection.request("GET", path, headers={"Host": "shop.example.com"})
            response = connection.getresponse()
            response.read()
        except (OSError, http.client.HTTPException):
            return 0
        else:
            return response.status
        finally:
            connection.close()
