"""What the modules of an artifact declare of settings, read from the build system: nobody runs it there."""

import asyncio
import shlex
from collections.abc import Iterator
from typing import Any, Final

import msgspec

from core.actions.site import Site
from core.errors import ConsoleError
from core.magento.module_xml import parse
from core.magento.php_values import Array
from core.magento.settings_facts import ModuleXml
from core.magento.type_pool import TypePool
from core.release.artifact import tree
from core.settings.declared import declared
from core.ssh.host import Host

_SCRIPT: Final = """\
cd {tree} || exit 1
set -- vendor/*/*/etc/module.xml vendor/*/*/*/etc/module.xml app/code/*/*/etc/module.xml
{{
    printf '%s\\n' "$@"
    if {whole}; then
        for m; do
            e=${{m%/module.xml}}
            printf '%s\\n' "$e/config.xml" "$e/adminhtml/system.xml" \\
                "$e"/adminhtml/system/*.xml "$e"/adminhtml/system/*/*.xml
        done
    fi
    for p in vendor/*/* vendor/*/*/* app/code/*/*; do
        for f in "$p"/etc/di.xml "$p"/etc/*/di.xml; do [ ! -f "$f" ] || printf '%s\\n' "$f"; done
    done | while read -r f; do ! grep -qE 'TypePool|ExcludeList' "$f" || printf '%s\\n' "$f"; done
}} | while read -r f; do
    [ -f "$f" ] || continue
    printf '%s %s\\n' "$(wc -c < "$f" | tr -d ' ')" "$f"
    cat "$f"
done
exit 0
"""
"""Prints each file after a line with its size and name; what a pattern finds nothing for is no file."""
_KINDS: Final = {"di.xml": "di", "config.xml": "config", "adminhtml/system.xml": "system"}


async def artifact_type_pool(build: Host, site: Site, artifact: str, config: Array) -> TypePool | None:
    """Return what these modules declare to be sensitive or system-specific; None where none can be read."""
    modules = await artifact_modules(build, site, artifact, config, whole=False)
    return (await asyncio.to_thread(declared, modules)).pool if modules else None


async def artifact_modules(
    build: Host, site: Site, artifact: str, config: Array, *, whole: bool = True
) -> tuple[ModuleXml, ...]:
    """Return what the modules declare that the artifact's config.php turns on, in its order.

    Empty where it can't be read. Modules are looked for where composer and Magento lay them: `vendor/*/*`, a
    directory deeper, `app/code/*/*`. Not whole: their di.xml alone.
    """
    script = _SCRIPT.format(tree=shlex.quote(tree(site.layout, artifact)), whole="true" if whole else "false")
    result = await build.sh(script, limit_s=site.environment.timeouts.command * 3)
    if not result.ok:
        return ()
    by_place: dict[str, dict[str, Any]] = {}
    for path, xml in files_of(result.out):
        place, _, name = path.rpartition("/etc/")
        by_place.setdefault(place, {})[name] = xml.decode("utf-8", "replace")
    known = {named: found for found in by_place.values() if (named := _name(found.get("module.xml", "")))}
    modules = config.get("modules")
    listed = [str(name) for name, on in modules.items() if on] if isinstance(modules, dict) else []
    return tuple(_module(name, known[name]) for name in listed if name in known)


def files_of(told: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield name and contents of the files that the script printed; what was cut off is left out. Pure."""
    rest = told
    while rest:
        head, _, after = rest.partition(b"\n")
        size, _, name = head.partition(b" ")
        if not size.isdigit() or len(after) < int(size):
            return
        yield name.decode("utf-8", "replace"), after[: int(size)]
        rest = after[int(size) :]


def _name(xml: str) -> str:
    """Return the module's name; empty where its module.xml can't be read."""
    try:
        found = parse(xml.encode(), "etc/module.xml").find("module")
    except ConsoleError:  # a file of a module that is no XML is the build's to tell
        return ""
    return found.get("name", "") if found is not None else ""


def _module(name: str, found: dict[str, str]) -> ModuleXml:
    xml = {kind: found.get(file, "") for file, kind in _KINDS.items()}
    partials = {
        f"{name}::{file.removeprefix('adminhtml/')}": text
        for file, text in found.items()
        if file.startswith("adminhtml/system/")
    }
    areas = {file.removesuffix("/di.xml"): text for file, text in found.items() if file.endswith("/di.xml")}
    return msgspec.convert({"name": name, **xml, "areas": areas, "partials": partials}, ModuleXml)
