"""What a person decides about settings: declared in environments.toml or staged here, and taken back again."""

import asyncio
import contextlib
import datetime
from collections.abc import Iterator, Mapping
from typing import Final

import msgspec
from textual import work

from core.console import declaring
from core.console.adopting import placed as declared
from core.console.declaring import Placed
from core.console.settings_table import OUTSIDE, SettingsTable, ShownCell, ShownSetting
from core.console.staged import File, Staged
from core.environments.edit import REMOVE
from core.environments.model import Environment, Role
from core.errors import ConsoleError
from core.magento.setting_key import named
from core.secret import Secret
from core.settings.desired import desired, secret_path
from core.settings.secrets.name import SecretName
from core.settings.until import until
from tui.messages import ProjectChanged
from tui.screens.pending import PendingScreen
from tui.screens.reason import ReasonScreen
from tui.screens.settings_view import SettingsView
from tui.settings.keeping import keep, unlock
from tui.settings.pending import CONFIG, SYSTEM, Pending
from tui.settings.selection import Rows
from tui.widgets.notice import Notice, Tone

_CHANGED: Final = "nothing was written: somebody changed environments.toml meanwhile; ctrl+r reads it again"
_IGNORE: Final = (
    "{name} on {system}: the difference is neither told nor applied until that day, itself included. "
    "The day, as 2030-01-31, or a number of days. Nothing typed: it is told again."
)
EXCEPTION: Final = (
    "A shared setting is the same on all systems: it is changed on development, and {name} gets it with the artifact. "
    "The way out, for this system alone: a reason, which is recorded; then it is declared in environments.toml."
)
Place = tuple[str, str, str]


class Undo(msgspec.Struct, frozen=True, kw_only=True):
    """What takes a change back that was made here."""

    what: str
    about: tuple[str, str]
    """System and name; empty where it was about several."""
    placed: Placed = {}
    secrets: Mapping[SecretName, Secret | None] = {}
    """What was kept before under these names."""
    staged: Mapping[Place, Staged | None] = {}
    """What was staged before in these places."""


class SettingsDeclaring(SettingsView):
    """Declares, stages, adopts, lets be, takes away; every change can be undone."""

    def __init__(self) -> None:
        super().__init__()
        self._undo: list[Undo] = []
        self.working = ""
        """What is being changed just now; nothing else is meanwhile."""
        self._asked = False
        """Whether the keyring was asked for its passphrase."""

    def show_table(self, read: SettingsTable, rows: Rows, *, again: bool = False) -> None:
        """Show what was read; at the first time unlock the keyring."""
        super().show_table(read, rows, again=again)
        if not self._asked:
            self._asked = True
            self.unlock()

    @property
    def system(self) -> Environment | None:
        """The system under the cursor."""
        return self.console_app.project.environments.get(self.matrix.system)

    def cell(self, row: ShownSetting) -> ShownCell | None:
        """Return what a row is on the system under the cursor."""
        return row.cells[self.names.index(self.matrix.system)] if self.matrix.system in self.names else None

    def tell(self, text: str, tone: Tone = "plain") -> None:
        """Say a sentence here, and where a person is looking."""
        self.say(text, tone)
        if self.app.screen is not self:
            self.console_app.say(text, tone)

    def tell_error(self, error: ConsoleError) -> None:
        """Say what went wrong, and what to do."""
        told = _CHANGED if error.code == "environments-changed" else f"{error.what} {error.remedy}".strip()
        self.tell(told, "bad")

    @contextlib.contextmanager
    def at_work(self, what: str) -> Iterator[None]:
        """Let nothing else be changed meanwhile: a keyring's file takes seconds by intention."""
        self.working = what
        self.tell(f"{what}; a keyring's file takes some seconds", "busy")
        self.refresh_bindings()
        try:
            yield
        finally:
            self.working = ""
            if self.query("#matrix"):
                if self.query_one(Notice).tone == "busy":
                    self.tell("")  # nothing came of it, and nothing was said
                self.refresh_bindings()

    # --- changing, and back

    async def change(
        self,
        what: str,
        about: tuple[str, str],
        placed: Placed,
        *,
        secrets: Mapping[SecretName, Secret | None] | None = None,
        staged: Mapping[Place, Staged | None] | None = None,
        undoes: bool = True,
    ) -> bool:
        """Write declarations, stage changes, and show what is pending then; tell whether it was done.

        secrets: what was kept before under the names that were changed already.
        """
        app, changes = self.console_app, staged or {}
        try:
            before = {place: self.staged.find(place) for place in changes}
            back = await asyncio.to_thread(declaring.inverse, app.project, placed)
            project = await asyncio.to_thread(declaring.declare, app.project, placed)
            await asyncio.to_thread(self._stage, changes)
            if project is not app.project:
                await app.take_project(project)
            await self.compare_again(secrets=bool(secrets) or any("sensitive" in path for path in placed))
        except ConsoleError as error:
            self.tell_error(error)
            return False
        if undoes:
            self._undo.append(Undo(what=what, about=about, placed=back, secrets=secrets or {}, staged=before))
        self.refresh_bindings()
        return True

    def _stage(self, changes: Mapping[Place, Staged | None]) -> None:
        self.staged.drop([place for place, change in changes.items() if change is None])
        for change in changes.values():
            if change is not None:
                self.staged.put(change)

    async def stage(self, change: Staged) -> bool:
        """Stage a change."""
        about = (change.system, change.name)
        return await self.change(f"{change.name} on {change.system}", about, {}, staged={change.place: change})

    async def compare_again(self, *, secrets: bool) -> None:
        """Compare what is declared now with what was read; here, and in the list of what is pending.

        secrets: whether other ones are at hand now. To look is slow where the keyring is a file.
        """
        app = self.console_app
        for name in self.read.names if self.read and secrets else ():
            await app.tell_secrets(name)
        self.show_pending(await app.looker.differences())
        for screen in app.screen_stack:
            if isinstance(screen, PendingScreen):
                screen.take(self.pending)

    async def on_project_changed(self, message: ProjectChanged) -> None:
        """Compare with what is declared now."""
        self._undo.clear()
        self.action_read()

    @work(exclusive=True, group="change")
    async def action_undo(self) -> None:
        """Take the last change back."""
        if self._undo:
            with self.at_work("takes it back"):
                await self._take_back(self._undo[-1])

    async def _take_back(self, last: Undo) -> None:
        self._undo.remove(last)
        secrets = self.console_app.secrets
        try:
            for name, before in last.secrets.items():
                if before is None:
                    await secrets.remove(name)
                else:
                    await keep(secrets, name, before, self.passphrase)
        except ConsoleError as error:
            self.tell_error(error)
        if await self.change(
            last.what, last.about, last.placed, secrets=last.secrets, staged=last.staged, undoes=False
        ):
            self.tell(f"taken back: {last.what}", "good")
        self.refresh_bindings()

    @work(exclusive=True, group="change")
    async def undo_pending(self, item: Pending) -> None:
        """Take one pending change back: as it was before, or not declared any more."""
        about = (item.system, item.name)
        last = next((one for one in reversed(self._undo) if one.about == about), None)
        if last is not None:
            await self._take_back(last)
        elif item.change is not None:
            if await self.change(f"{item.name} on {item.system}", about, {}, staged={item.change.place: None}):
                self.tell(f"taken back: {item.name} on {item.system}", "good")
        else:
            await self._undeclare(self.console_app.project.environments[item.system], item.name, item.file)

    async def passphrase(self, what: str) -> str | None:
        """Ask for the passphrase of the keyring's file."""
        text = f"{what} Esc goes on without it: values are kept in memory for this run only."
        asked = ReasonScreen("The keyring", text, hint="its passphrase", password=True)
        return await self.app.push_screen_wait(asked)

    @work(exclusive=True, group="unlock")
    async def unlock(self) -> None:
        """Unlock a keyring that is a file, once: without it nobody knows which secrets are at hand."""
        app = self.console_app
        if not any(one.sensitive for one in app.project.environments.values()):
            return
        try:
            if await app.secrets.resolver.vault.holds_some():
                await unlock(app.secrets, self.passphrase)
                await self.compare_again(secrets=True)
        except ConsoleError as error:
            self.tell_error(error)

    # --- taking away

    @work(exclusive=True, group="change")
    async def action_unset(self) -> None:
        """Take a declaration away; where there is none, stage that the value is taken away."""
        row, system = self.matrix.current, self.system
        if row is None or system is None:
            return
        file: File = "env.php" if row.why == OUTSIDE else SYSTEM
        if await self._undeclare(system, row.name, file):
            return
        cell, found = self.cell(row), self.difference(row, system.name)
        if cell is not None and cell.layer == CONFIG and system.role is Role.DEVELOPMENT and not cell.inherited:
            change = Staged(system=system.name, path=row.path, scope=row.scope, file="config.php")
        elif found is not None and found.standing == "not declared":
            change = Staged(system=system.name, path=row.path, scope=row.scope, file=file)
        else:
            where = f"it comes from {cell.layer}" if cell else f"{system.name} has no value"
            self.tell(f"nothing to take away here: {where}", "attention")
            return
        if await self.stage(change):
            self.tell(f"to be taken away: {row.name} on {system.name}; v reviews and applies it", "good")

    async def _undeclare(self, system: Environment, name: str, file: str) -> bool:
        """Take a declaration away; tell whether there was one."""
        placed = _declaration_gone(system, name, file)
        if not placed:
            return False
        if await self.change(f"{name} on {system.name}", (system.name, name), placed):
            self.tell(f"{name} is not declared any more; what {system.name} has stays", "good")
        return True

    # --- adopting, letting be

    def action_adopt(self) -> None:
        """Declare what the system has."""
        row, system = self.matrix.current, self.system
        if row is not None and system is not None:
            self.adopt(system.name, row.name, row.kind)

    @work(exclusive=True, group="change")
    async def adopt(self, name: str, setting: str, kind: str) -> None:
        """Declare what a system has; a shared setting only with a reason, a secret through the keyring."""
        with self.at_work(f"adopts {setting}"):
            await self._adopt(name, setting, kind)

    async def _adopt(self, name: str, setting: str, kind: str) -> None:
        app = self.console_app
        system = app.project.environments[name]
        try:
            found = await app.looker.adoptable(name, setting)
            placed = await self._reason(system, setting, kind)
            if placed is None:
                return
            where, before = "", {}
            if found.secret is not None:
                secret = SecretName(name, found.path)
                before = {secret: (await app.secrets.resolver.find(secret)).secret}
                where = f"; {await keep(app.secrets, secret, found.secret, self.passphrase)}"
        except ConsoleError as error:
            self.tell_error(error)
            return
        both = {**declared(found, system), **placed}
        if await self.change(f"{setting} on {name}", (name, setting), both, secrets=before):
            self.tell(f"adopted: {setting} is declared for {name}, as it is there{where}", "good")

    async def _reason(self, system: Environment, setting: str, kind: str) -> Placed | None:
        """Ask for the reason that a shared setting needs; None: it was not given."""
        if kind != "shared" or system.role is Role.DEVELOPMENT:
            return {}
        asked = ReasonScreen("A shared setting", EXCEPTION.format(name=system.name))
        reason = await self.app.push_screen_wait(asked)
        return {("environments", system.name, "exceptions", setting): reason} if reason else None

    def action_ignore(self) -> None:
        """Let the difference be until a day."""
        row, system = self.matrix.current, self.system
        if row is not None and system is not None:
            self.ignore(system.name, row.name)

    @work(exclusive=True, group="change")
    async def ignore(self, name: str, setting: str) -> None:
        """Ask until which day a difference is let be, and write that down."""
        system = self.console_app.project.environments[name]
        today = datetime.date.today()
        found = next((one for one in self.differences.get(name, ()) if one.name == setting), None)
        asked = ReasonScreen(
            "Let it be", _IGNORE.format(name=setting, system=name), hint="the day, or a number of days",
            value=found.ignored_until if found else "", needed=False, wrong=lambda text: _wrong_day(text, today),
        )  # fmt: skip
        typed = await self.app.push_screen_wait(asked)
        if typed is None:
            return
        day = until(typed, today) if typed.strip() else None
        placed = declaring.ignored(system, setting, day)
        told = f"let be until {day}" if day else "told again"
        if placed and await self.change(f"{setting} on {name}", (name, setting), placed):
            self.tell(f"{told}: {setting} on {name}", "good")


def _wrong_day(text: str, today: datetime.date) -> str:
    if not text.strip():
        return ""
    try:
        until(text, today)
    except ConsoleError as error:
        return f"{error.what} {error.remedy}"
    return ""


def _declaration_gone(system: Environment, name: str, file: str) -> Placed:
    """Return what takes the declaration of a setting, a secret or a key of env.php away; nothing without one."""
    if file == "env.php" and name in system.env:
        return {("environments", system.name, "env", name): REMOVE}
    place = name if file == "env.php" else named(name)
    path = secret_path(place)
    if path in system.sensitive:
        return declaring.not_sensitive(system, path)
    if not isinstance(place, str) and place in desired(system).settings:
        return declaring.no_setting(system, place)
    return {}
