"""Moving a setting from one kind to another, on the screen: what each system does stays the same."""

from typing import Final, cast

from textual import work

from core.console.moving import Move, To, move, wanted_values
from core.console.settings_table import ShownSetting
from core.errors import ConsoleError, Refused
from core.secret import Secret
from core.settings.secrets.name import SecretName
from tui.screens.choose import ChooseScreen
from tui.screens.settings_declaring import SettingsDeclaring
from tui.settings.keeping import keep

_KINDS: Final[dict[str, str]] = {
    "sensitive": "each system's value goes into the keyring, and stays in or gets into its own env.php",
    "system": "each system's value is declared for it in environments.toml, and stays in or gets into its env.php",
    "shared": "the one value goes into config.php on development; env.php loses it where config.php has it",
}


class SettingsMoving(SettingsDeclaring):
    """Asks to which kind, reads each system's value, and changes what is declared."""

    @work(exclusive=True, group="change")
    async def action_move(self) -> None:
        """Move the setting under the cursor, at all its scopes."""
        row = self.matrix.current
        if row is None or self.read is None:
            return
        why = f": {row.why}" if row.why else ""
        text = f"{row.path} is {row.kind} ({row.evidence}{why}). No system's value changes by moving it."
        choices = [(kind, _KINDS[kind]) for kind in _targets(row)]
        chosen = await self.app.push_screen_wait(ChooseScreen("Move to another kind", text, choices))
        if chosen is None:
            return
        with self.at_work("moves the setting"):
            try:
                found, before, told = await self._moved(row, cast(To, chosen))
            except ConsoleError as error:
                self.tell_error(error)
                return
            await self._take_move(row, chosen, found, before, told)

    async def _moved(self, row: ShownSetting, to: To) -> tuple[Move, dict[SecretName, Secret | None], str]:
        """Return what moves it, and what the keyring had before under the names that it has now."""
        app, names = self.console_app, self.read.names if self.read else ()
        rows = [one for one in self.rows.all if one.path == row.path]
        values = {}
        for name, one in wanted_values(app.project, names, rows):
            try:
                values[name, one.name] = await app.looker.setting_value(name, one.path, one.scope)
            except Refused as error:
                if error.code != "setting-unset" and not await self._at_hand(name, one, values):
                    raise
        found = move(app.project, names, rows, to, values)
        before: dict[SecretName, Secret | None] = {}
        where: dict[str, None] = {}
        for secret, value in found.keeps:
            before[secret] = (await app.secrets.resolver.find(secret)).secret
            if before[secret] is None:
                where[await keep(app.secrets, secret, value, self.passphrase)] = None
        return found, before, "; ".join(where)

    async def _at_hand(self, name: str, row: ShownSetting, values: dict[tuple[str, str], Secret]) -> bool:
        """Take a value that only the system can decrypt from where this login keeps it; tell whether it is there."""
        path = row.path if row.scope == "default" else f"{row.scope}/{row.path}"
        found = (await self.console_app.secrets.resolver.find(SecretName(name, path))).secret
        if found is not None:
            values[name, row.name] = found
        return found is not None

    async def _take_move(
        self, row: ShownSetting, to: str, found: Move, before: dict[SecretName, Secret | None], told: str
    ) -> None:
        if not before and not found.placed and not found.staged:
            self.tell(f"{row.path} is {to} already, and stands where it belongs", "attention")
            return
        staged = {change.place: change for change in found.staged}
        kinds = ("project", "kinds", row.path) in found.placed
        if await self.change(
            f"{row.path} moved to {to}", ("", row.path), found.placed, secrets=before, staged=staged
        ):
            self.tell(f"moved to {to}{f': {told}' if told else ''}; v reviews what follows", "good")
            if kinds:
                self.action_read()


def _targets(row: ShownSetting) -> list[str]:
    """Return where it can go, what is most likely meant first; what modules declare sensitive stays so."""
    if "sensitive" in row.kind:
        return ["sensitive"] if row.evidence not in ("guessed", "confirmed") else list(_KINDS)
    return ["sensitive", "system", "shared"] if row.kind == "shared" else ["system", "sensitive", "shared"]
