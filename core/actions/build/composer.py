"""Composer: the packages of composer.lock, and the class map after compiling."""

import re
import shlex
from typing import Final

from core.actions.build.base import BuildAction, composer_function
from core.actions.running import must, own_tree, run_task, whole_log
from core.errors import ConsoleError
from core.jobs.action import Context, Outcome
from core.model.plan import Step
from core.pipeline.build import COMPOSER_AUTOLOAD, COMPOSER_INSTALL
from core.text import clean, one_line

ENVIRONMENT: Final = {
    "COMPOSER_NO_INTERACTION": "1",
    # As root, composer leaves out all plugins without it, and Magento's installer is one: no bin/magento.
    "COMPOSER_ALLOW_SUPERUSER": "1",
    "COMPOSER_DISABLE_XDEBUG_WARN": "1",
    # cweagans/composer-patches 1.x and vaimo/composer-patches leave out a patch that does not fit, and end with 0.
    "COMPOSER_EXIT_ON_PATCH_FAILURE": "1",
}
_LEFT_OUT: Final = re.compile(
    r"Could not apply patch! Skipping.*|No available patcher was able to apply patch.*"
)


class Install(BuildAction):
    """`composer install` without development packages; auth.json stays in the build user's composer home."""

    async def run(self, ctx: Context, step: Step) -> Outcome:
        """Install; without composer.lock there is nothing that the same commit would give again."""
        site, layout = self.site(step), self.layout(step)
        lock = shlex.quote(f"{layout.work}/composer.lock")
        there = await ctx.host(site.address).sh(f"[ -s {lock} ]", limit_s=site.environment.timeouts.command)
        if there.exit == 1:
            raise ConsoleError(
                "no-composer-lock",
                "The commit holds no composer.lock: composer would install whatever is newest today.",
                where=site.address,
                remedy="Commit composer.lock; or, when vendor is in git, set `composer = false`.",
            )
        script = composer_function(site) + shlex.join(["run_composer", *COMPOSER_INSTALL])
        end = await run_task(
            ctx, self.bench, step, site, "composer", script,
            cwd=layout.work, environment={**ENVIRONMENT, **own_tree(layout.work)},
        )  # fmt: skip
        left_out = _LEFT_OUT.findall(clean(await whole_log(ctx, site, end)))
        if left_out:
            raise ConsoleError(
                "patch-failed",
                f"A patch could not be applied: {one_line(left_out[0], 500)}",
                where=site.address,
                remedy="Mend the patch, or take it out of composer.json: without it the artifact would not be what was "
                "tested. `patch` has to be installed on the build host for patches that git does not take.",
            )
        must(
            end,
            "composer-failed",
            "composer install failed",
            site,
            remedy="Credentials of package servers belong into auth.json of the build user's composer home.",
        )
        return Outcome()


class Autoload(BuildAction):
    """`composer dump-autoload --optimize`, so that generated classes are in the class map (decision 16)."""

    async def run(self, ctx: Context, step: Step) -> Outcome:
        """Write the class map."""
        site, layout = self.site(step), self.layout(step)
        script = composer_function(site) + shlex.join(["run_composer", *COMPOSER_AUTOLOAD])
        end = await run_task(
            ctx, self.bench, step, site, "autoload", script,
            cwd=layout.work, environment={**ENVIRONMENT, **own_tree(layout.work)},
        )  # fmt: skip
        must(end, "autoload-failed", "composer dump-autoload failed", site)
        return Outcome()
