"""environments.example.toml loads, has every key of the model, and says of each what it is for."""

import re
from pathlib import Path

import msgspec
import pytest

from core.environments.load import load
from core.environments.model import CustomStep, Environment, Health, Host, Locales, Project, Timeouts

EXAMPLE = Path(__file__).parents[2] / "environments.example.toml"
_GIVEN: dict[type[msgspec.Struct], set[str]] = {
    Project: {"file", "digest", "environments"},
    Environment: {"name", "steps"},
}
"""Fields that are no keys: read from elsewhere."""
_TABLES: dict[type[msgspec.Struct], str] = {
    Project: r"\[project\]",
    Environment: r"\[environments\.\w+\]",
    Host: r"\[\[environments\.\w+\.hosts\]\]",
    Health: r"\[environments\.\w+\.health\]",
    Timeouts: r"\[environments\.\w+\.timeouts\]",
    Locales: r"\[\[environments\.\w+\.static\]\]",
    CustomStep: r"\[\[steps\]\]",
}
_KEYS = [
    (table, field.name)
    for table in _TABLES
    for field in msgspec.structs.fields(table)
    if field.name not in _GIVEN.get(table, set())
]


def _lines_under(header: str) -> list[str]:
    """Return the lines of all tables whose header matches, each header with its comment included."""
    found: list[str] = []
    inside = False
    for line in EXAMPLE.read_text().split("\n"):
        if line.startswith("["):
            inside = re.match(header, line) is not None
        if inside:
            found.append(line)
    return found


def test_it_loads() -> None:
    project = load(EXAMPLE)
    assert project.name == "Acme Store"
    assert [item.role for item in project.environments.values()] == [
        "development", "build", "staging", "production",
    ]  # fmt: skip
    assert len(project.environments["production"].steps) == 1


@pytest.mark.parametrize(("table", "key"), _KEYS, ids=lambda item: getattr(item, "__name__", item))
def test_it_documents(table: type[msgspec.Struct], key: str) -> None:
    lines = _lines_under(_TABLES[table])
    written = [f"{above}\n{line}" for above, line in zip(["", *lines], lines, strict=False)]
    as_table = [
        line
        for line in EXAMPLE.read_text().split("\n")
        if table is Environment and re.match(rf"\[+environments\.\w+\.{key}\b", line)
    ]
    of_key = [text for text in written if re.match(rf"{key} = ", text.split("\n")[1])]
    assert of_key or as_table, "the key is not in the example"
    commented = [text for text in of_key if re.search(r" # \w", text.split("\n")[1]) or text.startswith("# ")]
    above = EXAMPLE.read_text().split("\n")
    commented += [line for line in as_table if "# " in line or above[above.index(line) - 1].startswith("# ")]
    assert commented, "no comment says what the key is for"
