"""Declared settings that an artifact's code knows and the live one does not: the promotion sets them (decision 31).

Keys of env.php outside `system` are none of them: no module declares those, no code refuses them and no hash
covers them, so `settings apply` sets them before a promotion as well as after it.
"""

import datetime
from collections.abc import Collection, Mapping

import msgspec

from core.console.settings_planning import Applying, Review
from core.console.system_settings import SystemSettings
from core.magento.setting_key import SettingKey
from core.settings.changes import Changes
from core.settings.classify import Classifier
from core.settings.column import ABSENT
from core.settings.declared import Declared
from core.settings.desired import Desired, desired, secret_place
from core.settings.difference import Difference, Standing, compare
from core.settings.kind import Evidence, Kind
from core.settings.layers import Layer, Layers
from core.settings.new import NewSettings, unknown_paths
from core.settings.value import Sensitive, SettingValue, hide


def new_settings(
    told: Review, there: Declared, known: Mapping[str, Kind], key: bytes, today: datetime.date
) -> NewSettings:
    """Return what is to be set from the new release. Raises Refused `secret-in-environments`.

    told: how the system stands now; there: what the artifact's modules declare; known: what a person says of
    kinds; key: of the fingerprints.
    """
    classifier = Classifier(there.pool, there.fields, there.defaults.encrypted, known)
    system, wanted = told.system, desired(told.system.environment)
    paths = unknown_paths(wanted, system.fields)
    source = system.source
    layers = _hidden(source.layers, wanted, classifier, key)
    found = [
        item
        for item in compare(wanted, layers, source.env, classifier, secrets=told.secrets, key=key, today=today)
        if item.key is not None and item.key.path in paths and item.ignored_until is None and _is_due(item)
    ]
    as_there = _as_if_live(system, there, classifier, paths)
    applying = Applying(msgspec.structs.replace(told, system=as_there), {"clean_pages": True}, key, awaits=True)
    for item in found:
        if _is_of(item, there, classifier):
            applying.take(item)
    return NewSettings(
        changes=Changes(settings=tuple(applying.settings)),
        shown=tuple(applying.shown),
        lacking=tuple(applying.missing),
    )


def _hidden(layers: Layers, wanted: Desired, classifier: Classifier, key: bytes) -> Layers:
    """Return the layers, with env.php hidden as the artifact's modules say: they know more than the live ones."""
    secrets = {place.path for path in wanted.secrets if isinstance(place := secret_place(path), SettingKey)}

    def one(path: str, value: SettingValue) -> SettingValue:
        if isinstance(value, Sensitive):
            return value
        return hide(value, key) if path in secrets or classifier.of(path, value).kind.is_sensitive else value

    env = {
        scope: {path: one(path, value) for path, value in values.items()}
        for scope, values in layers.values.get(Layer.ENV, {}).items()
    }
    return msgspec.structs.replace(layers, values={**layers.values, Layer.ENV: env})


def _as_if_live(
    system: SystemSettings, there: Declared, classifier: Classifier, paths: Collection[str]
) -> SystemSettings:
    """Return the system as if its modules were the artifact's: these say how a value is set, and whether encrypted."""
    hosts = tuple(
        msgspec.structs.replace(host, layers=_with_defaults(host.layers, there)) for host in system.hosts
    )
    return msgspec.structs.replace(
        system, hosts=hosts, classifier=classifier, fields=there.fields,
        without_field=frozenset(paths).difference(there.fields),
    )  # fmt: skip


def _with_defaults(layers: Layers, there: Declared) -> Layers:
    return msgspec.structs.replace(layers, values={**layers.values, Layer.MODULE: there.defaults.values})


def _path(item: Difference) -> str:
    return item.key.path if item.key is not None else ""


def _is_due(item: Difference) -> bool:
    """Tell whether a declaration has to be set; one that can't be compared is, for setting it again does no harm."""
    if item.standing is Standing.UNKNOWN:
        return item.declared is not ABSENT
    return item.standing in (Standing.DIFFERS, Standing.MISSING)


def _is_of(item: Difference, there: Declared, classifier: Classifier) -> bool:
    """Tell whether the artifact's modules know a setting: by a field, a default, or as sensitive or system-specific."""
    path, kind = _path(item), classifier(_path(item))
    named = any(path in values for values in there.defaults.values.values())
    return path in there.fields or named or (kind.is_told and kind.evidence is Evidence.DECLARED)
