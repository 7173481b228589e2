"""What the script that asks a web host sends and reads, on real PHP."""

import contextlib
import json
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.resources import files
from typing import Any

import pytest

_SCRIPT = str(files("core.magento").joinpath("php", "mageconsole-ask.php"))


class _Server(HTTPServer):
    body = b""
    seen: list[tuple[str, dict[str, str]]]


class _Server6(_Server):
    address_family = socket.AF_INET6


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        self.server.seen.append((str(self.client_address[0]), dict(self.headers.items())))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.server.body)

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet."""


@contextlib.contextmanager
def _serving(body: bytes = b"", *, six: bool = False) -> Iterator[_Server]:
    server = _Server6(("::1", 0), _Handler) if six else _Server(("127.0.0.1", 0), _Handler)
    server.body, server.seen = body, []
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _ask(server: _Server, **more: Any) -> dict[str, Any]:
    php = shutil.which("php")
    assert php
    name, port = ("[::1]" if isinstance(server, _Server6) else "127.0.0.1"), server.server_address[1]
    asked = {"url": f"http://{name}:{port}/a/", "host": "shop.example.com", "timeout": 5, "times": 1, **more}
    ran = subprocess.run(
        [php, _SCRIPT], input=json.dumps(asked).encode(), capture_output=True, check=True, timeout=60
    )
    (line,) = ran.stdout.splitlines()
    answer: dict[str, Any] = json.loads(line)
    assert (answer["status"], answer["error"]) == (200, "")
    return answer


@pytest.mark.parametrize("six", [False, True])
def test_it_tells_the_address_that_the_web_server_saw(six: bool) -> None:
    with _serving(six=six) as server:
        answer = _ask(server)
        ((client, _),) = server.seen
    assert answer["client"] == client != ""


def test_it_sends_what_a_balancer_would_add_and_no_second_request() -> None:
    with _serving() as server:
        _ask(server, headers={"X-Forwarded-Proto": "https", "X-Two": "lines\r\n\r\nGET / HTTP/1.1"})
        ((_, headers),) = server.seen
    assert headers["X-Forwarded-Proto"] == "https"
    assert headers["Host"] == "shop.example.com"


@pytest.mark.parametrize(
    ("body", "version"),
    [
        (
            b'<link href="https://cdn.example.com/static/version123456789012345/frontend/a.css"/>',
            "123456789012345",
        ),
        (b'<link href="https://static.example.com/version123456789012345/frontend/a.css"/>', "123456789012345"),
        (rb'{"baseUrl":"https:\/\/static.example.com\/version123456789012345\/frontend"}', "123456789012345"),
        (b'<script src="/lib/version1.2/a.js"></script>', ""),
    ],
)
def test_it_reads_the_version_of_static_content_on_a_host_of_its_own(body: bytes, version: str) -> None:
    with _serving(body) as server:
        assert _ask(server)["version"] == version
