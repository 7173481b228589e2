"""The steps of a promotion that set what only the new release knows, or a person decided. Pure (decisions 30, 31)."""

import shlex
from typing import TYPE_CHECKING, Any, Final

import msgspec

from core.environments.model import Environment
from core.model.plan import Phase, Step, StepKind
from core.secret import MASK
from core.settings.changes import Changes
from core.settings.new import NewSettings

if TYPE_CHECKING:
    from core.pipeline.cut_over import Switch

SETTING: Final = "new-settings"
"""The id of the step that sets them; its facts tell whether it did."""


def new_forecast(new: NewSettings) -> dict[str, Any]:
    """Return the part of a forecast that shows them; empty where there are none."""
    return {"new_settings": msgspec.to_builtins(new.shown)} if new.shown else {}


def counted(changes: Changes) -> str:
    """Return how many there are, in words."""
    number = len(changes.settings)
    return f"{number} setting{'' if number == 1 else 's'}"


def commands(changes: Changes, lock: str) -> tuple[str, ...]:
    """Return Magento's commands as they will run; secrets are masked, and no value is in an argument list."""
    told = []
    for item in changes.settings:
        scope = [] if item.level == "default" else ["--scope", item.level, "--scope-code", item.code]
        if item.operation == "unset":
            told.append(f"(take {item.key} out of the file, import)")
            continue
        value = MASK if item.secret else shlex.quote(item.value)
        if item.direct:
            told.append(f"(write {item.key} into the file: {value}, import)")
        else:
            told.append(f"{shlex.join(['config:set', lock, *scope, item.path])} {value}")
    return tuple(told)


def values_at_hand(environment: Environment, new: NewSettings) -> tuple[Step, ...]:
    """Return the step that proves their values at hand, before anybody is asked and before the window."""
    if not new.shown:
        return ()
    number = len(new.shown)
    return (
        Step(
            id="values-at-hand",
            phase=Phase.DECIDE,
            kind=StepKind.PROBE,
            title=f"the values of {number} new setting{'' if number == 1 else 's'} are at hand",
            action="values-at-hand",
            args={"environment": environment.name},
            secrets=new.changes.secrets,
            essential=True,
        ),
    )


def setting_steps(switch: "Switch") -> tuple[Step, ...]:
    """Return the steps that set them, after the database step and before the switch.

    The new release is what they work with, so it stands where a change of settings has the live one.
    """
    if not switch.settings:
        return ()
    environment = switch.environment
    first = environment.hosts[0].name
    names = ", ".join(host.name for host in environment.hosts)
    return (
        _step(
            switch, SETTING, StepKind.TASK,
            f"set {counted(switch.settings)} from the new release on {first}, give {names} the result",
            commands=commands(switch.settings, "--lock-env"), secrets=switch.settings.secrets,
            undo="env.php and the configuration hash as they were",
            limit_s=max(600.0, environment.timeouts.command),
        ),
        _step(
            switch, "settings-settled", StepKind.PROBE, f"app:config:status is 0 on {names}, with one `system`",
            essential=True, limit_s=environment.timeouts.command * 3,
        ),
        _step(
            switch, "ask-after-settings", StepKind.PROBE, "ask both probes again, now with the new settings",
            action="ask-after", essential=True, limit_s=environment.timeouts.command * 3,
        ),
    )  # fmt: skip


def finishing_steps(switch: "Switch") -> tuple[Step, ...]:
    """Return the steps that record what was set and leave nothing of it lying about."""
    if not switch.settings:
        return ()
    names = ("record-settings", "tidy-settings", "prune-backups")
    titles = ("record the settings", "remove the private copies of the settings", "keep the newest backups")
    return tuple(
        _step(
            switch, name, StepKind.PROBE if name == "prune-backups" else StepKind.ENSURE, title,
            phase=Phase.FINISH, window=False, on_failure="warn",
        )
        for name, title in zip(names, titles, strict=True)
    )  # fmt: skip


def _step(switch: "Switch", step_id: str, kind: StepKind, title: str, **more: Any) -> Step:
    addresses = tuple(host.address for host in switch.environment.hosts)
    args = {
        "environment": switch.environment.name,
        "release": switch.release,
        "live": dict.fromkeys(addresses, switch.release),
        "file": "env",
        "changes": msgspec.to_builtins(switch.settings),
    }
    return Step(
        id=step_id, phase=more.pop("phase", Phase.CUT_OVER), kind=kind, title=title,
        action=more.pop("action", step_id), hosts=addresses, args=args, window=more.pop("window", True), **more,
    )  # fmt: skip
