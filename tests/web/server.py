"""A real nginx before a real php-fpm that serves what a link leads to, with its own configuration and ports.

As production's: opcache never looks at a file again (`validate_timestamps=0`), and nginx hands over either the
real path of a script (`$realpath_root`) or the path through the link (`$document_root`).
"""

import contextlib
import getpass
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any, Final, Literal, Self

from tests.support.openssh import free_port

Root = Literal["$realpath_root", "$document_root"]
WORKER: Final = ("nobody", "nogroup")
"""Who the web server and php-fpm are when the tests run as root."""
_PATIENCE_S: Final = 15.0
_NGINX: Final = """
{user}
daemon off;
worker_processes 1;
pid {place}/nginx.pid;
error_log {place}/nginx-error.log warn;
events {{ worker_connections 256; }}
http {{
    access_log {place}/access.log;
    client_body_temp_path {place}/tmp-body;
    proxy_temp_path {place}/tmp-proxy;
    fastcgi_temp_path {place}/tmp-fastcgi;
    uwsgi_temp_path {place}/tmp-uwsgi;
    scgi_temp_path {place}/tmp-scgi;
    server {{
        listen 127.0.0.1:{port};
        root {current}/pub;
        location / {{ try_files $uri /index.php$is_args$args; }}
        location ~ \\.php$ {{
            fastcgi_pass unix:{place}/fpm.sock;
            fastcgi_param SCRIPT_FILENAME {root}$fastcgi_script_name;
            fastcgi_param DOCUMENT_ROOT {root};
            fastcgi_param REQUEST_METHOD $request_method;
            fastcgi_param QUERY_STRING $query_string;
            fastcgi_param REQUEST_URI $request_uri;
            fastcgi_param REMOTE_ADDR $remote_addr;
            fastcgi_param SERVER_PROTOCOL $server_protocol;
        }}
    }}
}}
"""
_FPM: Final = """
[global]
pid = {place}/fpm.pid
error_log = {place}/fpm-error.log
daemonize = no
process_control_timeout = 5s
[shop]
{user}
listen = {place}/fpm.sock
listen.mode = 0666
pm = static
pm.max_children = 4
php_admin_value[opcache.enable] = 1
php_admin_value[opcache.validate_timestamps] = 0
php_admin_value[error_log] = {place}/php-error.log
"""


def php_fpm() -> str:
    """Return the path of the newest php-fpm here."""
    found = [path for place in ("/usr/sbin", "/usr/local/sbin") for path in Path(place).glob("php-fpm*")]
    assert found, "php-fpm is not installed"
    return str(max(found))


class WebServer:
    """nginx and php-fpm for one host, both ended at the end of `with`."""

    def __init__(self, place: Path, current: Path, root: Root = "$realpath_root") -> None:
        self.place = Path(tempfile.mkdtemp(prefix="web-", dir=place))
        self.port = free_port()
        self._current = current
        self._root = root
        self._processes: list[subprocess.Popen[bytes]] = []

    @property
    def url(self) -> str:
        """The address of its home page."""
        return f"http://127.0.0.1:{self.port}/"

    @property
    def user(self) -> str:
        """Who php-fpm runs as."""
        return WORKER[0] if os.getuid() == 0 else getpass.getuser()

    @property
    def reload(self) -> str:
        """The command that makes php-fpm forget all code that it holds."""
        return f"kill -USR2 $(cat {self.place}/fpm.pid)"

    def __enter__(self) -> Self:
        self.place.chmod(0o777)
        root = os.getuid() == 0
        words: dict[str, Any] = {"place": self.place, "port": self.port, "current": self._current}
        nginx = self.place / "nginx.conf"
        nginx.write_text(
            _NGINX.format(**words, root=self._root, user=f"user {' '.join(WORKER)};" if root else "")
        )
        fpm = self.place / "fpm.conf"
        user = f"user = {WORKER[0]}\ngroup = {WORKER[1]}" if root else ""
        fpm.write_text(_FPM.format(place=self.place, user=user))
        error_log = str(self.place / "nginx-error.log")
        self._start([php_fpm(), "-n", "-d", "zend_extension=opcache", "-F", "-y", str(fpm)])
        self._start(
            [
                shutil.which("nginx") or "/usr/sbin/nginx",
                "-e",
                error_log,
                "-p",
                str(self.place),
                "-c",
                str(nginx),
            ]
        )
        self._wait()
        return self

    def __exit__(self, *_: object) -> None:
        for process in reversed(self._processes):
            process.send_signal(signal.SIGTERM)
        for process in self._processes:
            process.wait(_PATIENCE_S)

    def _start(self, words: list[str]) -> None:
        with (self.place / "started.log").open("ab") as log:
            self._processes.append(subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=log, stderr=log))

    def _wait(self) -> None:
        deadline = time.monotonic() + _PATIENCE_S
        while not self._listens():
            ended = any(process.poll() is not None for process in self._processes)
            if ended or time.monotonic() > deadline:
                said = "\n".join(path.read_text() for path in self.place.glob("*.log"))
                self.__exit__()
                raise AssertionError(f"the web server did not start: {said}")
            time.sleep(0.02)

    def _listens(self) -> bool:
        if not (self.place / "fpm.sock").exists():
            return False
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    @property
    def errors(self) -> str:
        """What nginx and PHP complained about."""
        found = []
        for name in ("nginx-error.log", "php-error.log"):
            with contextlib.suppress(FileNotFoundError):
                found.append((self.place / name).read_text())
        return "".join(found)
