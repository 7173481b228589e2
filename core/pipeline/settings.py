"""The plan of a change of settings on one environment. Pure (design, section 6; decisions 10, 30, 32)."""

from collections.abc import Sequence
from typing import Any, Final, Literal

import msgspec

from core.environments.model import Environment, Role
from core.errors import Refused
from core.model.plan import Phase, Pin, Plan, Step, StepKind
from core.pipeline.confirmation import approved_beforehand
from core.pipeline.cut_over import addresses
from core.pipeline.new_settings import commands
from core.settings.changes import Changes, ShownChange

_CONFIG: Final = ("config",)
_INSTEAD: Final = {"auto": " (--maintenance closes the shop meanwhile)"}
_PAGES: Final = ("config", "block_html", "full_page")


class SettingsChange(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked for, after reading and before anything is done."""

    target: Environment
    file: Literal["env", "config"]
    changes: Changes
    live: dict[str, str]
    """The release that runs on each host; "" on development."""
    source: str
    """The host whose files agree with the database: Magento's commands run there."""
    levels: bool = False
    """Whether the hosts' `system` sections differ, and the source's is given to all."""
    message: str = ""
    """Of the commit, on development."""
    options: dict[str, Any] = {}


def refuse_forbidden(change: SettingsChange) -> None:
    """Raise Refused for what is never done: another encryption key, a secret in git, a shared file on production."""
    for item in change.changes.env:
        if item.path.split("/")[0] == "crypt":
            raise Refused(
                "crypt-key",
                "The encryption key is not changed by the console, and never moved between systems.",
                where=change.target.name,
                remedy="With another key nothing that the database holds encrypted can be read. "
                "Use bin/magento encryption:key:change on the system itself.",
            )
    if change.file == "config" and change.target.role is not Role.DEVELOPMENT:
        raise Refused(
            "config-on-target",
            f"config.php is the same on all systems and comes with the artifact: {change.target.name} has no other.",
            where=change.target.name,
            remedy="Change it on the development system.",
        )
    if change.file == "config" and any(item.secret for item in change.changes.settings):
        raise Refused(
            "secret-in-git",
            "A secret would go into config.php, into git and into every artifact.",
            where=change.target.name,
            remedy="Keep it with `mageconsole settings secret set`, and apply it to each system.",
        )


def has_window(change: SettingsChange) -> bool:
    """Tell whether the shop is closed meanwhile: `--maintenance`, or `maintenance = "always"`. Raises Refused.

    By itself no change needs it: without one, uncached pages may answer 500 for as long as it is told.
    """
    policy, wanted = change.target.maintenance, bool(change.options.get("maintenance"))
    if change.target.role is Role.DEVELOPMENT:
        return False
    if wanted and policy == "never":
        raise Refused(
            "maintenance-never",
            '`--maintenance` closes the shop, and `maintenance` is "never".',
            where=change.target.name,
            remedy='Leave it out, or set maintenance = "auto" in environments.toml.',
        )
    return wanted or policy == "always"


def settings_plan(
    change: SettingsChange, pins: tuple[Pin, ...], shown: Sequence[ShownChange], warnings: Sequence[str] = ()
) -> Plan:
    """Return the plan. Raises Refused for what is never done, and ConsoleError as `approved_beforehand` does."""
    refuse_forbidden(change)
    approved_beforehand(change.target, change.options)  # said now where a name has to be typed
    steps = _Steps(change, pins)
    number = len(change.changes.settings) + len(change.changes.env)
    what = f"{number} setting{'' if number == 1 else 's'}" if number else "one `system` section for all hosts"
    return Plan(
        kind="settings",
        title=f"{'change' if change.file == 'config' else 'apply'} {what} on {change.target.name}",
        target=change.target.name,
        steps=tuple(steps.all()),
        pins=pins,
        forecast={
            "changes": [msgspec.to_builtins(item) for item in shown],
            "window": has_window(change),
            "reasons": list(_reasons(change)),
            "warnings": list(warnings),
        },
        options=change.options,
    )


def _reasons(change: SettingsChange) -> list[str]:
    told = []
    if has_window(change):
        told.append("the shop is closed until every host agrees with the database and answers")
    elif change.changes.settings:
        told.append(
            "between Magento's command and the new files uncached pages may answer 500, for a second or two"
            + _INSTEAD.get(change.target.maintenance, "")
        )
    reloads = [host.name for host in change.target.hosts if host.reload]
    if reloads and change.file == "env":
        told.append(f"php-fpm is reloaded on {', '.join(reloads)}, which may cost requests in flight")
    without = [host.name for host in change.target.web_hosts if not host.reload]
    if without and change.file == "env":
        told.append(
            f"php-fpm of {', '.join(without)} is not reloaded, no `reload` is named: "
            "with opcache.validate_timestamps = 0 it keeps the old env.php"
        )
    return told


class _Steps:
    def __init__(self, change: SettingsChange, pins: tuple[Pin, ...]) -> None:
        self._change = change
        self._pins = msgspec.to_builtins(pins)
        target = change.target
        ordered = sorted(target.hosts, key=lambda host: host.address != change.source)
        self._hosts = tuple(host.address for host in ordered)
        self._names = ", ".join(host.name for host in ordered)
        self._first = ordered[0].name
        self._computes = bool(change.changes.settings)
        self._window = has_window(change)

    def _step(self, step_id: str, phase: Phase, kind: StepKind, title: str, **more: Any) -> Step:
        change = self._change
        args = {
            "environment": change.target.name,
            "live": change.live,
            "file": change.file,
            "changes": msgspec.to_builtins(change.changes),
            "levels": change.levels,
            **more.pop("args", {}),
        }
        return Step(
            id=step_id, phase=phase, kind=kind, title=title, action=more.pop("action", step_id),
            hosts=more.pop("hosts", self._hosts), args=args, **more,
        )  # fmt: skip

    def all(self) -> list[Step]:
        """Return the steps in their order."""
        gate = self._step(
            "gate",
            Phase.DECIDE,
            StepKind.GATE,
            f"your approval: change {self._change.target.name}",
            action="settings-gate",
        )
        inside = [*self._closing(), *self._act(), *self._verify()]
        if self._window:
            inside = [msgspec.structs.replace(step, window=True) for step in inside]
        return [gate, *self._prepare(), *inside, *self._finish()]

    def _prepare(self) -> list[Step]:
        limit = self._change.target.timeouts.command * 3
        steps = [
            self._step("lock", Phase.PREPARE, StepKind.ENSURE, "lock", undo="release the lock"),
            self._step(
                "recheck", Phase.PREPARE, StepKind.PROBE, "nothing that the plan rests on has moved",
                args={"pins": self._pins},
            ),
            self._step(
                "ready", Phase.PREPARE, StepKind.PROBE, f"files and database agree on {self._names}",
                action="ready-for-settings", limit_s=limit,
            ),
        ]  # fmt: skip
        if self._change.file == "config":
            steps.append(
                self._step(
                    "check-checkout",
                    Phase.PREPARE,
                    StepKind.PROBE,
                    "the checkout is on a branch, nothing waits in it",
                )
            )
        return steps

    def _closing(self) -> list[Step]:
        if not self._window:
            return []
        releases = sorted({name for name in self._change.live.values() if name})
        return [
            self._step(
                "close", Phase.CUT_OVER, StepKind.ENSURE, f"close {self._names} (maintenance flag)",
                args={"release": ""}, commands=tuple(f"touch releases/{name}/var/.maintenance.flag" for name in releases),
                undo="take away the flags that this job set",
            )
        ]  # fmt: skip

    def _act(self) -> list[Step]:
        change, target = self._change, self._change.target
        name = "config.php" if change.file == "config" else "env.php"
        steps = []
        if self._computes:
            steps.append(
                self._step(
                    "compute", Phase.CUT_OVER, StepKind.TASK, f"Magento's own commands on {self._first}",
                    action="compute-settings", commands=self._lines(), secrets=self._secrets(env=False),
                    undo="the configuration hash as it was (import)", limit_s=max(600.0, target.timeouts.command),
                    essential=True,
                )
            )  # fmt: skip
        steps.append(
            self._step(
                "write", Phase.CUT_OVER, StepKind.ENSURE, f"the new {name} on {self._names}, on all or none",
                action="write-settings", secrets=self._secrets(env=True), undo=f"put the old {name} back",
                commands=(f"mv {name}.mageconsole {name}",), essential=True, limit_s=300,
            )
        )  # fmt: skip
        reloading = tuple(host for host in target.hosts if host.reload)
        if reloading and change.file == "env":
            steps.append(
                self._step(
                    "reload", Phase.CUT_OVER, StepKind.PROBE,
                    f"reload php-fpm on {', '.join(host.name for host in reloading)}", hosts=addresses(reloading),
                    commands=tuple(sorted({host.reload for host in reloading})),
                )
            )  # fmt: skip
        types = _PAGES if change.options.get("clean_pages") else _CONFIG
        steps.append(
            self._step(
                "clean", Phase.CUT_OVER, StepKind.PROBE, f"clean the caches {', '.join(types)} on {self._names}",
                action="clean-settings-caches", args={"types": list(types)},
                commands=(f"bin/magento cache:clean {' '.join(types)}",), limit_s=target.timeouts.command * 3,
            )
        )  # fmt: skip
        return steps

    def _secrets(self, *, env: bool) -> tuple[str, ...]:
        wanted = self._change.changes
        named = [item.secret for item in wanted.env] if env else [item.secret for item in wanted.settings]
        return tuple(dict.fromkeys(name for name in named if name))

    def _lines(self) -> tuple[str, ...]:
        return commands(
            self._change.changes, "--lock-config" if self._change.file == "config" else "--lock-env"
        )

    def _verify(self) -> list[Step]:
        target = self._change.target
        steps = [
            self._step(
                "settled", Phase.VERIFY, StepKind.PROBE, f"app:config:status is 0 on {self._names}",
                action="settings-settled", limit_s=target.timeouts.command * 3,
            )
        ]  # fmt: skip
        if target.health is not None and target.web_hosts and self._change.file == "env":
            release = next(iter(self._change.live.values()), "")
            names = ", ".join(host.name for host in target.web_hosts)
            closed = self._window
            steps.append(
                self._step(
                    "health-closed" if closed else "health", Phase.VERIFY, StepKind.PROBE,
                    f"{names} answer{', while still closed' if closed else ''}", action="health",
                    hosts=addresses(target.web_hosts), args={"release": release, "closed": closed},
                    limit_s=target.timeouts.health,
                )
            )  # fmt: skip
        if self._window:
            steps.append(self._step("open", Phase.VERIFY, StepKind.ENSURE, f"open {self._names}"))
        return steps

    def _finish(self) -> list[Step]:
        finish, ensure = Phase.FINISH, StepKind.ENSURE
        steps = []
        if self._change.file == "config":
            steps += [
                self._step(
                    "commit", finish, ensure, "commit app/etc/config.php", action="commit-config",
                    args={"message": self._change.message}, undo="take the commit back",
                ),
                self._step(
                    "push", finish, ensure, "push the branch", action="push-config", limit_s=180,
                    undo="what was pushed stays",
                ),
            ]  # fmt: skip
        steps.append(self._step("record", finish, ensure, "record the change", action="record-settings"))
        if self._computes:
            steps.append(
                self._step(
                    "tidy",
                    finish,
                    ensure,
                    "remove the private copies",
                    action="tidy-settings",
                    on_failure="warn",
                )
            )
        return [
            *steps,
            self._step(
                "prune", finish, StepKind.PROBE, "keep the newest backups", action="prune-backups",
                on_failure="warn",
            ),
            self._step("unlock", finish, ensure, "release the lock", on_failure="warn"),
        ]  # fmt: skip
