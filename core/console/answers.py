"""What the looking process answers besides snapshots, as plain data. Light, as `snapshot` is."""

import base64
from typing import Literal

import msgspec

from core.console.snapshot import Artifact
from core.model.plan import Plan
from core.secret import Secret


class Planned(msgspec.Struct, frozen=True, kw_only=True):
    """A plan as it is shown: with the digest that approves exactly it, and how long its steps took before.

    `plan.forecast` is that of the command line: `artifact`, `commits`, `between` (files, settings, schema,
    stores created, changed, deleted), `predicted` (window and its reasons), `cut_over` (steps with their
    commands), `durations` (seconds by step id).
    """

    plan: Plan
    digest: str


class HostRelease(msgspec.Struct, frozen=True, kw_only=True):
    """One release on one host."""

    address: str
    complete: bool
    """Whether all of it arrived and was checked; without that it is no release."""
    live: bool = False
    live_since: float | None = None
    """When it was last made live; None: never by us."""
    verified_at: float | None = None


class ReleaseRow(msgspec.Struct, frozen=True, kw_only=True):
    """One release of an environment, on all hosts that have it."""

    name: str
    artifact: Artifact | None
    """None: its record is missing."""
    hosts: tuple[HostRelease, ...]
    goes_next: bool = False
    """Whether the next promotion's clean-up would remove it; what a process uses stays all the same."""
    previous: bool = False
    """Whether a roll back without a name leads here."""

    @property
    def live(self) -> tuple[str, ...]:
        """The addresses of the hosts on which it is live."""
        return tuple(host.address for host in self.hosts if host.live)

    @property
    def complete(self) -> bool:
        """Whether it is whole wherever it is."""
        return all(host.complete for host in self.hosts)

    @property
    def verified(self) -> bool:
        """Whether it passed its verification on every host that has it."""
        return all(host.verified_at is not None for host in self.hosts)


class Releases(msgspec.Struct, frozen=True, kw_only=True):
    """The releases of an environment."""

    name: str
    keep: int
    """How many verified ones are kept."""
    rows: tuple[ReleaseRow, ...]
    """The newest first."""
    addresses: tuple[str, ...]
    """All hosts of the environment."""


class Flagged(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the maintenance flag on one host."""

    address: str
    done: bool
    what: str


class HostKey(msgspec.Struct, frozen=True, kw_only=True):
    """The key that a host shows, and what is known of it."""

    address: str
    place: str
    """Where the host is, in words."""
    standing: Literal["known", "unknown", "changed", "revoked"]
    fingerprint: str
    known: str
    """The fingerprints that are known of the host, empty when there are none."""
    file: str
    """Where accepting it writes it."""


class Watching(msgspec.Struct, frozen=True, kw_only=True):
    """What is looked at again and again."""

    names: tuple[str, ...] = ()
    interval_s: float = 0.0


class Adopted(msgspec.Struct, frozen=True, kw_only=True):
    """What would declare the value that a system has. Goes to the screen, never to a file or a log."""

    name: str
    path: str
    """As it stands in environments.toml; of a secret with its scope in front."""
    scope: str = "default"
    env: bool = False
    """Whether it is a key of env.php outside `system`."""
    sensitive: bool = False
    text: str = ""
    """The value as base64: nothing may touch it; empty for a secret that can't be read."""
    plain: int | float | bool | None = None
    """In place of a text."""

    def __repr__(self) -> str:
        return f"Adopted({self.name})"

    @property
    def leaf(self) -> str | int | float | bool:
        """The value for environments.toml."""
        return self._decoded if self.plain is None else self.plain

    @property
    def secret(self) -> Secret | None:
        """The value for the keyring; None where it can't be read: it is encrypted with the system's own key."""
        return Secret(self._decoded) if self.sensitive and self.text else None

    @property
    def _decoded(self) -> str:
        return base64.b64decode(self.text).decode("utf-8", "surrogateescape")


class Side(msgspec.Struct, frozen=True):
    """What a system's settings can be compared with."""

    name: str
    """The id of an artifact."""
    told: str
