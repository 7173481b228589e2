"""`settings show`: what an environment's settings are, and where each comes from."""

from typing import Any

import click

from core.cli.context import answer, console, run
from core.cli.json_option import json_option
from core.cli.settings.common import key_of, read_of, scoped
from core.cli.settings.showing import (
    finding_json,
    finding_lines,
    found_json,
    ladder_json,
    ladder_lines,
    name_of,
    told,
)
from core.console.setting_change import refuse_unknown_scope
from core.console.system_settings import SystemSettings
from core.errors import Exit
from core.magento.scope import LEVELS
from core.magento.setting_key import SettingKey
from core.settings.layers import Layer
from core.settings.provenance import Provenance, provenance


def chosen(system: SystemSettings, *, every: bool) -> list[Provenance]:
    """Return the settings that somebody set, or with module defaults all that there are; by scope, then path."""
    layers = system.source.layers
    keys = {
        SettingKey(path, scope)
        for layer, values in layers.values.items()
        if every or layer is not Layer.MODULE
        for scope, inner in values.items()
        for path in inner
    }
    ordered = sorted(keys, key=lambda key: (LEVELS.index(key.scope.level), key.scope.code, key.path))
    return [provenance(layers, key) for key in ordered]


def _rows(system: SystemSettings, found: list[Provenance]) -> list[str]:
    lines = []
    for known in found:
        winner = known.winner
        if winner is not None:
            lines.append(f"  {name_of(known.key):<48} {winner.layer!s:<21} {told(winner.value)}")
    return lines


def _json(found: list[Provenance]) -> list[dict[str, Any]]:
    return [
        {"path": known.key.path, "set_at": str(known.key.scope), **found_json(known.winner)}
        for known in found
        if known.winner is not None
    ]


@click.command()
@click.argument("environment")
@click.argument("path", default="")
@scoped
@click.option("--all", "every", is_flag=True, help="Module defaults that nobody has set, too.")
@json_option
def show(environment: str, path: str, scope: str, scope_code: str, every: bool) -> int:
    """What ENVIRONMENT's settings are; with PATH every layer of one of them. Secrets are never shown."""
    key = key_of(path, scope, scope_code) if path else None
    system = run(read_of(console(), environment))
    if key is not None:
        refuse_unknown_scope(system, key)
        known = provenance(system.source.layers, key)
        answer(ladder_json(system, known), ladder_lines(system, known))
        return int(Exit.DONE)
    found, findings = chosen(system, every=every), system.findings()
    lines = _rows(system, found)
    lines += ["", f"{len(findings)} findings:", *finding_lines(findings)] if findings else []
    answer(
        {
            "environment": environment,
            "host": system.source.address,
            "settings": _json(found),
            "findings": [finding_json(finding) for finding in findings],
        },
        lines,
    )
    return int(Exit.DONE)
