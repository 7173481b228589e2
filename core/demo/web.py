"""The web server of one host: nginx with `$realpath_root`, and php-fpm, as far as a deployment meets them."""

import json
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from core.demo import pages
from core.demo.pages import Answer, Release
from core.demo.standin.phpfile import Array


class WebHost:
    """One web host. Answers from where `current` points at that moment; counts what it answers.

    root: the demo's directory; name: the host; port 0 takes a free one, which `web-port` beside the host's keys
    tells the stand-in of the script that asks from the host.
    """

    def __init__(self, root: Path, name: str, port: int = 0, *, log: bool = False) -> None:
        self.shop = root / "hosts" / name / "shop"
        self.counts: Counter[int] = Counter()
        self._databases = root / "databases"
        self._reload = root / "hosts" / name / "php-fpm.reload"
        self._log = root / "hosts" / name / "requests.jsonl" if log else None
        self._guard = threading.Lock()
        self._releases: dict[Path, Release] = {}
        self._env_files: dict[str, Array] = {}
        self._reloaded: float = 0
        self._server = _Server(("127.0.0.1", port), _handler(self))
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        (root / "hosts" / name / "web-port").write_text(str(self.port))

    @property
    def url(self) -> str:
        """The address of its home page."""
        return f"http://127.0.0.1:{self.port}/"

    def start(self) -> None:
        """Answer from now on."""
        self._thread.start()

    def close(self) -> None:
        """Stop answering."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answer(self, target: str, host: str, client: str) -> Answer:
        """Return the answer to one request."""
        path = urlsplit(target).path
        current = self.shop / "current"
        try:
            root = current.resolve(strict=True)
        except OSError:
            return Answer(404, b"File not found.\n", "text/plain", "no current")
        if path.startswith("/static/"):
            return pages.static(root, path)
        return pages.page(self._release(root), path, host, client, self._databases)

    def _release(self, root: Path) -> Release:
        """Return what php-fpm holds of a release; a reload makes it forget."""
        with self._guard:
            at = self._reload.stat().st_mtime if self._reload.exists() else 0
            if at != self._reloaded:
                self._reloaded = at
                self._releases.clear()
                self._env_files.clear()
            return self._releases.setdefault(root, Release(root, self._env_files))

    def count(self, target: str, answer: Answer) -> None:
        """Remember that a request was answered."""
        with self._guard:
            self.counts[answer.status] += 1
            if self._log is not None:
                line = {"at": round(time.time(), 3), "path": target, "status": answer.status, "why": answer.why}
                with self._log.open("a") as file:
                    file.write(json.dumps(line) + "\n")


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    block_on_close = False


def _handler(web: WebHost) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        timeout = 60

        def do_GET(self) -> None:
            answer = web.answer(self.path, self.headers.get("Host", ""), self.client_address[0])
            web.count(self.path, answer)
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.kind)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(answer.body)

        do_HEAD = do_GET
        do_POST = do_GET

        def log_message(self, format: str, *args: object) -> None:
            """Keep standard error for trouble."""

    return Handler
