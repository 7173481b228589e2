"""The asking script against a real web server."""

import contextlib
import json
import subprocess
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from core.magento.ask_result import Answer, answers
from tests.magento import php

ASK = php.script("mageconsole-ask")


class Shop(BaseHTTPRequestHandler):
    """Answers by path, as a shop may."""

    protocol_version = "HTTP/1.1"
    asked: list[tuple[str, str]]

    def do_GET(self) -> None:
        type(self).asked.append((self.path, self.headers["Host"]))
        path = self.path.partition("?")[0]
        if path == "/slow":
            time.sleep(1.5)
        bodies = {
            "/plain": b'<script src="/static/version1795394040/frontend/x.js">',
            "/escaped": rb"'baseUrl': 'http\u003A\u002F\u002Fx\u002Fstatic\u002Fversion17953\u002Ffrontend'",
            "/json": rb'"http:\/\/x\/static\/version42\/frontend"',
        }
        status = {"/gone": 503, "/moved": 302}.get(path, 200)
        self.send_response(status)
        if path == "/moved":
            self.send_header("Location", "/plain")
        if path == "/chunked":
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for part in (b"<a href='/static/ver", b"sion777/x'>"):
                self.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))
            self.wfile.write(b"0\r\n\r\n")
            return
        body = bodies.get(path, b"nothing")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with contextlib.suppress(BrokenPipeError):  # who asked has gone
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def shop() -> Iterator[str]:
    Shop.asked = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Shop)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def _ask(url: str, **more: Any) -> list[Answer]:
    done = php.run(ASK, {"url": url, "host": "shop.example.com", "timeout": 1, "times": 1, **more})
    assert done.returncode == 0, done.stderr
    return answers(done.stdout)


@pytest.mark.parametrize(
    ("path", "status", "version"),
    [
        ("/plain", 200, "1795394040"),
        ("/escaped", 200, "17953"),
        ("/json", 200, "42"),
        ("/chunked", 200, "777"),
        ("/gone", 503, ""),
        ("/moved", 302, ""),
    ],
)
def test_status_and_version_are_told(shop: str, path: str, status: int, version: str) -> None:
    (answer,) = _ask(shop + path)
    assert (answer.status, answer.version, answer.error) == (status, version, "")
    assert abs(answer.at - time.time()) < 30
    assert answer.ms > 0


def test_each_request_is_uncached_and_names_the_shop(shop: str) -> None:
    assert len(_ask(shop + "/plain?a=1", times=3, interval=0.01)) == 3
    paths = [path for path, _ in Shop.asked]
    assert len(set(paths)) == 3
    assert all(path.startswith("/plain?a=1&") for path in paths)
    assert {host for _, host in Shop.asked} == {"shop.example.com"}


def test_no_answer_is_status_0(shop: str) -> None:
    (slow,) = _ask(shop + "/slow", timeout=0.3)
    assert slow.status == 0
    assert "timed out" in slow.error
    assert 250 < slow.ms < 1200
    (closed,) = _ask("http://127.0.0.1:9/")
    assert closed.status == 0
    assert closed.error


def test_it_asks_until_the_seconds_have_passed(shop: str) -> None:
    found = _ask(shop + "/plain", times=0, interval=0.1, seconds=0.65)
    assert 4 <= len(found) <= 8
    assert found == sorted(found, key=lambda answer: answer.at)


def test_lines_come_at_once_and_it_ends_with_its_reader(shop: str) -> None:
    process = subprocess.Popen(["php", str(ASK)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps({"url": shop, "times": 0, "interval": 0.05, "seconds": 60}).encode())
    process.stdin.close()
    assert answers(process.stdout.readline())
    process.stdout.close()
    assert process.wait(timeout=10) == 0


def test_noise_and_a_torn_line_are_skipped() -> None:
    output = b'Welcome!\n{"at":1.5,"status":200,"ms":3,"version":"","error":""}\n{"at":2,"sta'
    assert answers(output) == [Answer(1.5, 200, 3.0)]


def test_the_scripts_are_php() -> None:
    for name in ("mageconsole-ask", "mageconsole-probe"):
        subprocess.run(["php", "-l", str(php.script(name))], check=True, capture_output=True)
