"""Where the files of a system lie that settings are changed in."""

import msgspec

from core.actions.site import Site
from core.environments.model import Role
from core.errors import Refused
from core.model.plan import Step
from core.settings.changes import Changes


def root_of(site: Site, live: str) -> str:
    """Return the directory of the Magento that runs: the checkout, or the live release. Raises Refused."""
    if site.environment.role is Role.DEVELOPMENT:
        return site.path
    if not live:
        raise Refused(
            "nothing-live",
            "Nothing is live there whose settings could be changed.",
            where=site.address,
            remedy="Promote an artifact first.",
        )
    return site.layout.release(live)


def env_of(site: Site) -> str:
    """Return env.php, the file or a link to it."""
    top = site.path if site.environment.role is Role.DEVELOPMENT else site.layout.shared
    return f"{top}/app/etc/env.php"


def root(site: Site, step: Step) -> str:
    """Return the Magento that a step works with on a host."""
    return root_of(site, str(step.args["live"].get(site.address, "")))


def edited(site: Site, step: Step) -> str:
    """Return the file that a step changes on a host."""
    if step.args.get("file") == "config":
        return f"{root(site, step)}/app/etc/config.php"
    return env_of(site)


def changes(step: Step) -> Changes:
    """Return what a step changes."""
    return msgspec.convert(step.args["changes"], Changes)


def work(site: Site, job_id: str) -> str:
    """Return the directory of a job's private copies on a host."""
    return f"{site.layout.dot}/settings/{job_id}"


def backup(site: Site, step: Step, job_id: str) -> str:
    """Return where the file is kept as it was before."""
    name = "config.php" if step.args.get("file") == "config" else "env.php"
    return f"{site.layout.backups}/{name}.{job_id}"
