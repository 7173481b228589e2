"""The actions of a build by name, for the job's process."""

from collections.abc import Callable, Mapping
from typing import Final

from core.actions.build.check import Check
from core.actions.build.checkout import Checkout
from core.actions.build.compile import Compile
from core.actions.build.composer import Autoload, Install
from core.actions.build.config import Config
from core.actions.build.fetch import Fetch
from core.actions.build.known import Known
from core.actions.build.modules import Modules
from core.actions.build.package import Package
from core.actions.build.static import Static
from core.actions.build.tidy import Tidy
from core.actions.custom import Custom
from core.actions.lock import Lock, Unlock
from core.actions.site import Bench
from core.jobs.action import Action

COMMON_ACTIONS: Final[Mapping[str, Callable[[Bench], Action]]] = {
    "lock": Lock,
    "unlock": Unlock,
    "custom": Custom,
}
"""Those that every kind of plan uses."""

BUILD_ACTIONS: Final[Mapping[str, Callable[[Bench], Action]]] = {
    **COMMON_ACTIONS,
    "build-check": Check,
    "build-known": Known,
    "build-fetch": Fetch,
    "build-checkout": Checkout,
    "build-config": Config,
    "build-composer": Install,
    "build-modules": Modules,
    "build-compile": Compile,
    "build-autoload": Autoload,
    "build-static": Static,
    "build-package": Package,
    "build-tidy": Tidy,
}
