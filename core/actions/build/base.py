"""What all actions of a build have in common: their place, their scripts, and nothing to look at or undo."""

import shlex
from importlib.resources import files

from core.actions.site import Bench, Site
from core.jobs.action import Context, Look, Outcome
from core.model.plan import Step
from core.pipeline.build_layout import BuildLayout


class BuildAction:
    """An action on the build host; without more it is never done before, and leaves nothing to take back."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench

    def site(self, step: Step) -> Site:
        """Return the build host."""
        return self.bench.site(step.hosts[0], str(step.args["environment"]))

    def layout(self, step: Step) -> BuildLayout:
        """Return the paths of this commit's build."""
        return BuildLayout(self.site(step).path, str(step.args["commit"]))

    async def look(self, ctx: Context, step: Step) -> Look:
        """See whether there is anything to do."""
        return Look.NOT_DONE

    async def undo(self, ctx: Context, step: Step) -> Outcome:
        """Take nothing back."""
        return Outcome()


def shell(name: str, **values: str) -> str:
    """Return one of the scripts beside this module, with the variables that it is given in front."""
    text = files("core.actions.build").joinpath(f"{name}.sh").read_text("utf-8")
    return "".join(f"{key}={shlex.quote(value)}\n" for key, value in values.items()) + text


def php_function(site: Site) -> str:
    """Return a shell function `run_php` that is this host's PHP."""
    return f'run_php() {{ {shlex.join(site.php)} "$@"; }}\n'


def composer_function(site: Site) -> str:
    """Return a shell function `run_composer` that runs composer with this host's PHP.

    Composer's first line names whatever `php` is on the path; the packages have to fit the PHP that the shop
    runs with. A composer that is no PHP script, or that environments.toml gives with arguments, is left alone.
    """
    command = site.environment.composer_command
    if len(command) != 1:
        return f'run_composer() {{ {shlex.join(command)} "$@"; }}\n'
    return (
        php_function(site)
        + "run_composer() {\n"
        + f"    composer=$(command -v {shlex.quote(command[0])}) || return 127\n"
        + '    first=; read -r first < "$composer" || :\n'
        + '    case $first in\n    "#!"*php*|"<?php"*) run_php "$composer" "$@" ;;\n'
        + '    *) "$composer" "$@" ;;\n    esac\n}\n'
    )
