"""The settings screen: everything that changes a setting begins here, and becomes a declaration or a plan."""

import asyncio
from typing import ClassVar, Final

from textual import work
from textual.binding import Binding, BindingType

from core.console import declaring, shown_secrets
from core.console.declaring import Placed
from core.console.settings_table import OUTSIDE, ShownLadder, ShownSetting
from core.console.staged import Staged
from core.environments.leaks import is_secret_name
from core.environments.model import Environment, Role
from core.errors import ConsoleError
from core.magento.scope import parse_scope
from core.magento.setting_key import SettingKey
from core.secret import Secret
from core.settings.desired import desired, secret_path
from core.settings.entering import input_kind
from core.settings.secrets.name import SecretName
from tui.promotion.wanted import Wanted
from tui.screens.edit_setting import Edited, Editing, EditSetting
from tui.screens.pending import Deeds, PendingScreen
from tui.screens.reason import ReasonScreen
from tui.screens.settings_comparing import SettingsComparing
from tui.screens.settings_declaring import EXCEPTION
from tui.settings.keeping import keep
from tui.settings.words import goes, revealed
from tui.widgets.lines import Lines
from tui.widgets.table import Table

SHOWN_S = 10.0
"""For so long a secret is shown."""
_ROW: Final = ("edit", "unset", "move", "reveal", "adopt", "ignore")
"""What is done with the row and the system under the cursor."""


class SettingsScreen(SettingsComparing):
    """The matrix, and what a person does with it."""

    BINDING_GROUP_TITLE = "Settings"
    CHANGES: ClassVar[frozenset[str]] = frozenset({"edit", "unset", "move", "undo", "adopt", "ignore"})
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("v", "review", "review", id="settings-review", tooltip="The pending changes: read, plan, apply"),
        Binding("m", "move", "move", id="settings-move", tooltip="Move it to another kind; no system changes"),
        Binding("x", "unset", "unset", id="settings-unset", tooltip="Take the declaration, or the value, away"),
        Binding("u", "undo", "undo", id="settings-undo", tooltip="Take the last change of this screen back"),
        Binding("a", "adopt", "adopt", id="settings-adopt", show=False,
                tooltip="Declare in environments.toml what the system has"),
        Binding("i", "ignore", "ignore", id="settings-ignore", show=False,
                tooltip="Let the difference be, until a day"),
        Binding("c", "compare", "compare", id="settings-compare", show=False,
                tooltip="Put two beside each other: systems, artifacts"),
        Binding("R", "reveal", "reveal", id="settings-reveal", show=False,
                tooltip="Show a secret for ten seconds; recorded"),
    ]  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self._left = False
        """Whether a plan or a job was opened from here: what is there may be another afterwards."""
        self._left_out: set[str] = set()
        """What a person left out of the plans."""

    # --- what is possible

    def why_not(self, action: str) -> str:
        """Return why an action is not possible now; empty when it is."""
        if (self.read is None or self.reading) and action in (*_ROW, "review", "compare"):
            return "the settings are being read"
        if self.working and action in (*_ROW, "review", "compare", "undo", "read"):
            return f"it {self.working}"
        if action == "undo":
            return "" if self._undo else "nothing was changed here"
        if action == "review":
            return "" if self.pending else "no change is pending"
        return self._why_not_row(action) if action in _ROW else ""

    def _why_not_row(self, action: str) -> str:
        row, system = self.matrix.current, self.system
        if row is None:
            return "no setting is chosen"
        if system is None:
            return "an artifact is what it is"
        if action == "move" and self.compared is not None:
            return "two are compared; c shows all systems again"
        if action == "move":
            return "it is no setting of Magento's" if row.why == OUTSIDE else ""
        if system.role is Role.BUILD:
            return "a build has no values of its own: config.php comes from git"
        if action == "reveal":
            return "" if "sensitive" in row.kind else "it is no secret"
        if action in ("adopt", "ignore"):
            return self._why_not_difference(row, system, action)
        return ""

    def _why_not_difference(self, row: ShownSetting, system: Environment, action: str) -> str:
        found = self.difference(row, system.name)
        if found is None:
            return f"{system.name} has it as it is declared, or not at all in env.php"
        if action == "ignore":
            return "" if found.choices or found.ignored_until else "there is nothing to let be"
        return "" if "adopt" in found.choices else f"there is nothing to adopt: it is {found.standing}"

    # --- editing

    def on_table_chosen(self, message: Table.Chosen) -> None:
        """Edit the setting on the system of the column."""
        self._edit()

    @work(exclusive=True, group="change")
    async def _edit(self) -> None:
        row, system = self.matrix.current, self.system
        reason = self.console_app.refusal(self, "edit")
        if row is None or system is None or reason:
            self.say(f"Not now: {reason}", "attention")
            return
        try:
            editing = await self._editing(row, system)
        except ConsoleError as error:
            self.tell_error(error)
            return
        edited = await self.app.push_screen_wait(EditSetting(editing))
        if edited is not None:
            await self._take(row, system, edited)

    async def _editing(self, row: ShownSetting, system: Environment) -> Editing:
        """Return what the question says. Raises ConsoleError."""
        looker = self.console_app.looker
        secret = "sensitive" in row.kind
        ladders = self.ladders_of(row) or await looker.setting_ladder(row.path, row.scope)
        ladder = next((one for one in ladders if one.environment == system.name), None)
        value = "" if secret else await self._value_now(row, system)
        field = ladder or ShownLadder(environment="", label="", type="", rungs=(), locked_by="", unread=())
        return Editing(
            path=row.path, system=system.name, value=value, label=field.label, comment=field.comment,
            kind=input_kind(row.path, value, type=field.type, yes_no=field.yes_no, options=field.options,
                            validate=field.validate, sensitive=secret),
            scope=row.scope, scopes=self._scopes(row), options=field.options, validate=field.validate,
            goes=goes(row, system),
        )  # fmt: skip

    async def _value_now(self, row: ShownSetting, system: Environment) -> str:
        """Return what is staged or declared, else what is there; empty where nothing is."""
        staged = self.staged.find((system.name, "config.php", row.name))
        if staged is not None and staged.value is not None:
            return staged.value
        declared = desired(system).settings.get(_key(row)) if row.why != OUTSIDE else system.env.get(row.path)
        if declared is not None:
            return str(declared)
        cell = self.cell(row)
        if cell is None or cell.null_locked or row.why == OUTSIDE:
            return cell.text if cell is not None and row.why == OUTSIDE else ""
        return (await self.console_app.looker.setting_value(system.name, row.path, row.scope)).reveal()

    def _scopes(self, row: ShownSetting) -> tuple[str, ...]:
        if row.why == OUTSIDE or self.read is None:
            return ("default",)
        return self.read.scopes

    async def _take(self, row: ShownSetting, system: Environment, edited: Edited) -> None:
        """Make what was typed a declaration, a kept secret, or a change for config.php."""
        key = SettingKey(row.path, parse_scope(edited.scope))
        about, told = (system.name, str(key)), f"{key} on {system.name}"
        if row.why == OUTSIDE:
            await self._take_env(row, system, edited)
        elif "sensitive" in row.kind:
            await self._take_secret(system, key, Secret(edited.value))
        elif row.kind != "shared":
            if await self.change(told, about, declaring.setting(system.name, key, edited.value)):
                self.tell(f"declared: {told}; v reviews and applies it", "good")
        elif system.role is Role.DEVELOPMENT:
            change = Staged(system=system.name, path=key.path, scope=edited.scope, value=edited.value)
            if await self.stage(change):
                self.tell(f"to be changed in config.php: {told}; v reviews and applies it", "good")
        else:
            asked = ReasonScreen("A shared setting", EXCEPTION.format(name=system.name))
            reason = await self.app.push_screen_wait(asked)
            if reason and await self.change(
                told, about, declaring.setting(system.name, key, edited.value, reason)
            ):
                self.tell(
                    f"declared for {system.name} alone, with the reason; v reviews and applies it", "good"
                )

    async def _take_env(self, row: ShownSetting, system: Environment, edited: Edited) -> None:
        if row.path.startswith("crypt/") or is_secret_name(row.path):
            self.tell(
                "Not from here: the encryption key is never moved; other secrets: settings secret set", "bad"
            )
            return
        placed: Placed = {("environments", system.name, "env", row.path): edited.value}
        if await self.change(f"{row.path} on {system.name}", (system.name, row.name), placed):
            self.tell(f"declared: {row.path} on {system.name}; v reviews and applies it", "good")

    # --- secrets

    async def _take_secret(self, system: Environment, key: SettingKey, value: Secret) -> None:
        name = SecretName(system.name, secret_path(key))
        with self.at_work("keeps the secret"):
            await self._keep_secret(system, key, name, value)

    async def _keep_secret(self, system: Environment, key: SettingKey, name: SecretName, value: Secret) -> None:
        secrets = self.console_app.secrets
        try:
            before = (await secrets.resolver.find(name)).secret
            where = await keep(secrets, name, value, self.passphrase)
        except ConsoleError as error:
            self.tell_error(error)
            return
        about, told = (system.name, str(key)), f"{key} on {system.name}"
        if await self.change(told, about, declaring.sensitive(system, name.path), secrets={name: before}):
            self.tell(f"{told}: {where}; v reviews and applies it", "good")

    @work(exclusive=True, group="reveal")
    async def action_reveal(self) -> None:
        """Show a secret for ten seconds, after that was recorded."""
        row, system = self.matrix.current, self.system
        if row is None or system is None:
            return
        app = self.console_app
        name = SecretName(system.name, secret_path(row.path if row.why == OUTSIDE else _key(row)))
        try:
            found = await app.secrets.resolver.find(name)
            value, source = found.secret, str(found.origin)
            if value is None:
                value, cell = await app.looker.setting_value(system.name, row.path, row.scope), self.cell(row)
                source = cell.layer if cell else ""
            await asyncio.to_thread(shown_secrets.record, app.project, name, source)
        except ConsoleError as error:
            self._one()
            self.tell_error(error)
            return
        pane = self.query_one("#setting", Lines)
        pane.show(revealed(row, system.name, source, value))
        self.say(f"shown for {SHOWN_S:.0f} seconds; that you saw it is recorded", "attention")
        await asyncio.sleep(SHOWN_S)
        self._one()
        self.say("the secret is hidden again")

    # --- applying

    def action_back(self) -> None:
        """From two that are compared back to all; else one screen back."""
        if self.compared is not None:
            self.end_comparing()
        else:
            super().action_back()

    def action_review(self) -> None:
        """List what is pending; from there it is planned and applied."""
        deeds = Deeds(
            plan=self._plan,
            undo=self.undo_pending,
            adopt=lambda item: self.adopt(item.system, item.name, item.kind),
            ignore=lambda item: self.ignore(item.system, item.name),
            busy=lambda: self.working,
            left_out=self._left_out,
        )
        self.app.push_screen(PendingScreen(self.pending, deeds, self.matrix.system))

    def _plan(self, wanted: Wanted) -> None:
        from tui.screens.promotion import PromotionScreen

        self._left = True
        self.app.push_screen(PromotionScreen(wanted=wanted))

    def on_screen_resume(self) -> None:
        """Read again what a job may have changed."""
        if self._left and self.app.screen is self:
            self._left, self.reading = False, True
            self.action_read()


def _key(row: ShownSetting) -> SettingKey:
    return SettingKey(row.path, parse_scope(row.scope))
