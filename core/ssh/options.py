"""How hosts are connected to."""

import msgspec


class ConnectOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What decides how a host is reached, beside its address."""

    ssh_config: tuple[str, ...] = ()
    """Paths of ssh_config files; empty: `~/.ssh/config` and `/etc/ssh/ssh_config`."""
    known_hosts: str = ""
    """A file of host keys of our own, read beside those that ssh_config names; `trust` writes to it."""
    jump: str = ""
    """`[user@]name[:port]`, several with commas, as ProxyJump; empty: as ssh_config says."""
    run_as: str = ""
    """The user that the owner's scripts run as, by `sudo -n -u`; empty: the login."""
    agent: str | None = None
    """The agent's socket; None: as ssh_config says, else SSH_AUTH_SOCK; empty: no agent."""
    connect_timeout: float = 15.0
    """Seconds until a host must have answered and let us in, for each hop."""
    keepalive: float = 15.0
    """Seconds between signs of life; three that are missed end the connection."""
