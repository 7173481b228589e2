"""The actions of promotions and roll backs by the names that plans use."""

from collections.abc import Callable, Mapping
from typing import Final

from core.actions.promotion.ask_after import AskAfter
from core.actions.promotion.ask_again import AskAgain
from core.actions.promotion.caches import Flush
from core.actions.promotion.check_target import CheckTarget
from core.actions.promotion.cron import PauseCron, ResumeCron
from core.actions.promotion.database import Database
from core.actions.promotion.decide import Decide
from core.actions.promotion.fits import Fits
from core.actions.promotion.health import Health
from core.actions.promotion.lost import WouldBeLost
from core.actions.promotion.maintenance import Close, Open
from core.actions.promotion.own_paths import OwnPaths
from core.actions.promotion.prober import Measure, Watch
from core.actions.promotion.recheck import Recheck
from core.actions.promotion.record import Record
from core.actions.promotion.reload import Reload
from core.actions.promotion.retention import Retention
from core.actions.promotion.switch import PrepareSwitch, Switch
from core.actions.promotion.transfer import LinkShared, Transfer, VerifyRelease
from core.actions.site import Bench
from core.jobs.action import Action

PROMOTION_ACTIONS: Final[Mapping[str, Callable[[Bench], Action]]] = {
    "ask-after": AskAfter,
    "ask-again": AskAgain,
    "check-target": CheckTarget,
    "close": Close,
    "database": Database,
    "decide": Decide,
    "fits": Fits,
    "flush": Flush,
    "health": Health,
    "link-shared": LinkShared,
    "lost": WouldBeLost,
    "measure": Measure,
    "open": Open,
    "own-paths": OwnPaths,
    "pause-cron": PauseCron,
    "prepare-switch": PrepareSwitch,
    "recheck": Recheck,
    "record": Record,
    "reload": Reload,
    "resume-cron": ResumeCron,
    "retention": Retention,
    "switch": Switch,
    "transfer": Transfer,
    "verify-release": VerifyRelease,
    "watch": Watch,
}
