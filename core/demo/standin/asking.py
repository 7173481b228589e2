"""The console's own script that asks a web host, from that host, and times its answers."""

import http.client
import json
import re
import secrets
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


def _ask(asked: dict[str, Any]) -> dict[str, Any]:
    at, started = time.time(), time.monotonic()
    status, version, error = 0, "", ""
    parts = urlsplit(asked["url"])
    name, port = _port(asked["url"])
    try:
        path = (
            f"{parts.path or '/'}?{parts.query + '&' if parts.query else ''}mageconsole={secrets.token_hex(8)}"
        )
        connection = http.client.HTTPConnection(name, port, timeout=float(asked.get("timeout", 10)))
        connection.request("GET", path, headers={"Host": asked.get("host") or f"{name}:{port}"})
        answer = connection.getresponse()
        body = answer.read().decode(errors="replace")
        status = answer.status
        found = re.search(r"static(?:/|\\/|\\u002[fF]|%2[fF])version([A-Za-z0-9_.]+)", body)
        version = found[1] if found else ""
        connection.close()
    except (OSError, http.client.HTTPException) as problem:
        error = str(problem) or type(problem).__name__
    took = round((time.monotonic() - started) * 1000, 1)
    return {"at": round(at, 3), "status": status, "ms": took, "version": version, "error": error}
