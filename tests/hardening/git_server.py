"""A repository behind HTTP that asks for a password, as a shop's git server does."""

import base64
import subprocess
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self


class _Guarded(SimpleHTTPRequestHandler):
    def __init__(self, *words: Any, credentials: str, **more: Any) -> None:
        self._wanted = "Basic " + base64.b64encode(credentials.encode()).decode()
        super().__init__(*words, **more)

    def do_GET(self) -> None:
        if self.headers.get("Authorization") == self._wanted:
            super().do_GET()
            return
        self.send_response(401)
        self.send_header("WWW-Authenticate", 'Basic realm="git"')
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        pass


class GitServer:
    """Serves a bare repository as plain files to who knows the password. `with GitServer(...) as server: server.url`"""

    def __init__(self, repository: Path, user: str, password: str) -> None:
        subprocess.run(["git", "-c", "safe.directory=*", "update-server-info"], cwd=repository, check=True)
        handler = partial(_Guarded, directory=str(repository.parent), credentials=f"{user}:{password}")
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.host = f"127.0.0.1:{self._server.server_address[1]}"
        self.url = f"http://{self.host}/{repository.name}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: Any) -> None:
        self._server.shutdown()
        self._server.server_close()
