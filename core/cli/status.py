"""`status` and `releases`: what is where."""

import asyncio

import click
import msgspec

from core.cli.context import answer, console, run
from core.console.figures import clock, size
from core.console.looking import Checkout, EnvironmentView, HostView, view
from core.console.planning import environment_of
from core.console.snapshot import Unfinished
from core.console.unfinished import remedy
from core.environments.model import Role
from core.errors import Exit
from core.release.inventory import Release
from core.text import one_line


def _release(release: Release | None) -> str:
    if release is None:
        return "nothing live"
    info = release.info.artifact if release.info else None
    commit = f"  commit {info.commit[:10]}  {one_line(info.subject, 50)}" if info else ""
    since = f"  since {clock(release.live_since)}" if release.live_since else ""
    verified = "" if release.verified_at else "  NOT VERIFIED"
    return f"{release.name}{commit}{since}{verified}"


def _checkout(checkout: Checkout) -> str:
    if not checkout.commit:
        return "no git checkout"
    changed = f"  {checkout.changed} files not committed" if checkout.changed else ""
    branch = checkout.branch or "no branch"
    return f"{branch}  commit {checkout.commit[:10]}  {one_line(checkout.subject, 50)}{changed}"


def unfinished_lines(job: Unfinished) -> list[str]:
    """Return what a job that nobody goes on with has left, and what can be done about it. Pure."""
    return [
        f"job {job.id} ({job.title}, by {job.who}) {job.standing}; as it left it: {'; '.join(job.left)}",
        f"  {remedy(job.id)}",
    ]


def _host(item: HostView) -> list[str]:
    if item.error:
        remedy = [f"  {'':<28} {one_line(item.remedy, 300)}"] if item.remedy else []
        return [f"  {item.address:<28} unreachable: {one_line(item.error, 300)} [{item.code}]", *remedy]
    if item.checkout is not None:
        what = _checkout(item.checkout)
    elif item.inventory is None:
        newest = item.artifacts[0] if item.artifacts else None
        what = f"{len(item.artifacts)} artifacts" if newest else "no artifact yet"
        if newest:
            what += f", newest {newest.id[:12]}  commit {newest.commit[:10]}  {one_line(newest.subject, 50)}"
    elif not item.inventory.occupant.usable:
        what = f"not ours: {item.inventory.occupant.kind}"
    else:
        what = _release(item.inventory.live)
    lines = [f"  {item.address:<28} {what}{'  CLOSED (maintenance)' if item.closed else ''}"]
    if item.held is not None:
        lines.append(f"  {'':<28} locked by {one_line(item.held.claim.who)}: {one_line(item.held.claim.what)}")
    return lines


def _lines(found: EnvironmentView) -> list[str]:
    mixed = "  HOSTS DIFFER" if len(found.releases) > 1 else ""
    head = found.name if found.name == found.role else f"{found.name} ({found.role})"
    lines = [f"{head}{mixed}", *(line for item in found.hosts for line in _host(item))]
    for job in found.unfinished:
        lines += [f"  ! {one_line(line, 400)}" for line in unfinished_lines(job)]
    return lines


@click.command()
@click.argument("environments", nargs=-1)
def status(environments: tuple[str, ...]) -> int:
    """What each environment runs."""
    door = console()
    chosen = [environment_of(door.project, name) for name in environments] or list(
        door.project.environments.values()
    )

    async def work() -> list[EnvironmentView]:
        async with door.planner() as planner:
            return list(
                await asyncio.gather(*(view(planner.connections, door.project, item) for item in chosen))
            )

    found = run(work())
    answer([msgspec.to_builtins(item) for item in found], [line for item in found for line in _lines(item)])
    failed = any(host.error for item in found for host in item.hosts)
    return int(Exit.FAILED if failed else Exit.DONE)


def _row(release: Release) -> str:
    marks = [
        "live" if release.live else "",
        "verified" if release.verified_at else "",
        "" if release.complete else "unfinished",
    ]
    info = release.info.artifact if release.info else None
    told = f"  commit {info.commit[:10]}  {size(info.bytes)}  {one_line(info.subject, 50)}" if info else ""
    return f"    {release.name:<20} {' '.join(mark for mark in marks if mark) or '-':<14}{told}"


@click.command()
@click.argument("environment")
def releases(environment: str) -> int:
    """The releases of an environment, and which is live."""
    door = console()
    found_environment = environment_of(door.project, environment, Role.STAGING, Role.PRODUCTION)

    async def work() -> EnvironmentView:
        async with door.planner(environment) as planner:
            return await view(planner.connections, door.project, found_environment)

    found = run(work())
    lines = []
    for item in found.hosts:
        lines += [f"  {item.address}"] if not item.error else _host(item)
        rows = item.inventory.releases if item.inventory else ()
        lines += [_row(release) for release in reversed(rows)]
    answer(msgspec.to_builtins(found), lines)
    return int(Exit.FAILED if any(item.error for item in found.hosts) else Exit.DONE)
