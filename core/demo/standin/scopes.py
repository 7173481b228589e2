"""Websites, groups and stores: what an import would do to them, and doing it."""

from typing import Any, Final

from core.demo.standin.phpfile import Array, Value, section

_KINDS: Final = (
    ("websites", "Websites", "code"),
    ("groups", "Groups", "group_id"),
    ("stores", "Stores", "code"),
)
_NEVER_UPDATED: Final = "root_category_id"


class Invalid(Exception):
    """The section does not hold what an import needs."""


def _rows(data: Value, kind: str, key: str) -> dict[str, Array]:
    rows = section(data, kind).values()
    return {str(row[key]): row for row in rows if isinstance(row, dict)}


def validate(data: Value) -> None:
    """Raise Invalid unless there is a website, a group and a store that are not the admin's."""
    for kind, _, key in _KINDS:
        admin = "0" if kind == "groups" else "admin"
        if not [name for name in _rows(data, kind, key) if name != admin]:
            raise Invalid("Scopes data should have at least one not admin website, group and store.")


def _differs(old: dict[str, Any], new: Array) -> bool:
    keys = [str(key) for key in new if key != _NEVER_UPDATED]
    return any(str(new[key]) != str(old.get(key)) for key in keys)


def _names(rows: list[Any]) -> str:
    return ", ".join(str(row["name"]) for row in rows)


def changes(data: Value, state: dict[str, Any], kind: str, key: str) -> tuple[list[Any], list[Any], list[Any]]:
    """Return the rows to delete, to update and to create."""
    new = _rows(data, kind, key)
    old: dict[str, Any] = state[kind]
    deleted = [row for name, row in old.items() if name not in new]
    updated = [row for name, row in new.items() if name in old and _differs(old[name], row)]
    created = [row for name, row in new.items() if name not in old]
    return deleted, updated, created


def warnings(data: Value, state: dict[str, Any]) -> list[str]:
    """Return what is said before the question."""
    lines = []
    for kind, title, key in _KINDS:
        for rows, what in zip(changes(data, state, kind, key), ("deleted", "updated", "created"), strict=True):
            if rows:
                lines.append(f"These {title} will be {what}: {_names(rows)}")
    return lines


def apply(data: Value, state: dict[str, Any]) -> list[str]:
    """Make the database's scopes those of the files; return what is said of new groups."""
    new_groups = changes(data, state, "groups", "group_id")[2]
    for kind, _, key in _KINDS:
        deleted, updated, created = changes(data, state, kind, key)
        for row in deleted:
            del state[kind][str(row[key])]
        for row in updated:
            kept = {name: value for name, value in row.items() if name != _NEVER_UPDATED}
            state[kind][str(row[key])].update(kept)
        for row in created:
            extra = {_NEVER_UPDATED: "0"} if kind == "groups" else {}
            state[kind][str(row[key])] = dict(row) | extra
    if not new_groups:
        return []
    return [
        f"The following new store groups must be associated with a root category: {_names(new_groups)}. ",
        "Associate a store group with a root category in the Admin Panel: Stores > Settings > All Stores.",
    ]
