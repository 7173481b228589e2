"""What a promotion sets because only the new release's code knows it (decision 31), as plain data."""

from collections.abc import Collection

import msgspec

from core.settings.changes import Changes, ShownChange
from core.settings.desired import Desired, secret_place


class NewSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What a promotion sets because the live release can't."""

    changes: Changes = Changes()
    shown: tuple[ShownChange, ...] = ()
    lacking: tuple[str, ...] = ()
    """Those of them whose secret was not found when the plan was made; a job without it is not started."""

    @property
    def names(self) -> tuple[str, ...]:
        """What they are called."""
        return tuple(item.name for item in self.shown)


def unknown_paths(wanted: Desired, fields: Collection[str]) -> tuple[str, ...]:
    """Return the paths that are declared, and that no field of the Admin has: `config:set` refuses them."""
    places = [secret_place(path) for path in wanted.secrets]
    keys = [*wanted.settings, *(place for place in places if not isinstance(place, str))]
    return tuple(dict.fromkeys(key.path for key in keys if key.path not in fields))
