"""What is wrong with the settings of one system: values in the wrong place, and nulls that lock."""

from collections.abc import Iterator
from typing import Final

from core.magento.scope import DEFAULT
from core.magento.setting_key import SettingKey
from core.settings.classify import Classifier
from core.settings.finding import Finding
from core.settings.kind import Classification
from core.settings.layers import Layer, Layers
from core.settings.value import Sensitive, SettingValue, same

_MOVE: Final = "move it with: mageconsole settings reclassify"


def place_findings(environment: str, layers: Layers, classifier: Classifier) -> list[Finding]:
    """Return the settings that stand where they don't belong. Those that block come first."""
    found = [
        *_in_config(environment, layers, classifier),
        *_not_encrypted(environment, layers, classifier),
        *_not_decrypted(environment, layers, classifier),
        *_shared_in_env(environment, layers, classifier),
    ]
    return sorted(found, key=lambda finding: not finding.blocks)


def _each(layers: Layers, layer: Layer) -> Iterator[tuple[SettingKey, SettingValue]]:
    for scope, values in layers.values.get(layer, {}).items():
        for path, value in values.items():
            yield SettingKey(path, scope), value


def _in_config(environment: str, layers: Layers, classifier: Classifier) -> Iterator[Finding]:
    for key, value in _each(layers, Layer.CONFIG):
        # A full dump names every field: null and nothing give nothing away, nor does what a module itself says.
        if value is None or value == "" or _is_default(layers, key, value):
            continue
        if isinstance(value, Sensitive):
            yield _secret(environment, key, value, classifier, layers)
        else:
            kind = classifier.of(key.path, value)
            if kind.kind.is_system:
                yield _system(environment, key, kind)


def _is_default(layers: Layers, key: SettingKey, value: SettingValue) -> bool:
    """Tell whether a value is the module's own, which is the same on every system."""
    own = layers.values.get(Layer.MODULE, {}).get(DEFAULT, {})
    return key.path in own and same(own[key.path], value) is True


def _how_encrypted(layers: Layers, value: Sensitive) -> str:
    """Return whose key a ciphertext is of, where the host was asked to decrypt it: with a database it was."""
    if value.fingerprint:
        return "encrypted with this system's key: every other system reads it as empty"
    if Layer.DATABASE in layers.values:
        return "encrypted with another system's key: this one reads it as empty"
    return "encrypted with one system's key"


def _secret(
    environment: str, key: SettingKey, value: Sensitive, classifier: Classifier, layers: Layers
) -> Finding:
    kind = classifier.of(key.path, value.secret.reveal())
    how = _how_encrypted(layers, value) if value.encrypted else "in plain text"
    remedy = (
        "take it out of config.php, and give each system its own: mageconsole settings secret set"
        if value.encrypted
        else f"{_MOVE}; then change it where it is from, since it may have been seen"
    )
    return Finding(
        code="secret-in-config",
        environment=environment,
        key=key,
        what=f"config.php holds a secret {how}; it is in git and in every artifact ({kind.evidence}: {kind.why})",
        remedy=remedy,
        blocks=True,
    )


def _system(environment: str, key: SettingKey, kind: Classification) -> Finding:
    return Finding(
        code="system-specific-in-config",
        environment=environment,
        key=key,
        what=f"config.php holds a value that belongs to one system, for all of them ({kind.evidence}: {kind.why})",
        remedy=f"{_MOVE}; each system keeps the value that it has now",
    )


def _not_encrypted(environment: str, layers: Layers, classifier: Classifier) -> Iterator[Finding]:
    """Tell plain values of encrypted fields in files: Magento decrypts them, to nothing."""
    for layer in (Layer.ENV, Layer.CONFIG):
        for key, value in _each(layers, layer):
            if isinstance(value, Sensitive) and not value.encrypted and classifier.is_encrypted(key.path):
                yield Finding(
                    code="secret-not-encrypted",
                    environment=environment,
                    key=key,
                    what=f"{layer} holds it in plain text, but Magento decrypts this field: it comes out empty",
                    remedy="set it again with: mageconsole settings secret set",
                )


def _not_decrypted(environment: str, layers: Layers, classifier: Classifier) -> Iterator[Finding]:
    """Tell ciphertexts that somebody wrote where Magento takes a value as it stands."""
    for layer in (Layer.ENV, Layer.CONFIG):
        for key, value in _each(layers, layer):
            if isinstance(value, Sensitive) and value.encrypted and classifier.is_plain_field(key.path):
                yield Finding(
                    code="secret-not-decrypted",
                    environment=environment,
                    key=key,
                    what=f"{layer} holds it encrypted, but this field is not: Magento takes the ciphertext for the value",
                    remedy="write the value itself: mageconsole settings secret set, then apply",
                )


def _shared_in_env(environment: str, layers: Layers, classifier: Classifier) -> Iterator[Finding]:
    """Tell shared settings that env.php overrides: what config.php says of them has no effect here."""
    shared = layers.values.get(Layer.CONFIG, {})
    for key, value in _each(layers, Layer.ENV):
        kind = classifier.of(key.path, None)
        over = key.path in shared.get(key.scope, {})
        if kind.kind.is_shared and over and not isinstance(value, Sensitive):
            yield Finding(
                code="shared-in-env",
                environment=environment,
                key=key,
                what="env.php overrides a shared setting: this system doesn't do what config.php says",
                remedy="take it out of env.php, or change it in config.php for all systems",
            )
