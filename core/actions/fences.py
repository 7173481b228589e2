"""The fences of the locks that a job holds."""

import hashlib
from collections.abc import Callable

from core.actions.site import Bench, Site
from core.jobs.action import Context
from core.remote.fence import Fence


def token_of(job_id: str, environment: str) -> str:
    """Return the lock's token for a job: always the same, so that a resumed job knows its own lock again."""
    return hashlib.sha256(f"{job_id} {environment}".encode()).hexdigest()[:32]


def directory_of(bench: Bench, environment: str) -> Callable[[str], str]:
    """Return what tells the `.mageconsole` of an environment's hosts."""
    return lambda address: bench.site(address, environment).layout.dot


def make_fence(ctx: Context, bench: Bench, environment: str) -> Fence:
    """Return the fence of an environment's lock, whether this job holds it or not: the hosts will tell."""
    addresses = [site.address for site in bench.sites(environment)]
    hosts = {address: ctx.host(address) for address in addresses}
    return Fence(token_of(ctx.job_id, environment), hosts, directory_of(bench, environment))


def fence_of(ctx: Context, bench: Bench, site: Site) -> Fence:
    """Return the fence behind which a host is changed.

    A resumed job makes it anew from its id. What is guarded by it does nothing, and says so, when the lock is
    not this job's.
    """
    name = site.environment.name
    if name not in bench.fences:
        bench.fences[name] = make_fence(ctx, bench, name)
    return bench.fences[name]
