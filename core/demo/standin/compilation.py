"""`setup:di:compile`."""

import re
from pathlib import Path
from typing import Final

from core.demo.standin.call import Call
from core.demo.standin.console import Uncaught
from core.demo.standin.shop import Shop

_STEPS: Final = (
    ("Proxies code generation...", 61.0),
    ("Repositories code generation...", 67.0),
    ("Service data attributes generation...", 200.0),
    ("Application code generator...", 200.0),
    ("Interceptors generation...", 224.0),
    ("Area configuration aggregation...", 266.0),
    ("Interception cache generation...", 374.0),
    ("App action list generation...", 372.0),
    ("Plugin list generation...", 372.0),
)
_METADATA: Final = (
    "adminhtml", "app_action_list", "crontab", "frontend", "global", "graphql", "interception", "webapi_rest",
    "webapi_soap", "primary|global|adminhtml|plugin-list", "primary|global|crontab|plugin-list",
    "primary|global|frontend|plugin-list", "primary|global|graphql|plugin-list", "primary|global|plugin-list",
    "primary|global|webapi_rest|plugin-list", "primary|global|webapi_soap|plugin-list",
)  # fmt: skip
"""The names of the real files; the strokes in them are real too."""


def run(call: Call) -> int:
    """Play `setup:di:compile`; the start has deleted what was generated."""
    shop = call.shop
    if not shop.enabled:
        call.terminal.line(
            "You cannot run this command because modules are not enabled. "
            "You can enable modules by running the 'module:enable --all' command.",
            "error",
        )
        return 1
    broken = _broken_xml(shop)
    if broken:
        call.terminal.line(
            f'The XML in file "{broken}" is invalid:\nattributes construct error\nLine: 1\n\n'
            "Verify the XML and try again."
        )
        return 1
    call.terminal.line("Compilation was started.", "info")
    _draw(call, 0, "%message%", 61.0, first=True)
    for number, (label, size) in enumerate(_STEPS):
        _draw(call, number, label, size)
        call.pause(float(call.knob("compile_s", 0)) / len(_STEPS))
        _work(call, number)
        _draw(call, number + 1, label, size)
    call.terminal.line("\nGenerated code and dependency injection configuration successfully.", "info")
    return 0


def _draw(call: Call, done: int, label: str, size: float, *, first: bool = False) -> None:
    """Draw the bar: redrawn in place on a terminal, one below the other on a pipe."""
    filled = 28 * done // len(_STEPS)
    bar = "=" * 28 if done == len(_STEPS) else ("=" * filled + ">").ljust(28, "-")
    text = f"{label} {done}/{len(_STEPS)} [{bar}] {100 * done // len(_STEPS):3d}% < 1 sec {size} MiB"
    redraw = "\x1b[1G\x1b[2K" if call.terminal.error_is_tty() else "\n"
    # The very first label is followed by the next one on the same line.
    lead = "" if first or (done == 0 and not call.terminal.error_is_tty()) else redraw
    call.terminal.error(lead + text, end="")


def _work(call: Call, number: int) -> None:
    shop = call.shop
    label = _STEPS[number][0]
    if label.startswith("Interceptors"):
        _refuse_missing_class(call)
        _write_code(shop)
    elif label.startswith("Area configuration"):
        _write_metadata(shop, _METADATA[:9])
    elif label.startswith("Plugin list"):
        _write_metadata(shop, _METADATA[9:])


def _broken_xml(shop: Shop) -> Path | None:
    for path in sorted(shop.root.glob("app/code/*/*/etc/di.xml")):
        text = path.read_text()
        if text.count("<") != text.count(">"):
            return path
    return None


def _refuse_missing_class(call: Call) -> None:
    """Stop where a constructor asks for a class that is nowhere; code is left behind, metadata is not."""
    missing, owner = (
        ("No\\Such\\Thing", "Acme\\Delivery\\Model\\Main") if call.knob("compile_fails") else ("", "")
    )
    for path in sorted(call.shop.root.glob("app/code/*/*/Model/*.php")):
        found = re.search(r"__construct\(\\(No\\Such\\\w+)", path.read_text())
        if found:
            missing = found[1]
            owner = "\\".join(path.relative_to(call.shop.root / "app/code").with_suffix("").parts)
    if not missing:
        return
    (call.shop.root / "generated/code").mkdir(parents=True, exist_ok=True)
    what = f"Parameter #0 [ <required> {missing} $t ] of {owner} class"
    raise Uncaught(
        ("ClassReader.php line 57", f"Impossible to process constructor argument {what}"),
        ("GetParameterClassTrait.php line 41", f'Class "{missing}" does not exist'),
    )


def _write_code(shop: Shop) -> None:
    code = shop.root / "generated/code"
    for module in shop.enabled:
        vendor, _, name = module.partition("_")
        place = code / vendor / name
        (place / "Model").mkdir(parents=True, exist_ok=True)
        for kind in ("Interceptor", "Proxy", "Factory"):
            space = f"{vendor}\\{name}\\Model"
            body = f"<?php\nnamespace {space};\n\nclass {kind} extends \\{space}\\Main\n{{\n}}\n"
            (place / "Model" / f"{kind}.php").write_text(body)


def _write_metadata(shop: Shop, names: tuple[str, ...]) -> None:
    place = shop.root / "generated/metadata"
    place.mkdir(parents=True, exist_ok=True)
    listed = "".join(f"    '{module}' => '{module}',\n" for module in shop.enabled)
    for name in names:
        (place / f"{name}.php").write_text(f"<?php return array (\n{listed});\n")
