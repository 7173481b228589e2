"""Adopting what a system has: it becomes what environments.toml declares, and nothing changes on the system. Pure."""

import base64

from core.console.answers import Adopted
from core.console.declaring import Placed, declared_at, sensitive
from core.environments.leaks import is_secret_name
from core.environments.model import Environment, Setting
from core.errors import Refused
from core.magento.php_values import Expression
from core.magento.scope import parse_scope
from core.magento.setting_key import SettingKey
from core.settings.desired import secret_path
from core.settings.difference import Difference, Standing
from core.settings.value import Sensitive

_ADOPTED = (Standing.NOT_DECLARED, Standing.DIFFERS, Standing.UNKNOWN)


def placed(found: Adopted, environment: Environment) -> Placed:
    """Return what is to stand in environments.toml; the value of a secret belongs into the keyring."""
    if found.sensitive:
        return sensitive(environment, found.path)
    if found.env:
        return {("environments", environment.name, "env", found.path): found.leaf}
    key = SettingKey(found.path, parse_scope(found.scope))
    return {declared_at(environment.name, key): found.leaf}


def adopted(environment: str, item: Difference) -> Adopted:
    """Return what declares the value that a system has. Raises Refused `nothing-to-adopt`, `not-declarable`."""
    if item.standing not in _ADOPTED:
        raise Refused(
            "nothing-to-adopt", f"{item.name} is {item.standing}: there is no other value to declare.",
            where=environment,
        )  # fmt: skip
    real = item.real
    place = item.key or item.env
    if item.kind.is_sensitive or isinstance(real, Sensitive):
        text = real.secret.reveal() if isinstance(real, Sensitive) and not real.encrypted else ""
        return Adopted(
            name=item.name, path=secret_path(place), env=item.key is None, sensitive=True, text=_coded(text)
        )
    value = _declarable(real)
    if value is None or (item.key is None and is_secret_name(item.env)):
        raise Refused(
            "not-declarable", f"What {item.name} is there can't stand in environments.toml.", where=environment,
            remedy="Nulls, arrays, computed values and secrets can't. Let it be until a day, or take it away.",
        )  # fmt: skip
    text, plain = (_coded(value), None) if isinstance(value, str) else ("", value)
    if item.key is None:
        return Adopted(name=item.name, path=item.env, env=True, text=text, plain=plain)
    return Adopted(name=item.name, path=item.key.path, scope=str(item.key.scope), text=text, plain=plain)


def _coded(text: str) -> str:
    return base64.b64encode(text.encode("utf-8", "surrogateescape")).decode()


def _declarable(value: object) -> Setting:
    if isinstance(value, Expression) or not isinstance(value, str | int | float | bool):
        return None
    return value
