"""Changes of an environment's settings as plain data, without any secret: what a plan carries."""

from typing import Literal, TypeAlias

import msgspec

from core.environments.model import Setting
from core.magento.php_values import Key
from core.magento.scope import Level, Scope
from core.magento.setting_key import SettingKey

Operation: TypeAlias = Literal["set", "unset"]


class SettingChange(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A setting of Magento's that gets a value in a file, or loses it there."""

    path: str
    level: Level = "default"
    code: str = ""
    operation: Operation = "set"
    value: str = ""
    """As Magento's command takes it; empty for a secret."""
    secret: str = ""
    """The name of the secret that is its value (`SecretName`); empty: `value` is."""
    direct: bool = False
    """Whether no module has a field for it: Magento's writer puts it into the file, and an import takes it in."""
    encrypt: bool = False
    """Whether it is encrypted on the way, which Magento's command does by itself."""

    @property
    def key(self) -> SettingKey:
        """The setting at its scope."""
        return SettingKey(self.path, Scope(self.level, self.code))


class EnvChange(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A key of env.php outside `system`."""

    path: str
    operation: Operation = "set"
    value: Setting = None
    secret: str = ""

    @property
    def keys(self) -> tuple[Key, ...]:
        """The keys that lead to it, as PHP has them: digits are a number."""
        return tuple(
            int(part) if part.isdecimal() and str(int(part)) == part else part for part in self.path.split("/")
        )


class Changes(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """All that one plan changes on one environment."""

    settings: tuple[SettingChange, ...] = ()
    env: tuple[EnvChange, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.settings or self.env)

    @property
    def secrets(self) -> tuple[str, ...]:
        """The names of the secrets that are needed, each once."""
        named = (*(item.secret for item in self.settings), *(item.secret for item in self.env))
        return tuple(dict.fromkeys(name for name in named if name))


class ShownChange(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One change as a person reads it before it is approved; secrets are masked."""

    name: str
    file: str
    """`env.php`, `env.php, system` or `config.php`."""
    before: str = ""
    after: str = ""
    kind: str = ""
    effects: tuple[str, ...] = ()
    """What follows: `locked in the Admin`, `the database's value has no effect any more`, ..."""
