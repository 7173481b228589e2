"""The demo in a process of its own: SSH servers and web servers until it is told to stop."""

import argparse
import asyncio
import json
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from core.demo import access, sweeping, systems
from core.demo.sshd import DemoServer
from core.demo.standin.world import HOST, ROOT
from core.demo.systems import HOSTS, USERS, WEB, Systems
from core.demo.web import WebHost

_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def environment(laid: Systems, name: str) -> dict[str, str]:
    """Return what a login on a host adds to its environment: our programs first, and the demo's mark."""
    return {"PATH": f"{laid.host(name)}/bin:{_PATH}", ROOT: str(laid.root), HOST: name, "LANG": "C.UTF-8"}


class Running:
    """The servers of a laid out demo."""

    def __init__(self, laid: Systems, *, log: bool = False) -> None:
        self.systems = laid
        self._log = log
        self.ssh: dict[str, DemoServer] = {}
        self.web: dict[str, WebHost] = {}

    async def start(self) -> None:
        """Listen everywhere, and write the files with which a console reaches the hosts.

        A demo that is served again listens where it did, and its environments.toml stays as it is.
        """
        laid = self.systems
        kept = laid.root / "ports.json"
        ports = json.loads(kept.read_text()) if kept.exists() else {"ssh": {}, "web": {}}
        key = access.make_login_key(laid)
        for name in HOSTS:
            place = laid.host(name)
            (place / "authorized_keys").write_bytes(key.with_suffix(".pub").read_bytes())
            server = DemoServer(
                place,
                name,
                user=USERS[name],
                port=ports["ssh"].get(name, 0),
                home=place / "home",
                env=environment(laid, name),
            )
            await server.start()
            self.ssh[name] = server
        for name in WEB:
            self.web[name] = WebHost(laid.root, name, ports["web"].get(name, 0), log=self._log)
            self.web[name].start()
        kept.write_text(json.dumps({"ssh": self.ssh_ports, "web": self.web_ports}))
        known = "".join(server.known_hosts_line for server in self.ssh.values())
        access.write(laid, self.ssh_ports, self.web_ports, known)

    @property
    def ssh_ports(self) -> dict[str, int]:
        """The port of each host's SSH server."""
        return {name: server.port for name, server in self.ssh.items()}

    @property
    def web_ports(self) -> dict[str, int]:
        """The port of each web host."""
        return {name: host.port for name, host in self.web.items()}

    async def close(self) -> None:
        """Stop listening, and end what the hosts still run."""
        for server in self.ssh.values():
            await server.close()
        for host in self.web.values():
            await asyncio.to_thread(host.close)
        await asyncio.to_thread(sweeping.sweep, self.systems.root)

    def described(self) -> dict[str, object]:
        """Return what whoever started the demo needs to know, as plain JSON values."""
        laid = self.systems
        return {
            "root": str(laid.root),
            "environments": str(laid.environments_toml),
            "ssh_config": str(laid.ssh_config),
            "repository": str(laid.repository),
            "commits": {
                "first": laid.commits.first,
                "window": laid.commits.window,
                "quiet": laid.commits.quiet,
            },
            "ssh": self.ssh_ports,
            "web": {name: host.url for name, host in self.web.items()},
            "pid": os.getpid(),
        }


async def serve(laid: Systems, *, stay: bool) -> None:
    """Run until SIGTERM, SIGINT or, unless `stay`, the end of standard input."""
    running = Running(laid, log=True)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.add_signal_handler(number, stop.set)
    try:
        await running.start()
        print(json.dumps(running.described()), flush=True)
        watching = None if stay else loop.create_task(_end_of_input(stop))
        await stop.wait()
        if watching is not None:
            watching.cancel()
    finally:
        await running.close()


async def _end_of_input(stop: asyncio.Event) -> None:
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while await reader.read(4096):
        pass
    stop.set()


def main(words: Sequence[str] | None = None) -> int:
    """Lay the demo out in --dir and serve it."""
    parser = argparse.ArgumentParser(prog="python -m core.demo", description="Four systems on this machine.")
    parser.add_argument(
        "--dir",
        required=True,
        type=Path,
        help="an empty directory, a new one, or an earlier demo's",
    )
    parser.add_argument(
        "--live", action="store_true", help="with a release that is live on staging and production"
    )
    parser.add_argument("--stay", action="store_true", help="do not stop at the end of standard input")
    parser.add_argument("--scale", type=int, default=28, help="how many classes a module has")
    parser.add_argument("--fast", action="store_true", help="nothing takes longer than it must")
    parser.add_argument("--plant", action="store_true", help="settings of all kinds, with mistakes among them")
    given = parser.parse_args(words)
    laid = _laid_out(given)
    if laid is None:
        print(f"{given.dir} is not empty, and holds no demo.", file=sys.stderr)
        return 2
    asyncio.run(serve(laid, stay=given.stay))
    return 0


def _laid_out(given: argparse.Namespace) -> Systems | None:
    if (given.dir / "commits.json").exists():
        return systems.again(given.dir)
    if given.dir.exists() and any(given.dir.iterdir()):
        return None
    laid = systems.create(given.dir, scale=given.scale, behaviour={}, plant=given.plant)
    if given.live:
        for name in ("staging", "production"):
            systems.lay_out(laid, name, laid.commits.first)
    if not given.fast:
        laid.behave(**systems.PATIENT)
    return laid
