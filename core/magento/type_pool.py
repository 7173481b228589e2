"""Which settings a module declares to be sensitive or system-specific: `TypePool` in its `etc/di.xml`."""

from collections.abc import Iterable, Mapping
from typing import Final
from xml.etree.ElementTree import Element

import msgspec

from core.magento.module_xml import parse

_TYPE_POOL: Final = "Magento\\Config\\Model\\Config\\TypePool"
# Its forerunner, which Magento still asks: what it lists is sensitive.
_EXCLUDE_LIST: Final = "Magento\\Config\\Model\\Config\\Export\\ExcludeList"
_LISTS: Final = {
    (_TYPE_POOL, "sensitive"): "sensitive",
    (_TYPE_POOL, "environment"): "environment",
    (_EXCLUDE_LIST, "configs"): "sensitive",
}


class TypePool(msgspec.Struct, frozen=True):
    """What modules declare: the path of a setting -> the module that says so, or last said so."""

    sensitive: Mapping[str, str] = {}
    environment: Mapping[str, str] = {}


def type_pool(files: Iterable[tuple[str, bytes]], areas: Iterable[tuple[str, str, bytes]] = ()) -> TypePool:
    """Return what all modules declare. `files`: module and its `etc/di.xml`, in the order in which modules load.

    A later module takes a path off a list by the value `0` or `false`. `areas`: module, area and the di.xml of that
    area, which Magento's dump does not read: what it lists is meant all the same, and takes nothing off.
    Raises ConsoleError `module-xml-broken` with the module's name.
    """
    found: dict[str, dict[str, str]] = {"sensitive": {}, "environment": {}}
    for module, xml in files:
        for name, path, on in _items(parse(xml, f"{module} etc/di.xml")):
            if on:
                found[name][path] = module
            else:
                found[name].pop(path, None)
    for module, area, xml in areas:
        for name, path, on in _items(parse(xml, f"{module} etc/{area}/di.xml")):
            if on:
                found[name].setdefault(path, f"{module} (in {area} alone, where a dump does not look)")
    return TypePool(found["sensitive"], found["environment"])


def _items(root: Element) -> Iterable[tuple[str, str, bool]]:
    for kind in root.iter("type"):
        for argument in kind.iterfind("arguments/argument"):
            name = _LISTS.get((kind.get("name", "").lstrip("\\"), argument.get("name", "")))
            for item in argument.iterfind("item") if name else ():
                yield name or "", item.get("name", ""), _is_on(item.text)


def _is_on(text: str | None) -> bool:
    """Tell what PHP's FILTER_VALIDATE_BOOLEAN makes of the text."""
    return (text or "").strip().lower() in ("1", "true", "on", "yes")
