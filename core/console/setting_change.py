"""The change that sets one setting: by Magento's command, or written and imported where that refuses the path."""

from collections.abc import Sequence

from core.console.system_settings import SystemSettings
from core.errors import ConsoleError, Exit, Refused
from core.magento.php_values import Value
from core.magento.setting_key import SettingKey
from core.settings.changes import EnvChange, SettingChange


def setting_change(system: SystemSettings, key: SettingKey, value: str, secret: str = "") -> SettingChange:
    """Return the change that sets a setting. Raises Refused for one that neither a module nor a system knows."""
    refuse_unknown_scope(system, key)
    direct = key.path in system.without_field
    if nothing_knows(system, key.path):
        raise Refused(
            "no-such-setting",
            f"No module has a field for {key.path} or a default of it, and nothing sets it.",
            where=system.environment.name,
            remedy="Look for a typing mistake: Magento's command refuses it. If something reads it all the same, say "
            "its kind under [project.kinds] of environments.toml: Magento's own writer and an import take it then.",
        )
    return SettingChange(
        path=key.path, level=key.scope.level, code=key.scope.code, value=value, secret=secret, direct=direct,
        encrypt=direct and system.classifier.is_encrypted(key.path),
    )  # fmt: skip


def refuse_unknown_scope(system: SystemSettings, key: SettingKey) -> None:
    """Raise ConsoleError for a website or store that the system has not; nothing where its scopes are not known."""
    tree = system.source.layers.scopes
    codes = tree.websites if key.scope.level == "websites" else tuple(tree.stores)
    if not key.scope.code or not tree.websites or key.scope.code in codes:
        return
    like = [code for code in codes if code.lower() == key.scope.code.lower()]
    raise ConsoleError(
        "no-such-scope",
        f"{system.environment.name} has no {key.scope.level.removesuffix('s')} {key.scope.code!r}.",
        where=str(key),
        remedy=f"It is written {like[0]!r}: capitals count." if like else f"There are {', '.join(codes)}.",
        exit_code=Exit.USAGE,
    )


def nothing_knows(system: SystemSettings, path: str) -> bool:
    """Tell whether no module of the live release and nothing on the system speaks of a path."""
    return path in system.without_field and not _is_known(system, path)


def _is_known(system: SystemSettings, path: str) -> bool:
    """Tell whether something but a declaration speaks of a path: a module's default or list, a file, the database."""
    told = system.classifier(path)
    layers = system.source.layers.values.values()
    return (told.is_told and not told.is_guessed) or any(
        path in values for layer in layers for values in layer.values()
    )


def refuse_arrays(system: SystemSettings, changes: Sequence[EnvChange]) -> None:
    """Raise Refused where a single value, or nothing, would come in the place of a whole array of env.php."""
    for item in changes:
        for host in system.hosts:
            inner: Value = host.env
            for key in item.keys:
                inner = inner.get(key) if isinstance(inner, dict) else None
            if isinstance(inner, dict) and inner:
                raise Refused(
                    "env-is-array",
                    f"{item.path} is an array of {len(inner)} entries in env.php; they would all be lost.",
                    where=host.address,
                    remedy=f"Name a single value: {item.path}/{next(iter(inner))}",
                )
