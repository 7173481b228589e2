"""What the Admin knows of a setting: its label, type and choices, from the modules' `etc/adminhtml/system.xml`."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import msgspec

from core.magento.system_tree import Node, Path, system_tree

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

    A later module adds to what an earlier one said of a field, and `extends` brings fields of other groups.
    `partials` are the files that an `include` names, by its path (`Magento_Paypal::system/express_checkout.xml`).
    Where several fields keep their value at one path, the first one tells. Raises ConsoleError `module-xml-broken`.
    """
    found: dict[str, Field] = {}
    for path, labels, node in _fields(system_tree(files, partials or {}), (), ()):
        field = _field(path, labels, node)
        known = found.setdefault(field.path, field)
        if field.is_encrypted and not known.is_encrypted:
            found[field.path] = msgspec.structs.replace(known, backend_model=field.backend_model)
    return found


def _fields(node: Node, path: Path, labels: Path) -> Iterator[tuple[Path, Path, Node]]:
    for name, child in node.children.items():
        inner, told = (*path, name), (*labels, child.texts.get("label", ""))
        if child.kind == "field":
            yield inner, told, child
        yield from _fields(child, inner, told)


def _field(path: Path, labels: Path, node: Node) -> Field:
    texts = node.texts
    return Field(
        path=texts.get("config_path") or "/".join(path),
        labels=labels,
        type=node.attributes.get("type") or "text",
        options=node.options,
        source_model=_class(texts.get("source_model", "")),
        backend_model=_class(texts.get("backend_model", "")),
        comment=texts.get("comment", ""),
        module=node.module,
        default=_is_on(node, "showInDefault"),
        websites=_is_on(node, "showInWebsite"),
        stores=_is_on(node, "showInStore"),
        can_restore=_is_on(node, "canRestore"),
        validate=texts.get("validate", ""),
    )


def _class(text: str) -> str:
    return text.lstrip("\\").partition("::")[0]


def _is_on(node: Node, name: str) -> bool:
    return node.attributes.get(name, "").strip().lower() in ("1", "true")
