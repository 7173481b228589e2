"""The actions of changes of settings by the names that plans use."""

from collections.abc import Callable, Mapping
from typing import Final

from core.actions.settings.backups import PruneBackups
from core.actions.settings.caches import CleanSettingsCaches
from core.actions.settings.check import ReadyForSettings, SettingsSettled
from core.actions.settings.commit import CheckCheckout, CommitConfig, PushConfig
from core.actions.settings.compute import ComputeSettings, TidySettings
from core.actions.settings.gate import SettingsGate
from core.actions.settings.new import NewSettings, ValuesAtHand
from core.actions.settings.record import RecordSettings
from core.actions.settings.write import WriteSettings
from core.actions.site import Bench
from core.jobs.action import Action

SETTINGS_ACTIONS: Final[Mapping[str, Callable[[Bench], Action]]] = {
    "check-checkout": CheckCheckout,
    "clean-settings-caches": CleanSettingsCaches,
    "commit-config": CommitConfig,
    "compute-settings": ComputeSettings,
    "new-settings": NewSettings,
    "prune-backups": PruneBackups,
    "push-config": PushConfig,
    "ready-for-settings": ReadyForSettings,
    "record-settings": RecordSettings,
    "settings-gate": SettingsGate,
    "settings-settled": SettingsSettled,
    "tidy-settings": TidySettings,
    "values-at-hand": ValuesAtHand,
    "write-settings": WriteSettings,
}
