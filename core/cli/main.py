"""The `mageconsole` command line: one group, its commands in modules of their own, loaded when called."""

import json
import sys
import traceback
from collections.abc import Callable
from functools import partial
from typing import Any, Final

import click
import platformdirs

from core.cli.json_option import with_json
from core.cli.lazy_group import LazyGroup
from core.cli.usage import document, usage_error
from core.errors import ConsoleError, Exit

_COMMANDS: Final = {
    "build": ("core.cli.build", "Make an artifact of a commit."),
    "check": ("core.cli.check", "Connect, and say what is missing or dangerous."),
    "demo": ("core.cli.demo", "Try everything on four systems on this machine."),
    "jobs": ("core.cli.jobs", "Running and past jobs."),
    "lock": ("core.cli.lock", "Who holds an environment's lock."),
    "maintenance": ("core.cli.maintenance", "Close or open an environment."),
    "plan": ("core.cli.promote", "Say what a promotion would do; change nothing."),
    "promote": ("core.cli.promote", "Make an artifact live on the next environment."),
    "releases": ("core.cli.status", "The releases of an environment."),
    "rollback": ("core.cli.promote", "Make an older release live again."),
    "settings": (
        "core.cli.settings.group",
        "What a setting is on each system, what would change; the secrets.",
    ),
    "status": ("core.cli.status", "What each environment runs."),
    "trust": ("core.cli.trust", "Show a host's key and accept it."),
}

Screen = Callable[..., int]
"""Takes `file`, `mouse`, `read_only`, `bell`, `theme`; returns the exit code. Raises ConsoleError."""


class _Commands(LazyGroup):
    """All commands; each takes --json behind it too."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load a command."""
        found = super().get_command(ctx, cmd_name)
        return with_json(found) if found is not None else None


@click.group(
    cls=_Commands, modules=_COMMANDS, invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)  # fmt: skip
@click.option("-c", "--config", "file", metavar="FILE", help="The environments.toml to use.")
@click.option("--json", "as_json", is_flag=True, help="Answer with one JSON document, or JSON lines.")
@click.option("--no-mouse", is_flag=True, help="On the screen: leave the mouse to the terminal.")
@click.option("--read-only", is_flag=True, help="On the screen: look, and change nothing.")
@click.option("--bell", is_flag=True, help="On the screen: ring when a job ends.")
@click.option("--theme", default="", metavar="NAME", help="On the screen: its colours.")
@click.version_option(package_name="mageconsole", message="mageconsole %(version)s")
@click.pass_context
def command(ctx: click.Context, /, file: str | None, as_json: bool, **options: Any) -> int | None:
    """Take a Magento shop from development through build and staging to production.

    Without a command it opens the screen.
    """
    open_screen = partial(_open, ctx.obj["screen"], options)
    ctx.obj |= {"file": file, "json": as_json, "screen": open_screen}
    if ctx.invoked_subcommand is not None:
        return None
    code = open_screen(file)
    if code is None:
        click.echo(ctx.get_help())
    return code


def _open(screen: Screen | None, options: dict[str, Any], file: str | None) -> int | None:
    """Open the screen and return its exit code; None where there is no screen to open."""
    if screen is None:
        return None
    rest = {key: value for key, value in options.items() if key != "no_mouse"}
    return screen(file=file, mouse=not options["no_mouse"], **rest)


def run(arguments: list[str] | None = None, screen: Screen | None = None) -> int:
    """Run the command line and return its exit code; errors are told on standard error, with `--json` as a
    document on standard output, too.

    `screen` opens the full screen: this package knows of none.
    """
    given = {"screen": screen, "json": "--json" in (sys.argv[1:] if arguments is None else arguments)}
    try:
        result: Any = command.main(args=arguments, prog_name="mageconsole", standalone_mode=False, obj=given)
    except click.exceptions.Abort:
        click.echo("Aborted.", err=True)
        return 130
    except click.exceptions.Exit as left:
        return left.exit_code
    except click.ClickException as error:
        return _told(usage_error(error, _COMMANDS), given)
    except ConsoleError as error:
        return _told(error, given)
    except Exception:  # noqa: BLE001 - a mistake of ours: told without a wall of code, and kept for whoever mends it
        return _own_mistake()
    return result if isinstance(result, int) else 0


def _told(error: ConsoleError, given: dict[str, Any]) -> int:
    if given["json"]:
        click.echo(json.dumps(document(error), ensure_ascii=False, sort_keys=True))
    click.echo(str(error), err=True)
    return int(error.exit_code)


def _own_mistake() -> int:
    """Write the traceback (which holds no values) to a file and say where."""
    path = platformdirs.user_state_path("mageconsole") / "crash.log"
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.write_text(traceback.format_exc())
    click.echo(
        f"mageconsole made a mistake of its own [own-mistake]: {_name()}\n"
        f"  Running jobs are not touched. Please report it with {path}.",
        err=True,
    )
    return int(Exit.FAILED)


def _name() -> str:
    kind = sys.exc_info()[0]
    return kind.__name__ if kind else "unknown"


def main() -> None:
    """The entry point."""
    sys.exit(run())
