"""What a screen asks of settings; the looker sends it to the process that holds the connections."""

import base64
from collections.abc import Mapping, Sequence
from typing import Any

from core.console.answers import Adopted, Planned, Side
from core.console.looking_link import LookingLink
from core.console.settings_table import SettingsTable, ShownDifference, ShownLadder
from core.secret import Secret


class SettingsAsking(LookingLink):
    """The requests about settings. All raise ConsoleError."""

    async def settings(self, names: Sequence[str] = ()) -> SettingsTable:
        """Read the settings of environments side by side, of all when none is named: seconds, on request only."""
        return await self._ask("settings", SettingsTable, names=names)

    async def setting_ladder(self, path: str, scope: str) -> tuple[ShownLadder, ...]:
        """Tell every layer of one setting, on every system as `settings` read it last."""
        return await self._ask("setting_ladder", tuple[ShownLadder, ...], path=path, scope=scope)

    async def differences(self) -> dict[str, tuple[ShownDifference, ...]]:
        """Tell by system how what is declared now stands to what was read; asks no host."""
        return await self._ask("differences", dict[str, tuple[ShownDifference, ...]])

    async def sides(self) -> tuple[Side, ...]:
        """List the artifacts that a system can be compared with. Raises ConsoleError."""
        return await self._ask("sides", tuple[Side, ...])

    async def beside(self, first: str, second: str) -> SettingsTable:
        """Put two beside each other: systems as `settings` read them last, the second also an artifact by its id."""
        return await self._ask("beside", SettingsTable, first=first, second=second)

    async def adoptable(self, name: str, setting: str) -> Adopted:
        """Tell what would declare the value that a system has. Raises Refused `nothing-to-adopt`, `not-declarable`."""
        return await self._ask("adoptable", Adopted, name=name, setting=setting)

    async def remember(self, values: Mapping[str, Secret]) -> None:
        """Give the process secrets that only the screen has, by the names that plans use; it keeps them in memory."""
        if values:
            await self._ask(
                "remember", type(None), values={name: secret.reveal() for name, secret in values.items()}
            )

    async def setting_value(self, name: str, path: str, scope: str) -> Secret:
        """Tell what a setting is on a system, sensitive or not. Raises Refused `value-unknown`, `setting-unset`."""
        told: str = await self._ask("setting_value", str, name=name, path=path, scope=scope)
        return Secret(base64.b64decode(told).decode("utf-8", "surrogateescape"))

    async def plan_settings(
        self,
        name: str,
        only: Sequence[str] = (),
        remove: Sequence[str] = (),
        options: Mapping[str, Any] | None = None,
    ) -> Planned:
        """Plan what makes an environment as it is declared. Raises Refused `as-declared`, `secret-missing`, ..."""
        return await self._ask(
            "plan_settings", Planned, name=name, only=only, remove=remove, options=options or {}
        )

    async def plan_shared(
        self,
        name: str,
        changes: Sequence[tuple[str, str, str | None]],
        message: str,
        options: Mapping[str, Any] | None = None,
    ) -> Planned:
        """Plan changes of shared settings in config.php on development, in one commit. Raises Refused.

        changes: path, scope, value; None takes it out.
        """
        return await self._ask(
            "plan_shared", Planned, name=name, changes=changes, message=message, options=options or {}
        )
