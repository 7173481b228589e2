"""All of one setting: what it is called, of which kind and why, what is wrong with it, every layer. Pure."""

from collections.abc import Collection, Iterable, Sequence

from core.console.settings_table import ShownDifference, ShownFinding, ShownLadder, ShownRung, ShownSetting
from tui.glyphs import glyphs, masked
from tui.promotion.text import Line, labelled, line

_NAME = 13
_KEYS = {
    "secret-in-config": "m moves it into the keyring; then change it where it is from: it may have been seen",
    "secret-not-encrypted": "enter sets it again, by Magento's own command; out of config.php m moves it",
    "system-specific-in-config": "m moves it: then each system has its own",
    "shared-in-env": "x takes it out of env.php; m moves it, when it is no shared setting",
}


def detail(
    row: ShownSetting,
    findings: Iterable[ShownFinding],
    ladders: Sequence[ShownLadder] | None,
    system: str,
    difference: ShownDifference | None = None,
    pending: Collection[str] = (),
) -> tuple[Line, ...]:
    """Return the lines about a setting. ladders: None while they are being asked for; system: comes first.

    difference: how that system stands to what is declared for it; pending: the systems on which it will be another.
    """
    lines = [_head(row, ladders or ())]
    told = [finding for finding in findings if finding.name == row.name]
    for finding in told:
        lines += _finding(finding, pending=finding.environment in pending)
    if difference is not None:
        lines += _declared(difference)
    if ladders is None:
        return (*lines, line("asks for the layers", "dim"))
    ordered = sorted(ladders, key=lambda one: one.environment != system)
    return (*lines, *(_ladder(one) for one in ordered))


def _head(row: ShownSetting, ladders: Sequence[ShownLadder]) -> Line:
    label = next((one.label for one in ladders if one.label), "")
    why = f"{row.kind}, {row.evidence}: {row.why}" if row.why else f"{row.kind}, {row.evidence}"
    spans = [(row.name, "bold"), (f"   {label}" if label else "", ""), (f"   {why}", "dim")]
    return Line(tuple((text, style) for text, style in spans if text), 2)  # type: ignore[misc] # the styles above


def _finding(finding: ShownFinding, *, pending: bool) -> list[Line]:
    sign = glyphs().bad if finding.blocks else glyphs().attention
    blocks = "; it blocks promotions" if finding.blocks else ""
    style = "bad" if finding.blocks else "attention"
    return [
        labelled(finding.environment, f"{sign} {finding.what}{blocks}", style, room=_NAME),  # type: ignore[arg-type] # one of two
        labelled(
            "", f"do: {'v applies what is pending about it' if pending else _remedy(finding)}", room=_NAME
        ),
    ]


def _remedy(finding: ShownFinding) -> str:
    """Return what to do, by the keys of this screen where one does it."""
    return _KEYS.get(finding.code, finding.remedy)


def _declared(item: ShownDifference) -> list[Line]:
    """Return how the system stands to its declaration, and what can be done about it."""
    signs = glyphs()
    if item.ignored_until:
        told, style = f"let be until {item.ignored_until}; i changes that", "dim"
    elif item.standing == "not declared":
        told = f"{signs.attention} not declared: env.php has it, environments.toml says nothing"
        return [
            labelled(item.environment, told, "attention", room=_NAME),
            labelled("", "do: a adopts it, x takes it away, i lets it be until a day", room=_NAME),
        ]
    elif item.needs_value:
        told, style = f"{signs.attention} required, and there is no value at hand; enter gives it", "attention"
    elif item.applies:
        told, style = (
            f"{signs.busy} declared: {masked(item.after)}; v applies it, a adopts what is there",
            "accent",
        )
    else:
        told, style = f"{signs.unknown} declared; {item.standing}", "dim"
    return [labelled(item.environment, told, style, room=_NAME)]  # type: ignore[arg-type] # one of the styles


def _ladder(ladder: ShownLadder) -> Line:
    signs = glyphs()
    spans: list[tuple[str, str]] = [(f"{ladder.environment:<{_NAME}} ", "dim")]
    if not ladder.rungs:
        # A build has nothing but config.php: what else is not read there need not be said.
        alone = len(ladder.unread) > 2
        spans.append((f"{signs.none} {'config.php has no value' if alone else 'no layer has a value'}", "dim"))
    for at, rung in enumerate(ladder.rungs):
        spans += [("   " if at else "", ""), *_rung(rung)]
    if ladder.locked_by:
        spans.append((f"   locked in the Admin by {ladder.locked_by}", "dim"))
    if ladder.unread and len(ladder.unread) <= 2:
        spans.append((f"   not read: {', '.join(ladder.unread)}", "dim"))
    return Line(tuple(spans), _NAME + 1)  # type: ignore[arg-type] # the styles above


def _rung(rung: ShownRung) -> list[tuple[str, str]]:
    scope = "" if rung.scope == "default" else f" {rung.scope}"
    value = masked(rung.text) or "''"
    if rung.layer.startswith("env.php on "):  # each host has its own: none is in another's shadow
        return [(f"{rung.layer} ", ""), (value, "bold")]
    if rung.wins:
        return [(f"{rung.layer}{scope} ", ""), (value, "bold"), (" wins", "good")]
    return [(f"{rung.layer}{scope} {value} shadowed", "dim")]
