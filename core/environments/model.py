"""What environments.toml says, as typed data (design, section 4)."""

import datetime
from enum import StrEnum
from typing import Literal

import msgspec

Setting = str | int | float | bool | None


class Role(StrEnum):
    """What a system is for in Magento's pipeline deployment."""

    DEVELOPMENT = "development"
    BUILD = "build"
    STAGING = "staging"
    PRODUCTION = "production"


class HostRole(StrEnum):
    """What a host does within its environment."""

    WEB = "web"
    CRON = "cron"
    CONSUMER = "consumer"


class Host(msgspec.Struct, frozen=True, kw_only=True):
    """One host of an environment. Keys that it leaves out are those of its environment."""

    address: str
    """`[user@]name[:port]`, or an alias of ssh_config."""
    roles: tuple[HostRole, ...] = (HostRole.WEB, HostRole.CRON, HostRole.CONSUMER)
    php: tuple[str, ...] = ("php",)
    """The PHP of the command line with its arguments, as a list."""
    run_as: str = ""
    """The user that commands run as, by `sudo -n -u`; empty: the login itself."""
    reload: str = ""
    """A shell command that makes php-fpm take new code; run as the login."""
    jump: str = ""
    web: str = ""
    """Where the host's own web server listens, `name[:port]`; empty: 127.0.0.1 and the port of `health`."""
    path: str = ""
    """Where the shop lies on this host; empty: at its environment's `path`. `Environment.path_on` tells."""

    @property
    def user(self) -> str:
        """The login, empty when ssh_config or the operator's own name decides."""
        return self.address.rpartition("@")[0]

    @property
    def name(self) -> str:
        """The host's name without login and port."""
        rest = self.address.rpartition("@")[2]
        if rest.startswith("["):
            return rest[1:].partition("]")[0]
        return rest.partition(":")[0]

    @property
    def port(self) -> int | None:
        """The port, None when ssh_config or the default decides."""
        rest = self.address.rpartition("@")[2].rpartition("]")[2]
        _, _, port = rest.partition(":")
        return int(port) if port else None


class Health(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The request that shows that a web host serves the shop. Asked on the host itself, past any balancer."""

    path: str = "/customer/account/login/"
    host: str = ""
    """The Host header; empty: the host of the environment's `url`."""
    status: int = 200
    port: int = 80
    scheme: Literal["http", "https"] = "http"
    timeout: float = 10.0
    """Seconds."""
    headers: dict[str, str] = {}
    """What a balancer that ends TLS would add, such as `X-Forwarded-Proto`."""


class Timeouts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Limits in seconds."""

    connect: float = 15.0
    command: float = 60.0
    """A small command, such as a probe."""
    composer: float = 1800.0
    compile: float = 1800.0
    static: float = 3600.0
    upgrade: float = 3600.0
    """How long a database step is expected to take at most: beyond it that is told, and it goes on."""
    cron: float = 300.0
    """How long to wait until running cron jobs and consumers have ended."""
    health: float = 60.0
    """How long a web host may take until it answers from the new release."""


class Locales(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The static content of one area, and of some of its themes only when they are named."""

    area: Literal["frontend", "adminhtml"]
    themes: tuple[str, ...] = ()
    """`Vendor/theme`; empty: all themes of the area."""
    locales: tuple[str, ...]


class CustomStep(msgspec.Struct, frozen=True, kw_only=True):
    """A step of the shop's own: one `[[steps]]` table."""

    name: str
    on: str
    """The name of an environment, or a role."""
    run: str
    """A line for sh, run in the checkout (build) or in the new release (targets)."""
    after: str = ""
    before: str = ""
    """The step that it follows or precedes; one of the two."""
    window: bool = False
    """Whether it runs inside the maintenance window (and opens one)."""
    hosts: Literal["all", "first", "web", "cron"] = "all"
    limit: float = 600.0
    """Seconds."""
    on_failure: Literal["stop", "warn"] = "stop"
    undo: str = ""
    """A line for sh that takes back what `run` did; empty: nothing to take back."""


class Environment(msgspec.Struct, frozen=True, kw_only=True):
    """One named system of the shop: a role, one or more hosts, a path."""

    name: str
    role: Role
    hosts: tuple[Host, ...]
    path: str
    url: str = ""
    repository: str = ""
    branch: str = ""
    composer: bool = True
    """False when `vendor` is in git."""
    composer_command: tuple[str, ...] = ("composer",)
    umask: str = ""
    web_group: str = ""
    requires: str = ""
    confirm: Literal["", "name"] = ""
    maintenance: Literal["auto", "always", "never"] = "auto"
    health: Health | None = None
    cron: Literal["crontab", "env", "systemd", "supervisor", "none"] = "crontab"
    cron_units: tuple[str, ...] = ()
    """The systemd units or supervisor programs that `cron` names."""
    shared_files: tuple[str, ...] = ("app/etc/env.php", "var/.maintenance.ip")
    shared_dirs: tuple[str, ...] = (
        "pub/media", "pub/sitemap", "var/log", "var/report", "var/session", "var/import",
        "var/export", "var/import_history", "var/importexport", "var/backups", "var/tmp",
    )  # fmt: skip
    keep_releases: int = 5
    artifact_exclude: tuple[str, ...] = ()
    """Patterns of paths in the release that no artifact takes along."""
    locales: tuple[str, ...] = ("en_US",)
    """Those of the project when the environment has none of its own."""
    static: tuple[Locales, ...] = ()
    """Areas and themes whose locales differ from `locales`."""
    timeouts: Timeouts = Timeouts()
    sensitive: tuple[str, ...] = ()
    settings: dict[str, dict[str, Setting] | dict[str, dict[str, Setting]]] = {}
    """Declared system-specific settings: `default` is path -> value, `websites` and `stores` code -> that."""
    ignore: dict[str, datetime.date] = {}
    """Differences that are let be, by path as under `sensitive`: until that day, itself included."""
    env: dict[str, Setting] = {}
    """Declared keys of env.php outside `system`."""
    exceptions: dict[str, str] = {}
    """Shared settings that this environment has for itself: what is declared -> the reason, which is recorded."""
    steps: tuple[CustomStep, ...] = ()
    """Those of `[[steps]]` that are for this environment, in the order of the file."""

    def path_on(self, host: Host) -> str:
        """Return where the shop lies on one of the hosts."""
        return host.path or self.path

    @property
    def web_hosts(self) -> tuple[Host, ...]:
        """The hosts that answer requests."""
        return tuple(host for host in self.hosts if HostRole.WEB in host.roles)


class Project(msgspec.Struct, frozen=True, kw_only=True):
    """The whole of environments.toml."""

    name: str
    file: str
    """Where it was read from, an absolute path."""
    digest: str
    """The file's SHA-256 when it was read."""
    environments: dict[str, Environment]
    locales: tuple[str, ...] = ("en_US",)
    ssh_config: tuple[str, ...] = ()
    """Paths of ssh_config files; empty: `~/.ssh/config`."""
    known_hosts: str = ""
    """Where `trust` writes accepted keys; empty: as ssh_config says, else `~/.ssh/known_hosts`."""
    state_dir: str = ""
    """Where jobs live; empty: under the XDG state directory."""
    secret_command: tuple[str, ...] = ()
    """A command that prints a secret, with `{environment}` and `{path}` in its words; empty: none."""
    kinds: dict[str, Literal["shared", "system", "sensitive"]] = {}
    """What a person says of settings whose kind nothing declares, by path."""
    keep_jobs: int = 200
    """How many jobs are kept; one that runs, or stopped half way, always is."""

    def of_role(self, role: Role) -> tuple[Environment, ...]:
        """Return the environments of one role, in the order of the file."""
        return tuple(item for item in self.environments.values() if item.role is role)
