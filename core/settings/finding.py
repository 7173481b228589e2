"""Something about a system's settings that is wrong or dangerous, and what to do."""

import msgspec

from core.magento.setting_key import SettingKey


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One finding. Holds no value of a setting."""

    code: str
    """A stable kebab-case word."""
    environment: str
    what: str
    remedy: str
    key: SettingKey | None = None
    """The setting, where it is about one."""
    env: str = ""
    """The key of env.php outside of `system`, where it is about one: `db/connection/default/host`."""
    hosts: tuple[str, ...] = ()
    """Of several hosts, those that differ from the first."""
    blocks: bool = False
    """Whether nothing may be promoted until it is resolved."""
