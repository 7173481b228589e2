"""What lies between two releases, and what it leads to expect of the cut-over."""

from typing import Any

import pytest

from core.console.artifact_reading import Between, compare
from core.console.predicting import predict, predict_rollback, predicted_commands
from core.magento.php_values import Expression
from core.magento.version import Version
from core.release.manifest import Manifest, file
from tests.pipeline.shop import custom, environment

STORE = {"store_id": "2", "code": "outlet_en", "name": "English"}
MAIN = {"store_id": "1", "code": "en", "name": "English"}


def manifest(**digests: str) -> Manifest:
    """Return a manifest of files by path; `__` is a slash, `_dot_` a dot."""
    return Manifest.of(
        file(name.replace("__", "/").replace("_dot_", "."), 1, digest * 64) for name, digest in digests.items()
    )


OLD = manifest(index_dot_php="a", a__db_schema_dot_xml="b", gone_dot_php="c")
NEW = manifest(index_dot_php="1", a__db_schema_dot_xml="b", b_dot_php="d", c_dot_php="e")


def between(old: dict[Any, Any], new: dict[Any, Any]) -> Between:
    """Compare two config.php of releases with the same files."""
    return compare(OLD, OLD, old, new)


def test_files_are_counted() -> None:
    found = compare(OLD, NEW, {}, {})
    assert (found.known, found.files_added, found.files_changed, found.files_removed) == (True, 2, 1, 1)
    assert found.schema == () and found.imports == ()


@pytest.mark.parametrize(
    ("path", "schema", "unseen"),
    [
        ("app/code/Acme/Blog/etc/db_schema.xml", True, False),
        ("vendor/acme/blog/etc/module.xml", True, False),
        ("vendor/acme/blog/Setup/Patch/Data/Pages.php", True, False),
        ("vendor/acme/blog/etc/queue_topology.xml", False, True),
        ("vendor/acme/blog/etc/communication.xml", False, True),
        ("vendor/acme/blog/Model/Page.php", False, False),
    ],
)
def test_what_asks_for_an_upgrade(path: str, schema: bool, unseen: bool) -> None:
    with_it = Manifest.of([*OLD.entries, file(path, 1, "9" * 64)])
    for before, after in ((OLD, with_it), (with_it, OLD)):  # what is taken away counts as much
        found = compare(before, after, {}, {})
        assert bool(found.schema) is schema and bool(found.unseen) is unseen
        assert predict(environment(), found, {}).window is schema


def test_without_a_live_release_nothing_is_known() -> None:
    found = compare(None, NEW, {}, {})
    assert not found.known
    assert predict(environment(), found, {}).window
    assert predict_rollback(environment(), found).window


@pytest.mark.parametrize(
    ("section", "expected"),
    [("scopes", True), ("themes", True), ("system", True), ("modules", False), ("i18n", False)],
)
def test_the_sections_that_an_import_reads(section: str, expected: bool) -> None:
    found = between({section: {"a": {"x": "1"}}}, {section: {"a": {"x": "2"}}})
    assert found.imports == ((section,) if expected else ())
    assert predict(environment(), found, {}).window is expected


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"a": "1", "b": "2"}, {"b": "2", "a": "1"}),  # Magento hashes the JSON, so order counts
        ({"a": 1}, {"a": True}),
        ({"a": 1}, {"a": "1"}),
        ({}, None),
    ],
)
def test_what_moves_magentos_hash_is_an_import(before: Any, after: Any) -> None:
    assert between({"system": before}, {"system": after}).imports == ("system",)
    assert between({"system": before}, {"system": before}).imports == ()


def test_what_php_computes_is_compared_as_it_is_written() -> None:
    one, other = {"system": {"a": Expression("getenv('A')")}}, {"system": {"a": Expression("getenv('B')")}}
    assert between(one, dict(one)).imports == ()
    assert between(one, other).imports == ("system",)


def test_stores_are_told_by_name_and_those_that_go_by_code_too() -> None:
    both = {"scopes": {"stores": {"en": MAIN, "outlet_en": STORE}}}
    one = {"scopes": {"stores": {"en": MAIN}}}
    renamed = {"scopes": {"stores": {"en": {**MAIN, "name": "British"}}}}
    assert between(one, both).creates == ("store English",)
    gone = between(both, one)
    assert gone.deletes == ("store English",) and gone.codes == ("outlet_en",)
    assert between(one, renamed).updates == ("store British",)
    assert predict(environment(), gone, {}).deletes == gone.deletes
    assert predict_rollback(environment(), gone).deletes == gone.deletes


def test_settings_tell_what_was_and_what_will_be() -> None:
    old = {"system": {"default": {"web": {"url": "a"}, "gone": {"x": "1"}}}}
    new = {"system": {"default": {"web": {"url": "b"}, "new": {"y": Expression("env('Y')")}}}}
    found = {row["path"]: (row["scope"], row["before"], row["after"]) for row in between(old, new).settings}
    assert found["web/url"] == ("default", "a", "b")
    assert found["gone/x"] == ("default", "1", None)
    assert found["new/y"][1] is None and "env('Y')" in found["new/y"][2]


KNOWN = Between(known=True)
IMPORTS = Between(known=True, imports=("scopes",))
SCHEMA = Between(known=True, schema=("etc/db_schema.xml",))
BOTH = Between(known=True, imports=("scopes",), schema=("etc/db_schema.xml",))


@pytest.mark.parametrize(
    ("changed", "options", "window"),
    [
        ({}, {}, False),
        ({"maintenance": "always"}, {}, True),
        ({"steps": (custom(window=True),)}, {}, True),
        ({"steps": (custom(),)}, {}, False),
        ({}, {"full_upgrade": True}, True),
    ],
)
def test_what_else_closes_the_shop(changed: dict[str, Any], options: dict[str, Any], window: bool) -> None:
    found = predict(environment(**changed), KNOWN, options)
    assert found.window is window and bool(found.reasons) is window


def test_going_back_leaves_the_database_alone() -> None:
    assert not predict_rollback(environment(), SCHEMA).window
    assert predict_rollback(environment(), IMPORTS).window
    assert predict_rollback(environment(maintenance="always"), KNOWN).window


@pytest.mark.parametrize(
    ("found", "options", "version", "names"),
    [
        (KNOWN, {}, Version(2, 4, 7), []),
        (IMPORTS, {}, Version(2, 4, 7), ["app:config:import"]),
        (SCHEMA, {}, Version(2, 4, 7), ["setup:upgrade"]),
        (BOTH, {}, Version(2, 4, 7), ["setup:upgrade"]),
        (BOTH, {}, Version(2, 3, 2), ["app:config:import", "setup:upgrade"]),
        (KNOWN, {"full_upgrade": True}, Version(2, 4, 7), ["setup:upgrade"]),
    ],
)
def test_the_database_step_that_is_expected(
    found: Between, options: dict[str, Any], version: Version, names: list[str]
) -> None:
    commands = predicted_commands(found, options, version=version, php=("php8.2", "-d", "x=1"), root="/r")
    assert [command.name for command in commands] == names
    for command in commands:
        assert command.argv[:4] == ("php8.2", "-d", "x=1", "/r/bin/magento") and "-n" in command.argv
