"""The settings screen: everything that changes a setting begins here, and becomes a declaration or a plan."""

import asyncio
from collections.abc import Mapping
from typing import ClassVar, Final

import msgspec
from textual import work
from textual.binding import Binding, BindingType

from core.console import declaring, shown_secrets
from core.console.declaring import Placed
from core.console.settings_table import ShownCell, ShownLadder, ShownSetting
from core.environments.edit import Leaf, Removal
from core.environments.leaks import is_secret_name
from core.environments.model import Environment, Role
from core.errors import ConsoleError
from core.magento.scope import parse_scope
from core.magento.setting_key import SettingKey
from core.secret import Secret
from core.settings.desired import desired
from core.settings.entering import input_kind
from core.settings.secrets.name import SecretName
from tui.messages import ProjectChanged
from tui.promotion.wanted import Wanted
from tui.screens.choose import ChooseScreen
from tui.screens.edit_setting import Edited, Editing, EditSetting
from tui.screens.pending import PendingScreen
from tui.screens.reason import ReasonScreen
from tui.screens.settings_view import SettingsView
from tui.settings.keeping import keep
from tui.settings.selection import OUTSIDE
from tui.settings.words import goes, revealed
from tui.widgets.lines import Lines
from tui.widgets.table import Table

SHOWN_S: Final = 10.0
"""For so long a secret is shown."""
_CHANGED: Final = "nothing was written: somebody changed environments.toml meanwhile; ctrl+r reads it again"
_KINDS: Final = (
    ("sensitive", "each system's value goes into the keyring and its own env.php"),
    ("system", "each system's value is declared for it in environments.toml, and goes into its env.php"),
    ("shared", "a person says that the guess was wrong; nothing is moved"),
)
_SHARED: Final = (
    "A shared setting is the same on all systems: it is changed on development, and {name} gets it with the artifact. "
    "The way out, for this system alone: a reason, which is recorded; then it is declared in environments.toml."
)


class Undo(msgspec.Struct, frozen=True):
    """What takes a change back that was made here."""

    what: str
    placed: Placed
    secrets: Mapping[SecretName, Secret | None] = {}
    """What was kept before under these names."""


class SettingsScreen(SettingsView):
    """The matrix, and what a person does with it."""

    BINDING_GROUP_TITLE = "Settings"
    CHANGES: ClassVar[frozenset[str]] = frozenset({"edit", "unset", "move", "undo"})
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("v", "review", "review", id="settings-review", tooltip="The pending changes: read, plan, apply"),
        Binding("m", "move", "move", id="settings-move", tooltip="Move it to another kind; no system changes"),
        Binding("x", "unset", "unset", id="settings-unset", tooltip="Take the declaration, or the value, away"),
        Binding("u", "undo", "undo", id="settings-undo", tooltip="Take the last change of this screen back"),
        Binding("R", "reveal", "reveal", id="settings-reveal", tooltip="Show a secret for ten seconds; recorded",
                show=False),
    ]  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self._undo: list[Undo] = []
        self._left = False
        """Whether a plan or a job was opened from here: what is there may be another afterwards."""

    # --- what is possible

    def why_not(self, action: str) -> str:
        """Return why an action is not possible now; empty when it is."""
        if (self.read is None or self.reading) and action in ("edit", "unset", "move", "review", "reveal"):
            return "the settings are being read"
        if action == "undo":
            return "" if self._undo else "nothing was changed here"
        if action == "review":
            return "" if self.pending else "no change is pending"
        if action in ("edit", "unset", "move", "reveal"):
            return self._why_not_row(action)
        return ""

    def _why_not_row(self, action: str) -> str:
        row, system = self.matrix.current, self.system
        if row is None or system is None:
            return "no setting is chosen"
        if action == "move":
            return "it is no setting of Magento's" if row.why == OUTSIDE else ""
        if system.role is Role.BUILD:
            return "a build has no values of its own: config.php comes from git"
        if action == "reveal":
            return "" if "sensitive" in row.kind else "it is no secret"
        return ""

    @property
    def system(self) -> Environment | None:
        """The system under the cursor."""
        return self.console_app.project.environments.get(self.matrix.system)

    def _cell(self, row: ShownSetting) -> ShownCell | None:
        names = self.read.names if self.read else ()
        return row.cells[names.index(self.matrix.system)] if self.matrix.system in names else None

    # --- declaring

    async def _declare(self, what: str, placed: Placed, secrets: Mapping[SecretName, Secret | None]) -> bool:
        """Write declarations, and show what is pending then; tell whether it was done."""
        app = self.console_app
        try:
            back = await asyncio.to_thread(declaring.inverse, app.project, placed)
            project = await asyncio.to_thread(declaring.declare, app.project, placed)
            await app.take_project(project)
            await self._compare_again()
        except ConsoleError as error:
            told = _CHANGED if error.code == "environments-changed" else f"{error.what} {error.remedy}".strip()
            self.say(told, "bad")
            return False
        self._undo.append(Undo(what, back, secrets))
        self.refresh_bindings()
        return True

    async def _compare_again(self) -> None:
        app = self.console_app
        for name in self.read.names if self.read else ():
            await app.tell_secrets(name)
        self.show_pending(await app.looker.pending())

    async def on_project_changed(self, message: ProjectChanged) -> None:
        """Compare with what is declared now."""
        self._undo.clear()
        self.action_read()

    @work(exclusive=True, group="change")
    async def action_undo(self) -> None:
        """Take the last change back."""
        last = self._undo.pop()
        secrets = self.console_app.secrets
        try:
            for name, before in last.secrets.items():
                if before is None:
                    await secrets.remove(name)
                else:
                    await keep(secrets, name, before, self._passphrase)
        except ConsoleError as error:
            self.say(f"{error.what} {error.remedy}".strip(), "bad")
        if await self._declare(last.what, last.placed, {}):
            self._undo.pop()
            self.say(f"taken back: {last.what}", "good")
        self.refresh_bindings()

    # --- editing

    def on_table_chosen(self, message: Table.Chosen) -> None:
        """Edit the setting on the system of the column."""
        self._edit()

    @work(exclusive=True, group="change")
    async def _edit(self) -> None:
        row, system = self.matrix.current, self.system
        if row is None or system is None:
            return
        reason = self.app.refusal(self, "edit") or self.why_not("edit")  # type: ignore[attr-defined] # our own app
        if reason:
            self.say(f"Not now: {reason}", "attention")
            return
        try:
            editing = await self._editing(row, system)
        except ConsoleError as error:
            self.say(f"{error.what} {error.remedy}".strip(), "bad")
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
        declared = desired(system).settings.get(_key(row)) if row.why != OUTSIDE else system.env.get(row.path)
        value = ""
        if declared is not None:
            value = str(declared)
        elif not secret and self._cell(row) is not None:
            value = (await looker.setting_value(system.name, row.path, row.scope)).reveal()
        field = ladder or ShownLadder(environment="", label="", type="", rungs=(), locked_by="", unread=())
        return Editing(
            path=row.name, system=system.name, value=value, label=field.label, comment=field.comment,
            kind=input_kind(row.path, value, type=field.type, yes_no=field.yes_no, options=field.options,
                            validate=field.validate, sensitive=secret),
            scope=row.scope, scopes=self._scopes(row), options=field.options, validate=field.validate,
            goes=goes(row, system),
        )  # fmt: skip

    def _scopes(self, row: ShownSetting) -> tuple[str, ...]:
        if row.why == OUTSIDE or self.read is None:
            return ("default",)
        return self.read.scopes

    async def _take(self, row: ShownSetting, system: Environment, edited: Edited) -> None:
        """Make what was typed a declaration, a kept secret, or a plan."""
        key = SettingKey(row.path, parse_scope(edited.scope))
        told = f"{key} on {system.name}"
        if row.why == OUTSIDE:
            await self._take_env(row, system, edited)
        elif "sensitive" in row.kind:
            await self._take_secret(system, key, Secret(edited.value))
        elif row.kind != "shared":
            if await self._declare(told, declaring.setting(system.name, key, edited.value), {}):
                self.say(f"declared: {told}; v reviews and applies it", "good")
        elif system.role is Role.DEVELOPMENT:
            self._plan(Wanted(kind="shared", target=system.name, item=key.path, scope=edited.scope,
                              value=edited.value))  # fmt: skip
        else:
            asked = ReasonScreen("A shared setting", _SHARED.format(name=system.name))
            reason = await self.app.push_screen_wait(asked)
            placed = declaring.setting(system.name, key, edited.value, reason or "")
            if reason and await self._declare(told, placed, {}):
                self.say(f"declared for {system.name} alone, with the reason; v reviews and applies it", "good")

    async def _take_env(self, row: ShownSetting, system: Environment, edited: Edited) -> None:
        if row.path.startswith("crypt/") or is_secret_name(row.path):
            self.say(
                "Not from here: the encryption key is never moved; other secrets: settings secret set", "bad"
            )
            return
        placed: Placed = {("environments", system.name, "env", row.path): edited.value}
        if await self._declare(f"{row.path} on {system.name}", placed, {}):
            self.say(f"declared: {row.path} on {system.name}; v reviews and applies it", "good")

    # --- secrets

    async def _passphrase(self, what: str) -> str | None:
        """Ask for the passphrase of the keyring's file."""
        asked = ReasonScreen("The keyring", f"{what} Esc keeps values in memory for this run only.",
                             hint="its passphrase", password=True)  # fmt: skip
        return await self.app.push_screen_wait(asked)

    async def _take_secret(self, system: Environment, key: SettingKey, value: Secret) -> None:
        path = key.path if not key.scope.code else f"{key.scope}/{key.path}"
        name = SecretName(system.name, path)
        secrets = self.console_app.secrets
        try:
            before = (await secrets.resolver.find(name)).secret
            where = await keep(secrets, name, value, self._passphrase)
        except ConsoleError as error:
            self.say(f"{error.what} {error.remedy}".strip(), "bad")
            return
        if await self._declare(f"{key} on {system.name}", declaring.sensitive(system, path), {name: before}):
            self.say(f"{key} on {system.name}: {where}; v reviews and applies it", "good")

    @work(exclusive=True, group="reveal")
    async def action_reveal(self) -> None:
        """Show a secret for ten seconds, after that was recorded."""
        row, system = self.matrix.current, self.system
        if row is None or system is None:
            return
        name = SecretName(system.name, row.path)
        app = self.console_app
        try:
            found = await app.secrets.resolver.find(name)
            value, source = found.secret, str(found.origin)
            if value is None:
                value, cell = await app.looker.setting_value(system.name, row.path, row.scope), self._cell(row)
                source = cell.layer if cell else ""
            await asyncio.to_thread(shown_secrets.record, app.project, name, source)
        except ConsoleError as error:
            self._one()
            self.say(f"{error.what} {error.remedy}".strip(), "bad")
            return
        pane = self.query_one("#setting", Lines)
        pane.show(revealed(row, system.name, source, value))
        self.say(f"shown for {SHOWN_S:.0f} seconds; that you saw it is recorded", "attention")
        await asyncio.sleep(SHOWN_S)
        self._one()

    # --- moving

    @work(exclusive=True, group="change")
    async def action_move(self) -> None:
        """Move the setting to another kind; what each system does stays the same."""
        row = self.matrix.current
        if row is None:
            return
        text = f"{row.name} is {row.kind} ({row.evidence}: {row.why}). No system's value changes by moving it."
        chosen = await self.app.push_screen_wait(ChooseScreen("Move to another kind", text, _KINDS))
        if chosen == "shared":
            await self._confirm_shared(row)
        elif chosen is not None:
            await self._move(row, chosen)

    async def _confirm_shared(self, row: ShownSetting) -> None:
        if row.evidence != "guessed" and row.kind != "shared":
            self.say(
                f"{row.name} is {row.kind}: {row.why}. That is changed in the module's di.xml", "attention"
            )
        elif await self._declare(row.name, {("project", "kinds", row.path): "shared"}, {}):
            self.action_read()

    async def _move(self, row: ShownSetting, kind: str) -> None:
        app = self.console_app
        placed: dict[tuple[str, ...], Leaf | Removal] = {}
        before: dict[SecretName, Secret | None] = {}
        told: dict[str, None] = {}
        known = row.kind.startswith("system") if kind == "system" else "sensitive" in row.kind
        if not known:
            placed["project", "kinds", row.path] = kind
        try:
            for system in self._systems_with(row):
                if kind == "system":
                    value = await app.looker.setting_value(system.name, row.path, row.scope)
                    placed |= declaring.setting(system.name, _key(row), value.reveal())
                    continue
                name = SecretName(system.name, row.path)
                before[name] = (await app.secrets.resolver.find(name)).secret
                if before[name] is None:
                    value = await app.looker.setting_value(system.name, row.path, row.scope)
                    told[await keep(app.secrets, name, value, self._passphrase)] = None
                placed |= declaring.sensitive(system, row.path)
        except ConsoleError as error:
            self.say(f"{error.what} {error.remedy}".strip(), "bad")
            return
        if not before and not placed:
            self.say(f"no system sets {row.name}", "attention")
        elif await self._declare(f"{row.name} moved", placed, before):
            self.say(f"moved: {'; '.join(told) or 'declared for each system'}; v reviews what follows", "good")
            if not known:
                self.action_read()

    def _systems_with(self, row: ShownSetting) -> list[Environment]:
        """Return the systems with an env.php on which somebody sets it."""
        names = self.read.names if self.read else ()
        found = self.console_app.project.environments
        return [
            found[name]
            for name, cell in zip(names, row.cells, strict=True)
            if cell is not None and cell.layer != "module default" and found[name].role is not Role.BUILD
        ]

    # --- taking away, and applying

    @work(exclusive=True, group="change")
    async def action_unset(self) -> None:
        """Take a declaration away; where there is none, plan to take the value away."""
        row, system = self.matrix.current, self.system
        if row is None or system is None:
            return
        cell = self._cell(row)
        if row.why != OUTSIDE and _key(row) in desired(system).settings:
            if await self._declare(f"{row.name} on {system.name}", declaring.no_setting(system, _key(row)), {}):
                self.say(f"{row.name} is not declared any more; what {system.name} has stays", "good")
        elif cell is not None and cell.layer == "config.php" and system.role is Role.DEVELOPMENT:
            self._plan(Wanted(kind="shared", target=system.name, item=row.path, scope=row.scope))
        elif cell is not None and cell.layer == "env.php" and not cell.inherited:
            self._plan(Wanted(kind="settings", target=system.name, remove=(row.name,)))
        else:
            where = f"it comes from {cell.layer}" if cell else f"{system.name} has no value"
            self.say(f"nothing to take away here: {where}", "attention")

    def action_review(self) -> None:
        """List what is pending; from there it is planned and applied."""
        self.app.push_screen(PendingScreen(self.pending, self._plan, self.matrix.system))

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
