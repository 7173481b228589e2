"""`settings diff`: two environments, or one with what is declared for it."""

from typing import Any

import click

from core.cli.context import answer, console, run
from core.cli.json_option import json_option
from core.cli.settings.common import read_of, unlocked
from core.cli.settings.showing import finding_json, finding_lines, name_of, told, value_json
from core.console.console import Console
from core.console.secrets import Secrets
from core.console.settings_comparing import Side, artifact_side, beside, side_of
from core.console.settings_planning import Review, review
from core.errors import Exit
from core.settings.classify import Classifier
from core.settings.column import ABSENT
from core.settings.confirmed import confirmed
from core.settings.difference import Difference, Standing
from core.settings.finding import Finding
from core.settings.row import Filter, Row, State

_SHOWN = State.DIFFERING | State.MISSING | State.UNKNOWN


def _value(row: Row, column: int) -> Any:
    cell = row.cells[column]
    return ABSENT if cell is None else cell.value


def _row_json(row: Row, names: tuple[str, str]) -> dict[str, Any]:
    return {
        "path": row.key.path, "scope": str(row.key.scope), "kind": str(row.classification.kind),
        "guessed": row.classification.is_guessed, "wrong_place": bool(row.state & State.WRONG_PLACE),
        **{name: value_json(_value(row, column)) for column, name in enumerate(names)},
    }  # fmt: skip


def _two(door: Console, names: tuple[str, str]) -> tuple[dict[str, Any], list[str], bool]:
    async def work() -> tuple[Side, Side, list[Finding]]:
        systems = {name: await read_of(door, name) for name in names if name in door.project.environments}
        sides = {name: side_of(system) for name, system in systems.items()}
        known = next(
            (system.classifier for system in systems.values()), Classifier(confirmed=confirmed(door.project))
        )
        async with door.planner("") as planner:
            for name in names:
                if name not in sides:
                    key = Secrets(door.project).key()
                    sides[name] = await artifact_side(planner.connections, door.project, name, known, key)
        findings = [finding for system in systems.values() for finding in system.findings()]
        return sides[names[0]], sides[names[1]], findings

    first, second, findings = run(work())
    matrix = beside(first, second)
    rows = [matrix.row(position) for position in matrix.select(Filter(any_of=_SHOWN))]
    lines = []
    for row in rows:
        lines.append(f"  {name_of(row.key)}  ({row.classification.kind})")
        lines += [f"      {name:<14} {told(_value(row, column))}" for column, name in enumerate(names)]
    lines = lines or [f"{names[0]} and {names[1]} come to the same"]
    lines += ["", f"{len(findings)} findings:", *finding_lines(findings)] if findings else []
    data = {
        "differences": [_row_json(row, names) for row in rows],
        "findings": [finding_json(finding) for finding in findings],
    }
    return data, lines, bool(rows)


def _difference_json(item: Difference) -> dict[str, Any]:
    return {
        "name": item.name, "path": item.key.path if item.key else item.env,
        "scope": str(item.key.scope) if item.key else "", "env": item.key is None, "kind": str(item.kind),
        "standing": str(item.standing), "declared": value_json(item.declared), "real": value_json(item.real),
        "choices": [str(choice) for choice in item.choices],
        "ignored_until": None if item.ignored_until is None else item.ignored_until.isoformat(),
    }  # fmt: skip


def _declared(door: Console, name: str) -> tuple[dict[str, Any], list[str], bool]:
    async def work() -> Review:
        secrets = await unlocked(door)
        async with door.planner(name) as planner:
            return await review(planner, name, secrets)

    found = run(work())
    mattering = [item for item in found.differences if item.matters]
    lines = []
    for item in mattering:
        lines.append(f"  {item.name}  {item.standing} ({item.kind})")
        lines += [f"      declared  {told(item.declared)}", f"      there     {told(item.real)}"]
    lines = lines or [f"everything on {name} is as it is declared"]
    until = [f"  {item.name} until {item.ignored_until}" for item in found.differences if item.ignored_until]
    lines += ["", "let be, as environments.toml says:", *until] if until else []
    findings = list(found.findings)
    lines += ["", f"{len(findings)} findings:", *finding_lines(findings)] if findings else []
    data = {
        "environment": name,
        "differences": [_difference_json(item) for item in found.differences],
        "findings": [finding_json(finding) for finding in findings],
    }
    return data, lines, any(item.standing is not Standing.NOT_DECLARED for item in mattering)


@click.command()
@click.argument("environment")
@click.argument("other", default="")
@click.option("--exit-code", is_flag=True, help="End with 1 when something differs.")
@json_option
def diff(environment: str, other: str, exit_code: bool) -> int:
    """Compare ENVIRONMENT with OTHER, or with what is declared for it.

    Each is an environment (build stands for its newest artifact) or the id of an artifact.
    """
    door = console()
    data, lines, differs = _two(door, (environment, other)) if other else _declared(door, environment)
    answer(data, lines)
    return int(Exit.FAILED if exit_code and differs else Exit.DONE)
