"""Settings as lines and as JSON. Secrets are masked; what tells them apart is a part of their fingerprint. Pure."""

from typing import Any

from core.console.system_settings import SystemSettings
from core.magento.setting_key import SettingKey
from core.settings.column import ABSENT, Absent
from core.settings.finding import Finding
from core.settings.provenance import Found, Provenance
from core.settings.value import Sensitive, SettingValue, shown
from core.text import one_line


def told(value: "SettingValue | Absent") -> str:
    """Return a value for a person."""
    if value is ABSENT or isinstance(value, Absent):
        return "-"
    if isinstance(value, Sensitive):
        mark = f" {value.fingerprint[:8]}" if value.fingerprint else ""
        return f"{shown(value)}{' encrypted' if value.encrypted else ''}{mark}"
    return one_line(shown(value), 200)


def value_json(value: "SettingValue | Absent") -> dict[str, Any]:
    """Return a value as data: `value`, or for a secret its fingerprint; `absent` when there is none."""
    if value is ABSENT or isinstance(value, Absent):
        return {"absent": True}
    if isinstance(value, Sensitive):
        return {"secret": True, "encrypted": value.encrypted, "fingerprint": value.fingerprint}
    return {"value": value if value is None or isinstance(value, str | int | float | bool) else shown(value)}


def found_json(found: Found) -> dict[str, Any]:
    """Return where a value stands, and what it is."""
    return {"layer": str(found.layer), "scope": str(found.scope), **value_json(found.value)}


def ladder_lines(system: SystemSettings, known: Provenance) -> list[str]:
    """Return all layers of one setting: what wins first, then what it hides."""
    key = known.key
    kind = system.classifier(key.path)
    field = system.fields.get(key.path)
    label = " / ".join(part for part in field.labels if part) if field else ""
    lines = [
        f"{one_line(str(key))} on {system.environment.name}",
        f"  {kind.kind} ({kind.evidence}: {kind.why})",
    ]
    lines += [f"  {one_line(label, 120)}"] if label else []
    for position, found in enumerate(known.found):
        mark = "=>" if position == 0 else "  "
        lines.append(f"  {mark} {found.layer!s:<21} {found.scope!s:<16} {told(found.value)}")
    if not known.found:
        lines.append("  nothing is set")
    if known.locked_by is not None:
        lines.append(f"  locked in the Admin by {known.locked_by.layer}")
    if known.unread:
        lines.append(f"  not read: {', '.join(map(str, known.unread))}")
    return lines


def ladder_json(system: SystemSettings, known: Provenance) -> dict[str, Any]:
    """Return all layers of one setting as data."""
    kind = system.classifier(known.key.path)
    field = system.fields.get(known.key.path)
    return {
        "path": known.key.path,
        "scope": str(known.key.scope),
        "kind": str(kind.kind),
        "evidence": str(kind.evidence),
        "why": kind.why,
        "label": " / ".join(field.labels) if field else "",
        "layers": [found_json(found) for found in known.found],
        "unread": [str(layer) for layer in known.unread],
        "locked": known.locked_by is not None,
    }


def finding_lines(findings: list[Finding]) -> list[str]:
    """Return what is wrong, each with what to do."""
    lines = []
    for finding in findings:
        mark = "blocks" if finding.blocks else "warns"
        name = finding.key or finding.env
        lines.append(
            f"  {mark:<7} {one_line(str(name or finding.environment))}: {finding.what} [{finding.code}]"
        )
        lines.append(f"          {finding.remedy}")
    return lines


def finding_json(finding: Finding) -> dict[str, Any]:
    """Return a finding as data."""
    return {
        "code": finding.code, "environment": finding.environment, "what": finding.what, "remedy": finding.remedy,
        "path": finding.key.path if finding.key else finding.env, "scope": str(finding.key.scope) if finding.key else "",
        "hosts": list(finding.hosts), "blocks": finding.blocks,
    }  # fmt: skip


def name_of(key: SettingKey) -> str:
    """Return a setting's name for a column."""
    return one_line(str(key), 120)
