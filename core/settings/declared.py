"""What a system's modules declare of settings, all of it together; a module whose XML is broken is left out and named."""

from collections.abc import Iterable, Mapping

import msgspec

from core.errors import ConsoleError
from core.magento.module_defaults import ModuleDefaults, module_defaults
from core.magento.module_xml import parse
from core.magento.settings_facts import ModuleXml
from core.magento.system_fields import Field, system_fields
from core.magento.type_pool import TypePool, type_pool


class Declared(msgspec.Struct, frozen=True, kw_only=True):
    """What di.xml, system.xml and config.xml of all modules come to."""

    pool: TypePool
    fields: Mapping[str, Field]
    defaults: ModuleDefaults
    broken: tuple[str, ...] = ()
    """Files that can't be read, by module and path, each with the line where that is known."""


def declared(modules: Iterable[ModuleXml]) -> Declared:
    """Return what modules declare, in the order in which they load. Magento itself refuses broken XML."""
    sound = _Sound()
    all_of = [sound.of(one) for one in modules]
    partials = {name: xml.encode() for one in all_of for name, xml in one.partials.items()}
    return Declared(
        pool=type_pool(
            ((one.name, one.di.encode()) for one in all_of if one.di),
            ((one.name, area, xml.encode()) for one in all_of for area, xml in one.areas.items()),
        ),
        fields=system_fields(((one.name, one.system.encode()) for one in all_of if one.system), partials),
        defaults=module_defaults((one.name, one.config.encode()) for one in all_of if one.config),
        broken=tuple(sound.broken),
    )


class _Sound:
    """Leaves out what can't be read."""

    def __init__(self) -> None:
        self.broken: list[str] = []

    def of(self, one: ModuleXml) -> ModuleXml:
        return ModuleXml(
            name=one.name,
            di=self._xml(one.di, f"{one.name} etc/di.xml"),
            config=self._xml(one.config, f"{one.name} etc/config.xml"),
            system=self._xml(one.system, f"{one.name} etc/adminhtml/system.xml"),
            areas=self._each(one.areas, f"{one.name} etc/*/di.xml, "),
            partials=self._each(one.partials, ""),
        )

    def _each(self, files: Mapping[str, str], where: str) -> dict[str, str]:
        return {name: xml for name, xml in files.items() if self._xml(xml, f"{where}{name}")}

    def _xml(self, xml: str, where: str) -> str:
        if not xml:
            return ""
        try:
            parse(xml.encode(), where)
        except ConsoleError as error:
            self.broken.append(error.where or where)
            return ""
        return xml
