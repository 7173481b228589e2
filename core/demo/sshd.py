"""An SSH server for one system of the demo: real commands, keys of its own, no rights beyond ours."""

import getpass
import os
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

import asyncssh

from core.demo.ssh_process import Command

_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
Handler = Callable[
    [asyncssh.SSHReader[bytes], asyncssh.SSHWriter[bytes], asyncssh.SSHWriter[bytes]], Awaitable[None]
]


class DemoServer:
    """One system: its host key, its login, its home. Commands run as the user of this process.

    root: a directory of its own; keys lie in it, and the home unless another one is given.
    max_sessions: channels that a connection may hold at once, as sshd's MaxSessions.
    """

    def __init__(
        self,
        root: Path,
        name: str,
        *,
        user: str = "",
        port: int = 0,
        home: Path | None = None,
        env: Mapping[str, str] | None = None,
        shell: tuple[str, ...] = ("/bin/sh",),
        authorized_keys: Path | None = None,
        max_sessions: int = 10,
        address: str = "127.0.0.1",
    ) -> None:
        self.root = root
        self.name = name
        self.user = user or getpass.getuser()
        self.port = port
        self.home = home or root / "home"
        self.shell = shell
        self.authorized_keys = authorized_keys or root / "authorized_keys"
        self.max_sessions = max_sessions
        self.address = address
        self._env = dict(env or {})
        self._acceptor: asyncssh.SSHAcceptor | None = None
        self._connections: set[asyncssh.SSHServerConnection] = set()

    @property
    def host_key(self) -> Path:
        """The private host key; its public half lies beside it."""
        return self.root / "ssh_host_ed25519_key"

    @property
    def known_hosts_line(self) -> str:
        """The line by which a known_hosts file knows this server, once it was started."""
        public = self.host_key.with_suffix(".pub").read_text("ascii").strip()
        return f"[{self.address}]:{self.port} {public}\n"

    @property
    def environment(self) -> Mapping[str, str]:
        """The environment of commands: as sshd's, and what was asked for."""
        return {
            "HOME": str(self.home),
            "USER": self.user,
            "LOGNAME": self.user,
            "SHELL": self.shell[0],
            "PATH": _PATH,
            # Debian's bash reads .bashrc for commands of sshd, which it knows by these.
            "SSH_CLIENT": f"{self.address} 40000 {self.port}",
            "SSH_CONNECTION": f"{self.address} 40000 {self.address} {self.port}",
            **self._env,
        }

    async def start(self) -> int:
        """Listen; return the port. Keeps a host key that is there already."""
        self.home.mkdir(parents=True, exist_ok=True)
        self._make_host_key()
        self._acceptor = await asyncssh.listen(
            self.address,
            self.port,
            server_factory=lambda: _Server(self, self._connections),
            server_host_keys=[str(self.host_key)],
            authorized_client_keys=str(self.authorized_keys),
            encoding=None,
            line_editor=False,
            allow_pty=False,
            agent_forwarding=False,
            keepalive_interval=0,
            login_timeout=30,
        )
        self.port = self._acceptor.get_port()
        return self.port

    def _make_host_key(self) -> None:
        if self.host_key.exists():
            return
        key = asyncssh.generate_private_key("ssh-ed25519", comment=self.name)
        handle = os.open(self.host_key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(key.export_private_key())
        self.host_key.with_suffix(".pub").write_bytes(key.export_public_key())

    def drop_connections(self) -> int:
        """Cut all connections, as a line that breaks; processes go on. Return how many there were."""
        cut = list(self._connections)
        for connection in cut:
            connection.abort()
        return len(cut)

    async def close(self) -> None:
        """Stop listening and cut all connections."""
        self.drop_connections()
        if self._acceptor:
            self._acceptor.close()
            await self._acceptor.wait_closed()


class _Server(asyncssh.SSHServer):
    """One connection."""

    def __init__(self, demo: DemoServer, connections: set[asyncssh.SSHServerConnection]) -> None:
        self._demo = demo
        self._connections = connections
        self._sessions = 0

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._connection = conn
        self._connections.add(conn)

    def connection_lost(self, exc: Exception | None) -> None:
        self._connections.discard(self._connection)

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        return False  # those of authorized_keys are asked before

    def begin_auth(self, username: str) -> bool:
        if username != self._demo.user:
            self._connection.set_authorized_keys(asyncssh.import_authorized_keys(""))
        return True

    def session_requested(self) -> Handler | bool:
        if self._sessions >= self._demo.max_sessions:
            return False
        self._sessions += 1
        return self._handle

    async def _handle(
        self,
        stdin: asyncssh.SSHReader[bytes],
        stdout: asyncssh.SSHWriter[bytes],
        stderr: asyncssh.SSHWriter[bytes],
    ) -> None:
        try:
            await Command(stdin, stdout, stderr).run(self._demo)
        finally:
            self._sessions -= 1

    def connection_requested(self, dest_host: str, dest_port: int, orig_host: str, orig_port: int) -> bool:
        """Let it be a jump host."""
        return True
