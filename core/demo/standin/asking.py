"""The console's own script that asks a web host, from that host, and times its answers."""

import json
import os
import re
import socket
import sys
import time
from typing import Any
from urllib.parse import urlsplit

from core.demo.standin import world


def main() -> int:
    """Play the script: one JSON line for each request."""
    asked = json.loads(sys.stdin.read())
    times, seconds = int(asked.get("times", 1)), float(asked.get("seconds", 0))
    started = time.monotonic()
    number = 0
    while number < times or (times == 0 and time.monotonic() - started < seconds):
        due = started + number * float(asked.get("interval", 0))
        time.sleep(max(0.0, due - time.monotonic()))
        print(json.dumps(_ask(asked)), flush=True)
        number += 1
    return 0


def _port(url: str) -> tuple[str, int]:
    """Return where a request goes: each host of the demo has a port 80 of its own, on one loopback."""
    parts = urlsplit(url)
    name, port = parts.hostname or "127.0.0.1", parts.port or 80
    own = world.host_directory() / "web-port"
    if name in ("127.0.0.1", "localhost") and port in (80, 443) and own.exists():
        return "127.0.0.1", int(own.read_text())
    return name, port


def _get(name: str, port: int, path: str, headers: dict[str, str], limit_s: float) -> tuple[str, str]:
    """Return a whole answer, and from where it was asked. `http.client` would take longer to import than to answer."""
    told = "".join(f"{header}: {value}\r\n" for header, value in headers.items())
    request = f"GET {path} HTTP/1.1\r\n{told}Connection: close\r\n\r\n"
    with socket.create_connection((name, port), timeout=limit_s) as connection:
        client = str(connection.getsockname()[0])
        connection.sendall(request.encode())
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    if not answer:
        raise ConnectionResetError("Remote end closed connection without response")
    return answer.decode(errors="replace"), client


def _ask(asked: dict[str, Any]) -> dict[str, Any]:
    at, started = time.time(), time.monotonic()
    status, version, error, client = 0, "", "", ""
    parts = urlsplit(asked["url"])
    name, port = _port(asked["url"])
    try:
        query = f"{parts.query + '&' if parts.query else ''}mageconsole={os.urandom(8).hex()}"
        host = asked.get("host") or f"{name}:{port}"
        answer, client = _get(
            name,
            port,
            f"{parts.path or '/'}?{query}",
            {"Host": host, **asked.get("headers", {})},
            float(asked.get("timeout", 10)),
        )
        status = int(answer.partition(" ")[2][:3])
        found = re.search(r"static(?:/|\\/|\\u002[fF]|%2[fF])version([A-Za-z0-9_.]+)", answer)
        version = found[1] if found else ""
    except (OSError, ValueError) as problem:
        error = str(problem) or type(problem).__name__
    took = round((time.monotonic() - started) * 1000, 1)
    return {
        "at": round(at, 3), "status": status, "ms": took, "version": version, "error": error, "client": client,
    }  # fmt: skip
