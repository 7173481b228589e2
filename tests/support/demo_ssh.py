"""The demo's SSH server for tests, in a process of its own.

    with DemoSsh(directory) as server:
        host = await connect(server.address, options=server.options())

It offers what `tests.support.openssh.Sshd` offers, so that one test can run on both.
"""

import getpass
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, Self

from core.ssh.options import ConnectOptions
from tests.support.openssh import client_config, free_port, make_key

_SERVE = """
import asyncio, json, signal, sys
from pathlib import Path
from core.demo.sshd import DemoServer

async def main():
    given = json.loads(sys.argv[1])
    server = DemoServer(
        Path(given["root"]), given["name"], user=given["user"], port=given["port"], home=Path(given["home"]),
        env=given["env"], shell=tuple(given["shell"]), max_sessions=given["max_sessions"],
    )
    await server.start()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGUSR1, server.drop_connections)
    stop = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    print("ready", flush=True)
    await stop.wait()
    await server.close()

asyncio.run(main())
"""


class DemoSsh:
    """One demo server in a process of its own, stopped at the end of `with`.

    Commands run as the user of the tests, whatever `user` the login is called.
    """

    def __init__(
        self,
        directory: Path,
        *,
        user: str = "",
        home: Path | None = None,
        env: dict[str, str] | None = None,
        shell: tuple[str, ...] = ("/bin/sh",),
        max_sessions: int = 10,
    ) -> None:
        self.directory = directory
        self.user = user or getpass.getuser()
        self.home = home or directory / "home"
        self.port = free_port()
        self._given = {"env": env or {}, "shell": shell, "max_sessions": max_sessions}
        self._process: subprocess.Popen[bytes] | None = None
        directory.mkdir(parents=True, exist_ok=True)
        self.key = make_key(directory / "login_key")
        self.authorized_keys = directory / "authorized_keys"
        shutil.copy(directory / "login_key.pub", self.authorized_keys)
        self.known_hosts = directory / "known_hosts"
        self.ssh_config = directory / "ssh_config"
        self.host_key = directory / "ssh_host_ed25519_key"

    @property
    def name(self) -> str:
        """The server's alias in `ssh_config`."""
        return self.directory.name

    @property
    def address(self) -> str:
        """The server as an address that says it all."""
        return f"{self.user}@127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        """What the server's process said."""
        return (self.directory / "log").read_text("utf-8", "replace")

    @property
    def known_hosts_line(self) -> str:
        """The line by which a known_hosts file knows the server, once it was started."""
        return f"[127.0.0.1]:{self.port} {self.host_key.with_suffix('.pub').read_text('ascii').strip()}\n"

    def command(self, line: str) -> list[str]:
        """Return the arguments of a real `ssh` that executes a line there."""
        return ["ssh", "-n", "-F", str(self.ssh_config), self.name, line]

    def options(self, **more: Any) -> ConnectOptions:
        """Return options that know the server's key and hold the login's, and nothing of this machine."""
        return ConnectOptions(**{"ssh_config": (str(self.ssh_config),), "agent": "", **more})

    def __enter__(self) -> Self:
        self.start()
        self.known_hosts.write_text(self.known_hosts_line)
        self.ssh_config.write_text(client_config(self.name, self.user, self.port, self.key, self.known_hosts))
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Listen in a new process."""
        given = self._given | {
            "root": str(self.directory), "name": self.name, "user": self.user,
            "port": self.port, "home": str(self.home),
        }  # fmt: skip
        with (self.directory / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-c", _SERVE, json.dumps(given)], stdout=subprocess.PIPE, stderr=log
            )
        assert self._process.stdout
        if self._process.stdout.readline() != b"ready\n":
            raise RuntimeError(f"the demo's server did not start: {self.log}")

    def stop(self) -> None:
        """Stop listening and cut all connections; commands go on."""
        if self._process is None:
            return
        self._process.terminate()
        self._process.wait()
        assert self._process.stdout
        self._process.stdout.close()
        self._process = None

    def drop_connections(self) -> None:
        """Cut all connections, as a line that breaks; commands go on."""
        assert self._process
        os.kill(self._process.pid, signal.SIGUSR1)
