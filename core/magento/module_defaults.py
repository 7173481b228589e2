"""The values that modules bring along: `etc/config.xml`, the weakest layer; and which of them Magento decrypts."""

from collections.abc import Iterable, Mapping
from typing import Final
from xml.etree.ElementTree import Element

import msgspec

from core.magento.module_xml import parse
from core.magento.scope import DEFAULT, Level, Scope

_ENCRYPTED: Final = "\\Encrypted"
_LEVELS: Final[Mapping[str, Level]] = {"websites": "websites", "stores": "stores"}


class ModuleDefaults(msgspec.Struct, frozen=True):
    """What all modules bring along."""

    values: Mapping[Scope, Mapping[str, str | None]] = {}
    encrypted: frozenset[str] = frozenset()
    """Paths whose `backend_model` decrypts what files and database hold."""


def module_defaults(files: Iterable[tuple[str, bytes]]) -> ModuleDefaults:
    """Return the values by scope and path. `files`: module and its `etc/config.xml`, in the order of loading.

    A later module's value replaces an earlier one's. Raises ConsoleError `module-xml-broken`.
    """
    reader = _Reader()
    for module, xml in files:
        for section in parse(xml, f"{module} etc/config.xml"):
            if section.tag == "default":
                reader.take(section, (), DEFAULT)
            elif section.tag in _LEVELS:
                for code in section:
                    reader.take(code, (), Scope(_LEVELS[section.tag], code.tag))
    return ModuleDefaults(reader.values, frozenset(reader.encrypted))


class _Reader:
    def __init__(self) -> None:
        self.values: dict[Scope, dict[str, str | None]] = {}
        self.encrypted: set[str] = set()

    def take(self, node: Element, path: tuple[str, ...], scope: Scope) -> None:
        for child in node:
            inner = (*path, child.tag)
            if child.get("backend_model", "").endswith(_ENCRYPTED):
                self.encrypted.add("/".join(inner))
            if len(child):
                self.take(child, inner, scope)
            else:
                # As Magento's converter has it: an empty element is null, text keeps the space around it.
                is_text = child.text is not None and child.text.strip()
                self.values.setdefault(scope, {})["/".join(inner)] = child.text if is_text else None
