"""The environment variables that set a setting: `CONFIG__DEFAULT__WEB__SECURE__BASE_URL`, both ways."""

import re
from collections.abc import Mapping
from typing import Final

from core.magento.scope import Level, Scope, ScopeTree
from core.magento.setting_key import SettingKey

_PREFIX: Final = "CONFIG__"
# Magento\Config\Model\Placeholder\Environment takes no others.
_NAME: Final = re.compile(r"CONFIG__[a-zA-Z]+[a-zA-Z0-9_]*\Z", re.ASCII)


def variable_name(key: SettingKey) -> str | None:
    """Return the variable's name; None where no name of a variable leads back to the setting.

    That is so where a part holds anything but letters, digits and single underscores, or begins or ends with one;
    and where a path holds capitals, since Magento reads all names in small letters. Codes are an exception
    since Magento 2.4.7, which takes them as they are written in the database.
    """
    code = [key.scope.code] if key.scope.code else []
    name = _PREFIX + "__".join([key.scope.level, *code, *key.path.split("/")]).upper()
    parts = (*code, *key.path.split("/"))
    if not _NAME.match(name) or any(_is_lost(part) for part in parts) or key.path != key.path.lower():
        return None
    return name


def _is_lost(part: str) -> bool:
    return "__" in part or part.startswith("_") or part.endswith("_") or not part


def setting_of(name: str, scopes: ScopeTree) -> SettingKey | None:
    """Return the setting that a variable sets; None for a variable that is none of Magento's, or of no scope."""
    if not _NAME.match(name) or not name.startswith(_PREFIX):
        return None
    level, *parts = name.removeprefix(_PREFIX).lower().split("__")
    if level == "default":
        return SettingKey("/".join(parts)) if len(parts) > 1 and all(parts) else None
    if level not in ("websites", "stores") or len(parts) < 3 or not all(parts):
        return None
    plural: Level = "websites" if level == "websites" else "stores"
    known = scopes.websites if plural == "websites" else scopes.stores
    code = {item.lower(): item for item in known}.get(parts[0], parts[0])
    return SettingKey("/".join(parts[1:]), Scope(plural, code))


def variable_settings(environment: Mapping[str, str], scopes: ScopeTree) -> dict[Scope, dict[str, str]]:
    """Return the settings that the variables of a process set, by scope and path."""
    found: dict[Scope, dict[str, str]] = {}
    for name, value in environment.items():
        key = setting_of(name, scopes)
        if key is not None:
            found.setdefault(key.scope, {})[key.path] = value
    return found
