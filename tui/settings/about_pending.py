"""One pending change, as a person reads it before it is planned: before and after on each host, what follows. Pure."""

from collections.abc import Iterator

from tui.glyphs import glyphs, masked
from tui.pipeline.rows import Span
from tui.promotion.text import Line, labelled, line
from tui.settings.pending import CONFIG, Pending

_WHAT = {
    "apply": "declared in environments.toml; Magento's own commands set it, on one host for all",
    "secret": "the path is declared, the value is in the keyring; Magento's own commands set it",
    "set": "goes into config.php on {system}, is committed and pushed; the others get it with the next artifact",
    "take out": "is taken out of config.php on {system}, committed and pushed; the others lose it with the next artifact",
    "remove": "nobody declared it; what is beneath it counts then",
}


def pending_cells(item: Pending) -> list[Span]:
    """Return one change as a row."""
    signs = glyphs()
    after = f"{signs.attention} {item.after}" if item.waits else masked(item.after)
    return [
        Span(item.system),
        Span(item.name),
        _is(item),
        Span(after, "attention" if item.waits else "accent"),
    ]


def _is(item: Pending) -> Span:
    """Return what is there: of the host that differs, when only some do."""
    none = glyphs().none
    if item.others and item.before == item.after:
        host, text = item.others[0]
        return Span(f"{host}: {masked(text) or none}", "attention")
    return Span(masked(item.before) or none, "dim")


def about(item: Pending, *, chosen: bool) -> tuple[Line, ...]:
    """Return the lines about one change. chosen: whether it is planned with the others."""
    return tuple(_about(item, chosen=chosen))


def _about(item: Pending, *, chosen: bool) -> Iterator[Line]:
    signs = glyphs()
    kind = f"   {item.kind}" if item.kind else ""
    yield Line(((item.name, "bold"), (kind, "dim")), 2)
    if item.waits:
        yield labelled("waits", f"{signs.attention} {item.waits}", "attention")
    elif not chosen:
        yield labelled("left out", "it is not planned; space takes it in again", "attention")
    file = item.file.replace(", system", " (its system section)")
    on = f"{file} on {', '.join(item.hosts) or item.system}"
    others = [f"{host}: {masked(text) or signs.none}" for host, text in item.others]
    yield labelled("is", "   ".join([masked(item.before) or signs.none, *others]))
    yield labelled("will be", masked(item.after), "accent")
    yield labelled("in", on)
    how = "secret" if item.does == "apply" and "sensitive" in item.kind else item.does
    yield labelled("how", _WHAT[how].format(system=item.system))
    for at, effect in enumerate(item.effects):
        yield labelled("follows" if not at else "", effect)
    if item.file != CONFIG and not item.effects:
        yield line()
