"""The plan of a build: one commit becomes an artifact in the build host's store (design, section 5)."""

import shlex
from collections.abc import Sequence
from typing import Any, Final

import msgspec

from core.environments.model import CustomStep, Environment, Host
from core.errors import ConsoleError, Exit
from core.magento.commands import argv
from core.model.plan import Phase, Pin, Plan, Step, StepKind
from core.pipeline.build_layout import BuildLayout
from core.pipeline.custom_steps import insert
from core.pipeline.host_php import php_argv

ATTACHABLE: Final = ("checkout", "config", "composer", "modules", "compile", "autoload", "static", "package")
"""The steps that the shop's own can be attached to, in their order. `checkout` only with `after`, for the
tree is not there before; `package` only with `before`, for what comes after is no longer in the artifact."""

COMPOSER_INSTALL: Final = (
    "install", "--no-dev", "--prefer-dist", "--no-interaction", "--no-progress", "--optimize-autoloader",
    "--no-ansi",
)  # fmt: skip
COMPOSER_AUTOLOAD: Final = ("dump-autoload", "--no-dev", "--optimize", "--no-interaction", "--no-ansi")


class Commit(msgspec.Struct, frozen=True, kw_only=True):
    """The commit to build, as the build host's git or its mirror told it."""

    id: str
    """Forty (or sixty-four) hexadecimal characters."""
    ref: str
    """What was asked for: a branch, a tag, or the commit itself."""
    subject: str = ""
    """Empty while the mirror does not have the commit yet."""


def _anchored(custom: CustomStep) -> None:
    """Raises ConsoleError `no-tree` for a step before the tree is there, or after it is gone."""
    if custom.before != "checkout" and custom.after != "package":
        return
    raise ConsoleError(
        "no-tree",
        f"The step {custom.name!r} has no tree to run in there.",
        where="environments.toml",
        remedy='Use `after = "checkout"` or `before = "package"`.',
        exit_code=Exit.USAGE,
    )


class _Maker:
    """Makes the steps of one build; holds what they have in common."""

    def __init__(self, environment: Environment, host: Host, commit: Commit) -> None:
        self.environment = environment
        self.host = host
        self.layout = BuildLayout(environment.path_on(host), commit.id)
        self.common = {"environment": environment.name, "commit": commit.id, "ref": commit.ref}

    def step(self, step_id: str, kind: StepKind, title: str, **more: Any) -> Step:
        return Step(
            id=step_id,
            phase=more.pop("phase", Phase.BUILD),
            kind=kind,
            title=title,
            action=more.pop("action", f"build-{step_id}"),
            hosts=(self.host.address,),
            args={**self.common, **more.pop("args", {})},
            essential=more.pop("essential", True),
            **more,
        )

    def magento(self, command: str, *arguments: str) -> str:
        return shlex.join(argv(command, *arguments, php=php_argv(self.host), root=self.layout.work))

    def composer(self, arguments: Sequence[str]) -> str:
        return shlex.join([*self.environment.composer_command, *arguments])


def _preparing(make: _Maker, commit: Commit) -> list[Step]:
    environment = make.environment
    prepare = Phase.PREPARE
    return [
        make.step(
            "check", StepKind.PROBE, f"check {make.host.name}: tools, disk, PHP", phase=prepare
        ),
        make.step(
            "lock", StepKind.ENSURE, f"lock {environment.name}", phase=prepare, action="lock",
            undo="release the lock",
        ),
        make.step(
            "known", StepKind.PROBE, "look whether the same was built before", phase=prepare
        ),
        make.step(
            "fetch", StepKind.TASK, f"fetch {environment.repository or 'the repository'}", phase=prepare,
            commands=("git fetch --prune origin",), limit_s=environment.timeouts.composer,
        ),
        make.step(
            "checkout", StepKind.ENSURE, f"check out {commit.id[:12]}",
            commands=(f"git read-tree --reset -u {commit.id}",), undo="remove the work tree",
            limit_s=environment.timeouts.composer,
        ),
    ]  # fmt: skip


def _building(make: _Maker) -> list[Step]:
    environment = make.environment
    limits = environment.timeouts
    steps = [
        make.step("config", StepKind.PROBE, "check that config.php holds what a build without a database needs")
    ]
    if environment.composer:
        steps.append(
            make.step(
                "composer", StepKind.TASK, "composer install", limit_s=limits.composer,
                commands=(make.composer(COMPOSER_INSTALL),),
            )
        )  # fmt: skip
    steps += [
        make.step(
            "modules", StepKind.PROBE, "check that config.php lists every module",
            commands=(make.magento("module:config:status"),), limit_s=max(limits.command, 120.0),
        ),
        make.step(
            "compile", StepKind.TASK, "compile", limit_s=limits.compile,
            commands=(make.magento("setup:di:compile"),),
        ),
    ]  # fmt: skip
    if environment.composer:
        steps.append(
            make.step(
                "autoload", StepKind.TASK, "optimize the class map", limit_s=limits.composer,
                commands=(make.composer(COMPOSER_AUTOLOAD),),
            )
        )  # fmt: skip
    locales = ", ".join(
        dict.fromkeys([*environment.locales, *(one for s in environment.static for one in s.locales)])
    )
    steps.append(
        make.step(
            "static", StepKind.TASK, f"static content: {locales}", limit_s=limits.static,
            commands=(make.magento("setup:static-content:deploy", "-f", "..."),),
        )
    )  # fmt: skip
    return steps


def _packing(make: _Maker) -> list[Step]:
    environment = make.environment
    return [
        make.step(
            "package", StepKind.TASK, "write the manifest, put the artifact into the store",
            undo="remove the unfinished artifact", limit_s=environment.timeouts.compile,
        ),
    ]  # fmt: skip


def finishing_steps(environment: Environment, commit: Commit) -> tuple[Step, ...]:
    """Return the steps that end a build, also one that found its artifact already there."""
    make = _Maker(environment, environment.hosts[0], commit)
    return (
        make.step(
            "tidy", StepKind.TASK, f"keep {environment.keep_releases} artifacts", phase=Phase.FINISH,
            on_failure="warn", essential=False, limit_s=600.0,
        ),
        make.step(
            "unlock", StepKind.ENSURE, f"unlock {environment.name}", phase=Phase.FINISH, action="unlock",
            on_failure="warn", essential=False,
        ),
    )  # fmt: skip


def build_plan(
    environment: Environment,
    commit: Commit,
    *,
    pins: tuple[Pin, ...] = (),
    forecast: dict[str, Any] | None = None,
    options: dict[str, Any] | None = None,
) -> Plan:
    """Return the plan of a build of one commit on the build environment's host.

    Raises ConsoleError (exit 2): a step of the shop's own is attached where it can't run.
    """
    for custom in environment.steps:
        _anchored(custom)
    make = _Maker(environment, environment.hosts[0], commit)
    inner = [*_preparing(make, commit), *_building(make), *_packing(make)]
    steps = (*insert(inner, environment, make.layout.work, ATTACHABLE), *finishing_steps(environment, commit))
    subject = f": {commit.subject}" if commit.subject else ""
    return Plan(
        kind="build",
        title=f"build {commit.id[:12]}{subject}",
        target=environment.name,
        steps=steps,
        pins=pins,
        forecast=forecast or {},
        options=options or {},
    )
