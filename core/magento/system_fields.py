"""What the Admin knows of a setting: its label, type and choices, from the modules' `etc/adminhtml/system.xml`."""

from collections.abc import Iterable, Mapping
from typing import Final, TypeAlias
from xml.etree.ElementTree import Element

import msgspec

from core.magento.module_xml import parse

_Names: TypeAlias = tuple[str, ...]
_DEEPEST: Final = 10  # a file may include itself
_ENCRYPTED: Final = "Magento\\Config\\Model\\Config\\Backend\\Encrypted"
_YESNO: Final = frozenset(
    {"Magento\\Config\\Model\\Config\\Source\\Yesno", "Magento\\Config\\Model\\Config\\Source\\Enabledisable"}
)


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """One field of the Admin's configuration."""

    path: str
    labels: tuple[str, ...] = ()
    """From the section down to the field itself, in English."""
    type: str = "text"
    """Magento's: text, textarea, select, multiselect, obscure, password, time, image, ..., or a class of a module."""
    options: tuple[tuple[str, str], ...] = ()
    """Value and label of the choices, where the file itself lists them."""
    source_model: str = ""
    """The class that knows the choices."""
    backend_model: str = ""
    """The class that checks and changes what is saved."""
    comment: str = ""
    module: str = ""
    """The one that declared it last."""
    default: bool = False
    websites: bool = False
    stores: bool = False
    """At which scopes it is shown."""
    can_restore: bool = False
    validate: str = ""
    """Magento's rules: `validate-number required-entry`."""

    @property
    def label(self) -> str:
        """Its own label; empty when it has none."""
        return self.labels[-1] if self.labels else ""

    @property
    def is_encrypted(self) -> bool:
        """Whether Magento encrypts what is saved. A module's own class by that name is taken for one."""
        return self.backend_model == _ENCRYPTED or self.backend_model.endswith("\\Encrypted")

    @property
    def is_yes_no(self) -> bool:
        """Whether it takes 1 and 0 as yes and no."""
        return self.source_model in _YESNO


def system_fields(
    files: Iterable[tuple[str, bytes]], partials: Mapping[str, bytes] | None = None
) -> dict[str, Field]:
    """Return the fields of all modules, by path. `files`: module and its system.xml, in the order of loading.

    A later module adds to what an earlier one said of a field. `partials` are the files that an `include` names,
    by its path (`Magento_Paypal::system/express_checkout.xml`). Raises ConsoleError `module-xml-broken`.
    """
    reader = _Reader(partials or {})
    for module, xml in files:
        root = parse(xml, f"{module} etc/adminhtml/system.xml")
        for system in root.iter("system"):
            reader.children(system, (), (), module, 0)
    return reader.fields


class _Reader:
    """Walks sections, groups within groups, and fields."""

    def __init__(self, partials: Mapping[str, bytes]) -> None:
        self._partials = partials
        self._labels: dict[str, str] = {}
        self.fields: dict[str, Field] = {}

    def children(self, node: Element, path: _Names, labels: _Names, module: str, depth: int) -> None:
        for child in node:
            if child.tag == "include":
                self._include(child, path, labels, module, depth)
            elif child.tag in ("section", "group"):
                name = child.get("id", "")
                inner = (*path, name)
                label = self._labels.setdefault("/".join(inner), "") or _text(child, "label")
                self._labels["/".join(inner)] = label
                self.children(child, inner, (*labels, label), module, depth)
            elif child.tag == "field":
                self._field(child, path, labels, module)

    def _include(self, node: Element, path: _Names, labels: _Names, module: str, depth: int) -> None:
        name = node.get("path", "")
        if name in self._partials and depth < _DEEPEST:
            self.children(parse(self._partials[name], name), path, labels, module, depth + 1)

    def _field(self, node: Element, path: _Names, labels: _Names, module: str) -> None:
        names = _text(node, "config_path") or "/".join((*path, node.get("id", "")))
        known = self.fields.get(names, Field(path=names))
        self.fields[names] = Field(
            path=names,
            labels=(*labels, _text(node, "label") or known.label),
            type=node.get("type") or known.type,
            options=_options(node) or known.options,
            source_model=_class(node, "source_model") or known.source_model,
            backend_model=_class(node, "backend_model") or known.backend_model,
            comment=_text(node, "comment") or known.comment,
            module=module,
            default=_shown(node, "showInDefault", known.default),
            websites=_shown(node, "showInWebsite", known.websites),
            stores=_shown(node, "showInStore", known.stores),
            can_restore=_shown(node, "canRestore", known.can_restore),
            validate=_text(node, "validate") or known.validate,
        )


def _text(node: Element, tag: str) -> str:
    """Return the text of a child, without the markup that comments hold."""
    found = node.find(tag)
    return " ".join("".join(found.itertext()).split()) if found is not None else ""


def _class(node: Element, tag: str) -> str:
    return _text(node, tag).lstrip("\\").partition("::")[0]


def _options(node: Element) -> tuple[tuple[str, str], ...]:
    found = node.iterfind("options/option")
    return tuple((option.text.strip() if option.text else "", option.get("label", "")) for option in found)


def _shown(node: Element, name: str, known: bool) -> bool:
    value = node.get(name)
    return known if value is None else value.strip().lower() in ("1", "true")
