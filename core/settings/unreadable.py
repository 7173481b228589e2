"""Values that were encrypted with another key than the system's: Magento reads them as empty, without a word."""

from collections.abc import Iterator

from core.magento.setting_key import SettingKey
from core.settings.finding import Finding
from core.settings.layers import Layer, Layers
from core.settings.value import Sensitive

_SHOWN = 3


def unreadable(environment: str, layers: Layers) -> list[Finding]:
    """Return what the system can't decrypt: each value, or, where it can decrypt none, that the key has changed.

    `layers` are those of a host that was asked to decrypt: a value without a fingerprint is one that it could not.
    """
    encrypted = list(_encrypted(layers))
    lost = [(layer, key) for layer, key, value in encrypted if not value.fingerprint]
    if not lost:
        return []
    if len(lost) == len(encrypted) and len(lost) > 1:
        return [_key_changed(environment, [key for _, key in lost])]
    return [_unreadable(environment, layer, key) for layer, key in lost]


def _encrypted(layers: Layers) -> Iterator[tuple[Layer, SettingKey, Sensitive]]:
    for layer in (Layer.ENV, Layer.CONFIG, Layer.DATABASE):
        for scope, values in layers.values.get(layer, {}).items():
            for path, value in values.items():
                if isinstance(value, Sensitive) and value.encrypted:
                    yield layer, SettingKey(path, scope), value


def _key_changed(environment: str, keys: list[SettingKey]) -> Finding:
    named = ", ".join(map(str, keys[:_SHOWN])) + (", ..." if len(keys) > _SHOWN else "")
    return Finding(
        code="crypt-key-changed",
        environment=environment,
        env="crypt/key",
        what=f"none of the {len(keys)} encrypted values can be decrypted with this system's key ({named})",
        remedy="bring back the key that they were encrypted with (as a line of its own), or set them again",
        blocks=True,
    )


def _unreadable(environment: str, layer: Layer, key: SettingKey) -> Finding:
    return Finding(
        code="secret-unreadable",
        environment=environment,
        key=key,
        what=f"{layer} holds it encrypted with another system's key: Magento reads it as empty",
        remedy="set it again with: mageconsole settings secret set",
    )
