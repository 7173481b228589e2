"""The steps from the closed door to the recorded release: one order for promotions and rollbacks.

Design, section 5, phases 3 to 5; decisions 2, 4, 5, 9, 11 to 14.
"""

import shlex
from typing import Any, Final

import msgspec

from core.environments.model import Environment, Host
from core.magento.commands import argv
from core.model.plan import Phase, Step, StepKind
from core.pipeline.decision import Decision
from core.pipeline.new_settings import finishing_steps, setting_steps
from core.release.layout import Layout
from core.settings.changes import Changes


class Switch(msgspec.Struct, frozen=True, kw_only=True):
    """From which release to which, on which environment."""

    environment: Environment
    release: str
    """The release that goes live, a directory name under `releases/`."""
    artifact: str
    live: dict[str, str]
    """What `current` names now on each host; "" where nothing is live yet."""
    static_version: str = ""
    """What the new release's pages name as their static version; "" when it has none."""
    verb: str = "promote"
    settings: Changes = Changes()
    """Settings that only the new release knows; they are set from it (decision 31)."""


CUT_OVER_ORDER: Final = (
    "watch", "pause-cron", "close", "ask-again", "database", "database-1", "database-2", "ask-after",
    "new-settings", "prepare-switch", "clean-config", "switch", "reload", "flush", "health-closed", "open",
    "health", "measure", "resume-cron", "record", "retention", "unlock",
)  # fmt: skip
"""Every step that a cut-over can have, in its order: what steps of the shop's own may be attached to."""


_CACHES_S: Final = 300.0
"""Purging a large cache or a CDN takes its time; stopped there, the shop would stay closed."""
_ESSENTIAL: Final = ("close", "ask-again", "ask-after", "prepare-switch", "switch")


def addresses(hosts: tuple[Host, ...]) -> tuple[str, ...]:
    """Return the addresses of hosts, in order."""
    return tuple(host.address for host in hosts)


def _step(switch: Switch, step_id: str, phase: Phase, kind: StepKind, title: str, **more: Any) -> Step:
    args = {
        "environment": switch.environment.name,
        "release": switch.release,
        "live": switch.live,
        **more.pop("args", {}),
    }
    hosts = more.pop("hosts", None) or addresses(switch.environment.hosts)
    action = more.pop("action", step_id)
    essential = more.get("point_of_no_return", False) or step_id in _ESSENTIAL
    return Step(
        id=step_id,
        phase=phase,
        kind=kind,
        title=title,
        action=action,
        hosts=hosts,
        args=args,
        essential=essential,
        **more,
    )


def _names(hosts: tuple[Host, ...]) -> str:
    return ", ".join(host.name for host in hosts)


def _on_each(switch: Switch, command: str, *words: str) -> tuple[str, ...]:
    """Return a Magento command as it runs from the new release on each host; once where all say it alike."""
    environment = switch.environment
    lines = [
        argv(command, *words, php=host.php, root=Layout(environment.path_on(host)).release(switch.release))
        for host in environment.hosts
    ]
    return tuple(dict.fromkeys(shlex.join(line) for line in lines))


def _closing(switch: Switch) -> list[Step]:
    hosts = switch.environment.hosts
    closed = sorted({name for name in (*switch.live.values(), switch.release) if name})
    return [
        _step(
            switch,
            "close",
            Phase.CUT_OVER,
            StepKind.ENSURE,
            f"close {_names(hosts)} (maintenance flag)",
            window=True,
            commands=tuple(f"touch releases/{name}/var/.maintenance.flag" for name in closed),
            undo="take away the flags that this job set",
        ),
        _step(
            switch,
            "ask-again",
            Phase.CUT_OVER,
            StepKind.PROBE,
            "ask again what the database step would do, before it runs",
            action="ask-again",
            window=True,
        ),
    ]


def _database(switch: Switch, decision: Decision) -> list[Step]:
    environment = switch.environment
    first = environment.hosts[0]
    steps = [
        _step(
            switch,
            f"database-{number}" if len(decision.commands) > 1 else "database",
            Phase.CUT_OVER,
            StepKind.TASK,
            f"{command.name} on {first.name}",
            action="database",
            hosts=(first.address,),
            args={"command": command.name, "argv": list(command.argv)},
            commands=(shlex.join(command.argv),),
            window=True,
            point_of_no_return=True,
            limit_s=environment.timeouts.upgrade,
        )
        for number, command in enumerate(decision.commands, 1)
    ]
    steps.append(
        _step(
            switch,
            "ask-after",
            Phase.CUT_OVER,
            StepKind.PROBE,
            "ask both probes again, compare config.php on every host",
            window=True,
            args={"accepted": decision.accepted, "upgraded": decision.upgrades},
        )
    )
    return steps


def _switching(switch: Switch, window: bool) -> list[Step]:
    environment = switch.environment
    hosts = environment.hosts
    names = _names(hosts)
    steps = [
        _step(
            switch,
            "prepare-switch",
            Phase.CUT_OVER,
            StepKind.ENSURE,
            f"write the next link on {names}, prove the right to rename it",
            window=window,
            undo="take away the next link",
        ),
        _step(
            switch,
            "clean-config",
            Phase.CUT_OVER,
            StepKind.PROBE,
            f"clean the config cache on {names}",
            action="flush",
            args={"cache": ["cache:clean", "config"]},
            commands=_on_each(switch, "cache:clean", "config"),
            window=window,
            limit_s=max(environment.timeouts.command, _CACHES_S),
        ),
        _step(
            switch,
            "switch",
            Phase.CUT_OVER,
            StepKind.ENSURE,
            f"switch {names} to release {switch.release}",
            window=window,
            commands=(f"ln -s releases/{switch.release} current.next", "mv -T current.next current"),
            undo="switch back to " + ", ".join(sorted({r or "nothing" for r in switch.live.values()})),
        ),
    ]
    reloading = tuple(host for host in hosts if host.reload)
    if reloading:
        steps.append(
            _step(
                switch,
                "reload",
                Phase.CUT_OVER,
                StepKind.PROBE,
                f"reload php-fpm on {_names(reloading)}",
                hosts=addresses(reloading),
                commands=tuple(sorted({host.reload for host in reloading})),
                window=window,
            )
        )
    steps.append(
        _step(
            switch,
            "flush",
            Phase.CUT_OVER,
            StepKind.PROBE,
            f"flush the caches on {names}",
            args={"cache": ["cache:flush"]},
            commands=_on_each(switch, "cache:flush"),
            window=window,
            limit_s=max(environment.timeouts.command, _CACHES_S),
        )
    )
    return steps


def _verifying(switch: Switch, window: bool) -> list[Step]:
    environment = switch.environment
    web = addresses(environment.web_hosts)
    args = {"static_version": switch.static_version}
    steps: list[Step] = []
    if environment.health is not None and web:
        title = (
            f"{_names(environment.web_hosts)} {'answers' if len(web) == 1 else 'answer'}"
            f" from release {switch.release}"
        )
        if window:
            steps.append(
                _step(
                    switch, "health-closed", Phase.VERIFY, StepKind.PROBE, f"{title}, while still closed",
                    action="health", hosts=web, window=True, args={**args, "closed": True},
                    limit_s=environment.timeouts.health,
                )
            )  # fmt: skip
        if window:
            steps.append(_opening(switch))
        steps.append(
            _step(
                switch, "health", Phase.VERIFY, StepKind.PROBE, title, hosts=web,
                args={**args, "closed": False, "closes_again": window}, limit_s=environment.timeouts.health,
            )
        )  # fmt: skip
    elif window:
        steps.append(_opening(switch))
    return steps


def _opening(switch: Switch) -> Step:
    return _step(
        switch,
        "open",
        Phase.VERIFY,
        StepKind.ENSURE,
        f"open {_names(switch.environment.hosts)}",
        window=True,
    )


def _finishing(switch: Switch) -> list[Step]:
    environment = switch.environment
    return [
        _step(
            switch, "measure", Phase.FINISH, StepKind.PROBE, "measure how long the shop did not answer",
            hosts=addresses(environment.web_hosts),
        ),
        _step(switch, "resume-cron", Phase.FINISH, StepKind.ENSURE, "cron and consumers on again"),
        _step(
            switch, "record", Phase.FINISH, StepKind.ENSURE, "record the release as live and verified",
            args={
                "artifact": switch.artifact, "verb": switch.verb,
                "verified": bool(environment.health and environment.web_hosts),
            },
        ),
        *finishing_steps(switch),
        _step(
            switch, "retention", Phase.FINISH, StepKind.ENSURE,
            f"keep {environment.keep_releases} verified releases", on_failure="warn",
            args={"keep": environment.keep_releases}, limit_s=600,
        ),
        _step(switch, "unlock", Phase.FINISH, StepKind.ENSURE, "release the lock", on_failure="warn"),
    ]  # fmt: skip


def cut_over_steps(switch: Switch, decision: Decision) -> tuple[Step, ...]:
    """Return the steps that make a prepared release live, in the order of the design."""
    environment = switch.environment
    steps: list[Step] = []
    if environment.health is not None and environment.web_hosts:
        steps.append(
            _step(
                switch, "watch", Phase.CUT_OVER, StepKind.PROBE,
                "ask every web host five times a second from here on",
                hosts=addresses(environment.web_hosts), undo="stop asking",
            )
        )  # fmt: skip
    if environment.cron != "none":
        steps.append(
            _step(
                switch, "pause-cron", Phase.CUT_OVER, StepKind.ENSURE,
                "pause cron and consumers, wait until none runs",
                undo="cron and consumers as they were", limit_s=environment.timeouts.cron,
            )
        )  # fmt: skip
    if decision.window:
        steps += _closing(switch)
    if decision.commands:
        steps += _database(switch, decision)
    steps += setting_steps(switch)
    steps += _switching(switch, decision.window)
    steps += _verifying(switch, decision.window)
    steps += _finishing(switch)
    if environment.cron == "none":
        steps = [step for step in steps if step.id != "resume-cron"]
    return tuple(steps)
