"""What environments.toml declares for one environment, and what of it doesn't belong there."""

import datetime
from collections.abc import Iterator, Mapping
from typing import Final

import msgspec

from core.environments.leaks import is_secret_name
from core.environments.model import Environment, Setting
from core.magento.scope import Level, Scope, store, website
from core.magento.setting_key import SettingKey
from core.settings.classify import Classifier
from core.settings.finding import Finding

_IN_ENV: Final = frozenset(
    {"backend", "backpressure", "cache", "crypt", "db", "lock", "queue", "remote_storage", "session"}
)
"""Top-level keys of env.php that hold secrets; Magento has no section of settings of these names."""


def secret_place(path: str) -> SettingKey | str:
    """Return what a path under `sensitive` names: a setting, at a scope, or a key of env.php outside `system`.

    `payment/acme/private_key`, `websites/eu/payment/acme/private_key`, `db/connection/default/password`.
    """
    first, _, rest = path.partition("/")
    if first in _IN_ENV:
        return path
    code, _, inner = rest.partition("/")
    if first in ("websites", "stores") and "/" in inner:
        return SettingKey(inner, website(code) if first == "websites" else store(code))
    return SettingKey(path)


def secret_path(place: SettingKey | str) -> str:
    """Return how a setting, or a key of env.php, is named under `sensitive` and `ignore`: `secret_place` back."""
    if isinstance(place, str) or not place.scope.code:
        return str(place)
    return f"{place.scope}/{place.path}"


class Desired(msgspec.Struct, frozen=True):
    """The declarations of one environment."""

    settings: Mapping[SettingKey, Setting] = {}
    env: Mapping[str, Setting] = {}
    """Keys of env.php outside `system`."""
    secrets: tuple[str, ...] = ()
    """Paths whose values the operator's keyring has; `secret_place` tells what each names."""
    ignored: Mapping[str, datetime.date] = {}
    """Differences that are let be, by `Difference.name`: until that day, itself included."""


def desired(environment: Environment) -> Desired:
    """Return what an environment declares."""
    ignored = {str(secret_place(path)): day for path, day in environment.ignore.items()}
    return Desired(dict(_settings(environment)), environment.env, environment.sensitive, ignored)


def _settings(environment: Environment) -> Iterator[tuple[SettingKey, Setting]]:
    for level, values in environment.settings.items():
        for name, inner in values.items():
            if level == "default" and not isinstance(inner, dict):
                yield SettingKey(name), _as_magento(inner)
            elif level in ("websites", "stores") and isinstance(inner, dict):
                plural: Level = "websites" if level == "websites" else "stores"
                for path, value in inner.items():
                    yield SettingKey(path, Scope(plural, name)), _as_magento(value)


def _as_magento(value: Setting) -> Setting:
    """Return a declared value as Magento keeps it: yes and no are 1 and 0, where PHP would cast false to nothing."""
    return {True: "1", False: "0"}[value] if isinstance(value, bool) else value


def declaration_findings(environment: str, wanted: Desired, classifier: Classifier) -> list[Finding]:
    """Return declared values that don't belong into environments.toml: secrets by their class, shared settings."""
    return [
        *_secret_declared(environment, wanted, classifier),
        *_shared_declared(environment, wanted, classifier),
    ]


def _secret_declared(environment: str, wanted: Desired, classifier: Classifier) -> Iterator[Finding]:
    remedy = 'take it out, name the path under "sensitive", and give it with: mageconsole settings secret set'
    for key, value in wanted.settings.items():
        kind = classifier.of(key.path, value)
        if kind.kind.is_sensitive and value not in ("", None):
            what = f"environments.toml holds the value of a sensitive setting ({kind.evidence}: {kind.why})"
            yield _declared(environment, "secret-in-environments", what, remedy, key=key, blocks=True)
    for path, value in wanted.env.items():
        if is_secret_name(path) and value not in ("", None):
            what = "environments.toml holds the value of a secret of env.php"
            yield _declared(environment, "secret-in-environments", what, remedy, env=path, blocks=True)


def _shared_declared(environment: str, wanted: Desired, classifier: Classifier) -> Iterator[Finding]:
    for key in wanted.settings:
        kind = classifier.of(key.path, None)
        if kind.kind.is_shared and kind.is_told:
            what = "a shared setting is declared for one system: it will differ from the others for good"
            yield _declared(environment, "shared-declared", what, "set it in config.php instead", key=key)


def _declared(
    environment: str, code: str, what: str, remedy: str, *, key: SettingKey | None = None, env: str = "",
    blocks: bool = False,
) -> Finding:  # fmt: skip
    return Finding(
        code=code, environment=environment, key=key, env=env, what=what, remedy=remedy, blocks=blocks
    )
