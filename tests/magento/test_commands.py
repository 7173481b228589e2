"""The table of commands, versions, and the rules about upgrades that are asked for without need."""

import pytest

from core.errors import ConsoleError
from core.magento import maintenance
from core.magento.commands import COMMANDS, argv, available, upgrade_imports
from core.magento.output import reason
from core.magento.probes import NeedsUpgrade, PermanentFalsePositive, UpToDate
from core.magento.schema import after_upgrade, baseline, proposes_full_upgrade, schema_paths
from core.magento.version import Version
from tests.magento.golden import ALL, CHANGES


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Magento CLI 2.4.7-p3", "2.4.7-p3"),
        ("Deprecated: foo 1.2.3\n\x1b[32mMagento CLI 2.4.8-beta1\x1b[39m\n", "2.4.8-beta1"),
        ("Mage-OS CLI 1.0.5 (based on Magento 2.4.7-p1)", "2.4.7-p1"),
        ("2.4.6", "2.4.6"),
    ],
)
def test_versions_are_read(text: str, shown: str) -> None:
    assert str(Version.parse(text)) == shown


def test_versions_are_compared() -> None:
    order = [
        "2.3.7-p4",
        "2.4.0",
        "2.4.7-beta1",
        "2.4.7-rc1",
        "2.4.7",
        "2.4.7-p3",
        "2.4.7-p10",
        "2.4.8",
        "2.4.10",
    ]
    versions = [Version.parse(text) for text in order]
    assert versions == sorted(versions, key=lambda version: version or Version(0, 0))
    assert Version.parse("UNKNOWN") is None


def test_a_command_line() -> None:
    line = argv("setup:upgrade", "--keep-generated", php=("php8.2", "-d", "x=1"), root="/srv/r/")
    assert line == [
        "php8.2", "-d", "x=1", "/srv/r/bin/magento", "setup:upgrade", "--keep-generated", "--no-ansi", "-n",
    ]  # fmt: skip


def test_every_command_runs_without_questions() -> None:
    for name in COMMANDS:
        assert argv(name, root="/r")[-2:] == ["--no-ansi", "-n"]


@pytest.mark.parametrize(
    ("command", "arguments", "version"),
    [
        ("queue:consumers:restart", (), Version(2, 4, 5)),
        ("app:config:dump", ("scopes",), Version(2, 2, 11)),
        ("setup:static-content:deploy", ("--max-execution-time=5",), Version(2, 3, 1)),
        ("setup:static-content:deploy", ("--no-parent",), Version(2, 4, 1)),
    ],
)
def test_what_a_version_lacks_is_refused(command: str, arguments: tuple[str, ...], version: Version) -> None:
    with pytest.raises(ConsoleError) as caught:
        argv(command, *arguments, root="/r", version=version)
    assert caught.value.code == "magento-version-lacks"
    assert argv(command, *arguments, root="/r", version=Version(2, 4, 7, 1, 3))


def test_version_differences() -> None:
    assert not available("module:config:status", Version(2, 3, 2))
    assert available("module:config:status", Version(2, 3, 3))
    assert not upgrade_imports(Version(2, 3, 2))
    assert upgrade_imports(Version(2, 3, 3))
    with pytest.raises(ConsoleError):
        argv("setup:uninstall", root="/r")


def test_golden_exit_codes_are_in_the_table() -> None:
    for case in ALL:
        if case.command in COMMANDS and case.exit != 1:
            assert case.exit in COMMANDS[case.command].exits, case.name


def test_the_reason_of_a_failure() -> None:
    said = {case.name: reason("\n".join(case.out), "\n".join(case.err)) for case in CHANGES if case.exit}
    assert said["patch-fails:setup:upgrade"].endswith("demo data patch failure")
    assert said["no-search-engine:setup:upgrade"].endswith("No alive nodes found in your cluster")
    assert said["create-scopes:app:config:import"] == "Import failed: Aborted."


STALE = NeedsUpgrade(("declarative",), ("Declarative Schema is not up to date",))


def test_a_stale_demand_is_known_from_the_live_release() -> None:
    accepted = PermanentFalsePositive(STALE.messages)
    assert baseline(STALE, STALE, schema_differs=False) == accepted
    assert baseline(STALE, STALE, schema_differs=True) == STALE
    assert baseline(STALE, UpToDate(), schema_differs=False) == STALE
    assert baseline(UpToDate(), STALE, schema_differs=False) == UpToDate()
    other = NeedsUpgrade(("data",), ("Data patches are not up to date",))
    assert baseline(STALE, other, schema_differs=False) == STALE


def test_a_stale_demand_is_known_after_an_upgrade() -> None:
    assert after_upgrade(STALE, STALE, 0) == PermanentFalsePositive(STALE.messages)
    assert after_upgrade(STALE, STALE, 1) == STALE
    assert after_upgrade(STALE, STALE, None) == STALE
    assert after_upgrade(UpToDate(), STALE, 0) == STALE


def test_paths_that_ask_for_an_upgrade() -> None:
    schema = [
        "app/code/Acme/Shop/etc/db_schema.xml",
        "vendor/acme/shop/etc/db_schema_whitelist.json",
        "vendor/acme/shop/Setup/Patch/Data/AddThing.php",
        "vendor/acme/shop/etc/module.xml",
    ]
    others = [
        "setup/index.php",
        "app/code/Acme/Shop/Model/Setup.php",
        "etc/module.xml.bak",
        "pub/db_schema.xml.css",
    ]
    unseen = [
        "vendor/acme/shop/etc/queue_topology.xml",
        "app/code/Acme/Shop/etc/communication.xml",
        "vendor/acme/shop/Setup/RecurringData.php",
    ]
    assert schema_paths([*schema, *others]) == tuple(schema)
    assert proposes_full_upgrade([*schema, *others, *unseen]) == tuple(unseen)


def test_maintenance_is_files() -> None:
    assert maintenance.flag("/srv/r/") == "/srv/r/var/.maintenance.flag"
    assert (
        maintenance.with_ips("10.0.0.1, 10.0.0.2\n", "127.0.0.1", "10.0.0.1") == "10.0.0.1,10.0.0.2,127.0.0.1"
    )
    assert maintenance.with_ips("", "127.0.0.1") == "127.0.0.1"
