"""The settings of all systems side by side, as they cross to the screen: words and marks, never a secret."""

import msgspec

from core.jobs.events import Failure


class ShownCell(msgspec.Struct, frozen=True, array_like=True):
    """What a setting is on one system."""

    text: str
    """As a person reads it; a secret is masked, with the beginning of its keyed fingerprint."""
    layer: str
    """Where it is set: `env.php`, `config.php`, `database`, ..."""
    inherited: bool = False
    """Whether it is set at a wider scope than that of its row."""
    null_locked: bool = False


class ShownSetting(msgspec.Struct, frozen=True, array_like=True):
    """One row."""

    path: str
    scope: str
    """`default`, `websites/CODE`, `stores/CODE`."""
    kind: str
    evidence: str
    why: str
    state: int
    """Flags of `core.settings.row.State`."""
    cells: tuple[ShownCell | None, ...]
    """In the order of `SettingsTable.names`; None: no value there."""

    @property
    def name(self) -> str:
        """What names it: its path, and its scope where that is not the default."""
        return self.path if self.scope == "default" else f"{self.path} ({self.scope})"


class ShownFinding(msgspec.Struct, frozen=True, kw_only=True):
    """Something that is wrong with a setting, and what to do."""

    code: str
    environment: str
    name: str
    what: str
    remedy: str
    blocks: bool


class ShownRung(msgspec.Struct, frozen=True, kw_only=True):
    """One layer that holds a value for a setting."""

    layer: str
    scope: str
    text: str
    wins: bool


class ShownLadder(msgspec.Struct, frozen=True, kw_only=True):
    """Every layer of one setting on one system."""

    environment: str
    label: str
    """What the Admin calls it; empty: no module declares it."""
    type: str
    """The field's type in the Admin; empty: not known."""
    rungs: tuple[ShownRung, ...]
    """What wins first."""
    locked_by: str
    """What keeps the Admin from changing it; empty: nothing."""
    unread: tuple[str, ...]
    """Layers that were not read: a value there may win."""
    comment: str = ""
    """What the Admin says beside the field."""
    yes_no: bool = False
    """Whether it takes 1 and 0 as yes and no."""
    options: tuple[tuple[str, str], ...] = ()
    """Value and label of the choices, where they are known."""
    validate: str = ""
    """Magento's rules for it: `validate-number required-entry`."""


class SettingsTable(msgspec.Struct, frozen=True, kw_only=True):
    """All of it."""

    names: tuple[str, ...]
    """The systems that were read, in the order of the flow."""
    rows: tuple[ShownSetting, ...]
    findings: tuple[ShownFinding, ...]
    scopes: tuple[str, ...] = ("default",)
    """At which a value can be set on some system."""
    failures: dict[str, Failure] = {}
    """Why a system could not be read."""
    declared: dict[str, tuple[str, ...]] = {}
    """By system, what environments.toml declares and the system does not have so: what `apply` would change."""
