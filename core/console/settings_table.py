"""The settings of all systems side by side, as they cross to the screen: words and marks, never a secret."""

from typing import Final

import msgspec

from core.jobs.events import Failure

OUTSIDE: Final = "a key of env.php outside `system`"
"""Why a row is no setting of Magento's."""


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


class ShownDifference(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One declaration that a system does not meet, or one value there that nobody declared."""

    environment: str
    name: str
    """The setting with its scope, or the key of env.php."""
    file: str
    """`env.php, system`, or `env.php` for a key outside of it."""
    kind: str
    standing: str
    """The words of `core.settings.difference.Standing`."""
    before: str = ""
    """What is there, as a person reads it; empty: nothing."""
    after: str = ""
    """What is declared; empty: nothing, or a secret whose value is not at hand."""
    applies: bool = False
    """Whether applying changes it."""
    needs_value: bool = False
    """Whether it is a secret without a value at hand."""
    hosts: tuple[str, ...] = ()
    """Those that get it."""
    others: tuple[tuple[str, str], ...] = ()
    """Hosts that have something else than `before`, with what."""
    effects: tuple[str, ...] = ()
    """What follows when it is applied; of what nobody declared: when it is taken away."""
    choices: tuple[str, ...] = ()
    """What a person can do: the words of `core.settings.difference.Choice`."""
    ignored_until: str = ""
    """The day until which it is let be, as 2030-01-31."""


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
    differences: dict[str, tuple[ShownDifference, ...]] = {}
    """By system, how it stands to what environments.toml declares; what is as declared is left out."""
