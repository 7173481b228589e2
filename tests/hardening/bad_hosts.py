"""Bad input: hosts that can't be reached, are not who they were, or let nobody in."""

import os
import socket
import subprocess
import threading

from core.errors import Exit
from tests.hardening.stage import Stage
from tests.hardening.table import Table
from tests.support.openssh import free_port, make_key

TABLE = Table()
_bad = TABLE.bad
_LOOK = ("lock", "staging")
_FAILED = Exit.FAILED


def _listener(stage: Stage) -> socket.socket:
    listening = stage.closing.enter_context(socket.create_server(("127.0.0.1", 0), backlog=16))
    stage.host_block("stg", Port=listening.getsockname()[1])
    return listening


@_bad("a host that refuses", "connection-refused", _FAILED, *_LOOK, says="sshd")
def _refuses(stage: Stage) -> None:
    stage.host_block("stg", Port=free_port())


@_bad("a host that never answers", "connection-timeout", _FAILED, *_LOOK, says="timeouts.connect")
def _silent(stage: Stage) -> None:
    _listener(stage)
    for line in ('role = "development"', 'role = "build"', 'role = "staging"', 'role = "production"'):
        stage.edit(line, f"{line}\ntimeouts = {{ connect = 1.0 }}")


@_bad("a name that nobody knows", "name-not-found", _FAILED, *_LOOK, says="getent hosts")
def _name(stage: Stage) -> None:
    stage.host_block("stg", HostName="stg.invalid")


@_bad("a host key that nobody accepted", "host-key-unknown", _FAILED, *_LOOK, says="mageconsole trust stg")
def _unknown_key_looked_up(stage: Stage) -> None:
    stage.known_hosts.write_text("")


@_bad("a host key that nobody accepted, seen by status", "host-key-unknown", _FAILED, "status", "staging",
      says="mageconsole trust stg", same_cause=True)  # fmt: skip
def _unknown_key(stage: Stage) -> None:
    stage.known_hosts.write_text("")


def _other_key(stage: Stage) -> None:
    other = make_key(stage.case / "another_host_key").with_suffix(".pub").read_text()
    stage.known_hosts.write_text(f"[127.0.0.1]:{stage.facts['ssh']['stg']} {other}")


@_bad("a changed host key", "host-key-changed", _FAILED, *_LOOK, says="ssh-keygen -R")
def _changed_key_looked_up(stage: Stage) -> None:
    _other_key(stage)


@_bad("a changed host key, seen by status", "host-key-changed", _FAILED, "status", "staging",
      says="ssh-keygen -R", same_cause=True)  # fmt: skip
def _changed_key(stage: Stage) -> None:
    _other_key(stage)


@_bad("a changed host key to be accepted", "host-key-changed", Exit.REFUSED, "trust", "stg", "--yes",
      says="remove the old key first", same_cause=True)  # fmt: skip
def _changed_key_trusted(stage: Stage) -> None:
    _other_key(stage)


@_bad(
    "an unknown host key and nobody to ask", "not-confirmed", Exit.REFUSED, "trust", "stg", says="fingerprint"
)
def _nobody_asked(stage: Stage) -> None:
    stage.known_hosts.write_text("")


@_bad("a revoked host key", "host-key-revoked", _FAILED, *_LOOK, says="Do not connect")
def _revoked(stage: Stage) -> None:
    text = stage.known_hosts.read_text()
    stage.known_hosts.write_text("".join(f"@revoked {line}\n" for line in text.splitlines()) + text)


def _key(stage: Stage, passphrase: str = "") -> str:
    key = make_key(stage.case / "login_key", passphrase=passphrase)
    stage.host_block("stg", IdentityFile=f'"{key}"')
    stage.own(stage.case)
    return str(key)


@_bad("a login that is denied", "login-denied", _FAILED, *_LOOK, says="authorized_keys")
def _denied(stage: Stage) -> None:
    _key(stage)


@_bad("a key that is open to others", "key-too-open", _FAILED, *_LOOK, says="chmod 600")
def _open_key(stage: Stage) -> None:
    os.chmod(_key(stage), 0o644)  # noqa: PTH101 - the path is text here


@_bad("an encrypted key without an agent", "key-encrypted", _FAILED, *_LOOK, says="ssh-add")
def _encrypted(stage: Stage) -> None:
    _key(stage, passphrase="a long one")


@_bad("a key that is damaged", "key-damaged", _FAILED, *_LOOK, says="ssh-keygen -y")
def _damaged_key(stage: Stage) -> None:
    with open(_key(stage), "w") as file:  # noqa: PTH123 - the path is text here
        file.write("-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n")


@_bad("a server that does not speak SSH", "not-ssh", _FAILED, *_LOOK, says="port")
def _not_ssh(stage: Stage) -> None:
    listening = _listener(stage)

    def serve() -> None:
        while True:
            try:
                client, _ = listening.accept()
            except OSError:
                return
            with client:
                client.sendall(b"HTTP/1.1 400 Bad \x1b[31mRequest\x9b\r\n\r\n")

    threading.Thread(target=serve, daemon=True).start()
    stage.closing.callback(listening.shutdown, socket.SHUT_RDWR)


@_bad("a jump host that is down", "connection-refused", _FAILED, *_LOOK, says="jump host", same_cause=True)
def _jump_down(stage: Stage) -> None:
    stage.host_block("stg", ProxyJump=f"nobody@127.0.0.1:{free_port()}")


@_bad("a jump host that can't get further", "jump-refused", _FAILED, *_LOOK, says="AllowTcpForwarding")
def _jump_stuck(stage: Stage) -> None:
    stage.host_block("stg", ProxyJump="dev1", Port=free_port())


@_bad("jump hosts in a circle", "jump-loop", _FAILED, *_LOOK, says="ProxyJump")
def _jump_loop(stage: Stage) -> None:
    stage.host_block("stg", ProxyJump="dev1")
    stage.host_block("dev1", ProxyJump="stg")


@_bad("an ssh_config that is away", "ssh-config-missing", Exit.USAGE, *_LOOK, says="ssh_config")
def _no_config(stage: Stage) -> None:
    stage.ssh_config.unlink()


@_bad("an ssh_config that is broken", "ssh-config-wrong", Exit.USAGE, *_LOOK, says="ssh -G")
def _broken_config(stage: Stage) -> None:
    stage.host_block("stg", Port="twenty-two")


@_bad("no sudo for `run_as`", "sudo-refused", _FAILED, *_LOOK, says="sudo")
def _no_sudo(stage: Stage) -> None:
    stage.edit('address = "stg"', 'address = "stg"\nrun_as = "root"')
    assert subprocess.run(
        stage.operator.words("sudo", "-n", "true"), capture_output=True, check=False
    ).returncode
