"""`check`."""

import asyncio

import click
import msgspec

from core.actions.checks.finding import Finding, Weight
from core.cli.context import answer, console, run
from core.console.checking import check as look
from core.console.planning import environment_of
from core.errors import Exit


def _lines(found: list[Finding]) -> list[str]:
    lines = []
    for finding in sorted(found, key=lambda item: list(Weight).index(item.weight)):
        if finding.weight is not Weight.NOTES:
            lines.append(f"  {finding.weight:<7} {finding.where}: {finding.what} [{finding.code}]")
            lines.append(f"          {finding.remedy}")
    notes = sorted({finding.what for finding in found if finding.weight is Weight.NOTES})
    return [*lines, *(f"  note    {note}" for note in notes)]


@click.command()
@click.argument("environments", nargs=-1)
@click.option(
    "--deep", is_flag=True, help="Hash the live release on each host, and name what was changed by hand."
)
def check(environments: tuple[str, ...], deep: bool) -> int:
    """Connect, and say what is missing or dangerous on each host, and what to do."""
    door = console()
    chosen = [environment_of(door.project, name) for name in environments] or list(
        door.project.environments.values()
    )

    async def work() -> list[list[Finding]]:
        async with door.planner() as planner:
            return list(
                await asyncio.gather(
                    *(look(planner.connections, door.project, item, deep=deep) for item in chosen)
                )
            )

    found = dict(zip([item.name for item in chosen], run(work()), strict=True))
    lines = []
    for name, findings in found.items():
        bad = sum(1 for finding in findings if finding.weight is not Weight.NOTES)
        lines += [f"{name}: {f'{bad} findings' if bad else 'nothing would hurt'}", *_lines(findings)]
    answer({name: msgspec.to_builtins(findings) for name, findings in found.items()}, lines)
    blocked = any(finding.weight is Weight.BLOCKS for findings in found.values() for finding in findings)
    return int(Exit.REFUSED if blocked else Exit.DONE)
