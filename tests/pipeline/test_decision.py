"""What the cut-over needs, decided from every pair of answers; what goes beyond a plan is refused."""

from typing import Any

import pytest

from core.errors import Exit, Refused
from core.magento import probes
from core.magento.version import Version
from core.pipeline.decision import (
    Decision,
    Import,
    check_against_prediction,
    forbidden_deletes,
    import_forecast,
)
from core.pipeline.scope_names import codes_by_name
from tests.pipeline.shop import IMPORT, NOTHING, RELEASE, UPGRADE, decided

STALE = probes.PermanentFalsePositive(("Declarative Schema is not up to date",))
OLDER = probes.CodeOlderThanDatabase(("Acme_Blog",))
# Every kind of answer; the code of the refusal where the configuration's, or the database's, probe says it.
REFUSALS: dict[type[Any], tuple[probes.ProbeResult, str, str]] = {
    probes.UpToDate: (NOTHING, "", ""),
    probes.NeedsImport: (IMPORT, "", "probe-unknown"),
    probes.NeedsUpgrade: (UPGRADE, "probe-unknown", ""),
    probes.PermanentFalsePositive: (STALE, "probe-unknown", ""),
    probes.CodeOlderThanDatabase: (OLDER, "code-older-than-database", "code-older-than-database"),
    probes.ModulesOutdated: (probes.ModulesOutdated(), "probe-unknown", "probe-unknown"),
    probes.NotInstalled: (probes.NotInstalled(), "magento-not-installed", "magento-not-installed"),
    probes.CommandMissing: (probes.CommandMissing("x"), "magento-not-installed", "magento-not-installed"),
    probes.DatabaseUnreachable: (
        probes.DatabaseUnreachable("SQLSTATE"), "database-unreachable", "database-unreachable",
    ),
    probes.Unknown: (probes.Unknown(None, "the line was lost"), "probe-unknown", "probe-unknown"),
}  # fmt: skip


def names(decision: Decision) -> list[str]:
    """Return the commands of a decision, by name."""
    return [command.name for command in decision.commands]


PAIRS = [(config, database) for config in REFUSALS for database in REFUSALS]


def test_every_kind_of_answer_is_in_the_table() -> None:
    assert set(REFUSALS) == set(probes.ProbeResult.__args__)


@pytest.mark.parametrize(("config", "database"), PAIRS)
def test_an_answer_that_leaves_a_doubt_is_refused(config: type[Any], database: type[Any]) -> None:
    expected = REFUSALS[config][1] or REFUSALS[database][2]
    if not expected:
        decided(REFUSALS[config][0], REFUSALS[database][0])
        return
    with pytest.raises(Refused) as error:
        decided(REFUSALS[config][0], REFUSALS[database][0])
    assert error.value.code == expected
    assert error.value.exit_code == Exit.REFUSED
    assert error.value.where and error.value.remedy


@pytest.mark.parametrize(
    ("config", "database", "version", "expected"),
    [
        (NOTHING, NOTHING, Version(2, 4, 7), []),
        (NOTHING, STALE, Version(2, 4, 7), []),
        (IMPORT, NOTHING, Version(2, 4, 7), ["app:config:import"]),
        (IMPORT, STALE, Version(2, 4, 7), ["app:config:import"]),
        (NOTHING, UPGRADE, Version(2, 4, 7), ["setup:upgrade"]),
        (IMPORT, UPGRADE, Version(2, 4, 7), ["setup:upgrade"]),
        (IMPORT, UPGRADE, Version(2, 3, 3), ["setup:upgrade"]),
        (IMPORT, UPGRADE, None, ["setup:upgrade"]),
        (IMPORT, UPGRADE, Version(2, 3, 2), ["app:config:import", "setup:upgrade"]),
        (NOTHING, UPGRADE, Version(2, 3, 2), ["setup:upgrade"]),
        (IMPORT, NOTHING, Version(2, 3, 2), ["app:config:import"]),
    ],
)
def test_what_runs_in_the_window(
    config: probes.ProbeResult, database: probes.ProbeResult, version: Version | None, expected: list[str]
) -> None:
    decision = decided(config, database, version=version)
    assert names(decision) == expected
    assert decision.window is bool(expected)
    assert decision.upgrades is ("setup:upgrade" in expected)
    assert len(decision.reasons) >= len(expected) and all(decision.reasons)


def test_a_database_step_never_asks_and_keeps_what_was_generated() -> None:
    commands = decided(IMPORT, UPGRADE, version=Version(2, 3, 2)).commands
    assert [command.name for command in commands] == ["app:config:import", "setup:upgrade"]
    for command in commands:
        assert command.argv[0] == "php8.2"
        assert command.argv[1] == f"/srv/acme/releases/{RELEASE}/bin/magento"
        assert command.argv[2] == command.name
        assert "-n" in command.argv
        assert ("--keep-generated" in command.argv) is (command.name == "setup:upgrade")


def test_a_full_upgrade_that_was_asked_for_runs_though_nothing_is_pending() -> None:
    for database in (NOTHING, STALE):
        decision = decided(NOTHING, database, full_upgrade=True)
        assert names(decision) == ["setup:upgrade"] and decision.window
    assert names(decided(IMPORT, NOTHING, full_upgrade=True, version=Version(2, 3, 2))) == [
        "app:config:import",
        "setup:upgrade",
    ]


def test_always_closes_the_shop_without_a_database_step() -> None:
    decision = decided(policy="always")
    assert decision.window and not decision.commands and decision.reasons


def test_a_step_of_the_shops_own_may_ask_for_a_closed_shop() -> None:
    decision = decided(custom_window=True)
    assert decision.window and not decision.commands and decision.reasons


@pytest.mark.parametrize(
    "asking",
    [
        {"config": IMPORT},
        {"database": UPGRADE},
        {"full_upgrade": True},
        {"custom_window": True},
    ],
)
def test_never_closes_the_shop(asking: dict[str, Any]) -> None:
    with pytest.raises(Refused) as error:
        decided(**asking, policy="never")
    assert error.value.code == "window-needed"


def test_never_is_no_obstacle_where_nothing_is_pending() -> None:
    assert not decided(NOTHING, STALE, policy="never").window


def test_a_stale_demand_is_told_and_remembered() -> None:
    decision = decided(NOTHING, STALE)
    assert decision.accepted == STALE.messages
    assert any("setup:db:status" in reason for reason in decision.reasons)
    assert decided(NOTHING, UPGRADE).accepted == ()


def test_what_magento_2_4_7_warned_of_before_an_import() -> None:
    forecast = import_forecast(
        {
            "scopes": [
                "These Websites will be deleted: Outlet Website\nThese Websites will be updated: Main Website Renamed",
                "These Groups will be deleted: Outlet Store",
                "These Stores will be deleted: Outlet English, French",
            ],
            "themes": ["The following themes will be registered: adminhtml/Magento/blank"],
            "system": [],
        }
    )
    assert forecast == Import(
        updates=("website Main Website Renamed",),
        deletes=("website Outlet Website", "group Outlet Store", "store Outlet English", "store French"),
        others=("The following themes will be registered: adminhtml/Magento/blank",),
    )


def test_what_magento_2_4_7_warned_of_before_it_created_a_website() -> None:
    forecast = import_forecast(
        {
            "scopes": [
                "These Websites will be created: Outlet Website",
                "These Groups will be created: Outlet Store",
                "These Stores will be created: Outlet English, French",
            ]
        }
    )
    assert forecast == Import(
        creates=("website Outlet Website", "group Outlet Store", "store Outlet English", "store French")
    )


def test_no_warning_is_swallowed() -> None:
    told = "Something that no version has said so far"
    assert import_forecast({"else": [told, "  ", ""]}).others == (told,)


CODES = {
    "website Outlet Website": ("outlet",),
    "store English": ("outlet_en",),
    "store French": ("fr_a", "fr_b"),
}


@pytest.mark.parametrize(
    ("deletes", "allowed", "forbidden"),
    [
        ((), (), ()),
        (("store English",), (), ("store English",)),
        (("store English",), ("outlet_en",), ()),
        (("store English",), ("outlet",), ("store English",)),
        (("website Outlet Website", "store English"), ("outlet",), ("store English",)),
        (("store Not Known",), ("outlet", "outlet_en"), ("store Not Known",)),
        (("store Not Known",), ("Not Known",), ()),
        # Two stores of one name: one code does not stand for both.
        (("store French", "store French"), ("fr_a",), ("store French",)),
        (("store French", "store French"), ("fr_a", "fr_b"), ()),
        # More of that name go than the files tell: their codes can't have been meant.
        (("store English", "store English"), ("outlet_en",), ("store English",)),
    ],
)
def test_only_what_was_named_is_deleted(
    deletes: tuple[str, ...], allowed: tuple[str, ...], forbidden: tuple[str, ...]
) -> None:
    assert forbidden_deletes(deletes, allowed, CODES) == forbidden


def scopes(*stores: tuple[str, str]) -> dict[Any, Any]:
    """Return the configuration of a shop with these stores, as (code, name)."""
    rows = {
        code: {"store_id": str(at), "code": code, "name": name} for at, (code, name) in enumerate(stores, 1)
    }
    group = {"group_id": "1", "code": "main_group", "name": "Main"}
    return {"scopes": {"websites": {}, "groups": {1: group}, "stores": rows}}


def test_a_name_stands_for_the_code_that_goes_and_not_for_one_that_stays() -> None:
    live = scopes(("main_en", "English"), ("outlet_en", "English"), ("fr", "French"))
    assert codes_by_name(live, scopes(("main_en", "English"), ("fr", "French"))) == {
        "store English": ("outlet_en",)
    }


def test_all_codes_of_a_name_are_told() -> None:
    live = scopes(("main_en", "English"), ("outlet_en", "English"))
    assert codes_by_name(live, scopes()) == {"store English": ("main_en", "outlet_en")}
    assert codes_by_name(live, {"scopes": {"groups": {}}})["group Main"] == ("main_group",)


def test_a_config_php_without_scopes_deletes_nothing() -> None:
    assert codes_by_name(scopes(("en", "English")), {}) == {}
    assert codes_by_name({}, scopes(("en", "English"))) == {}
    assert codes_by_name({"scopes": {"stores": "damaged"}}, {"scopes": {}}) == {}


@pytest.mark.parametrize(
    ("decision", "deletes", "predicted", "beyond"),
    [
        (decided(), (), {"window": False}, False),
        (decided(), (), {"window": True}, False),
        (decided(IMPORT), (), {"window": True}, False),
        (decided(IMPORT), (), {"window": False}, True),
        (decided(IMPORT), (), {}, True),
        (decided(IMPORT), ("store French",), {"window": True, "deletes": ["store French"]}, False),
        (decided(IMPORT), ("store French",), {"window": True, "deletes": ["store English"]}, True),
        (decided(IMPORT), ("store French",), {"window": True}, True),
    ],
)
def test_what_was_approved_beforehand_covers_no_more_than_what_was_shown(
    decision: Decision, deletes: tuple[str, ...], predicted: dict[str, Any], beyond: bool
) -> None:
    forecast = Import(deletes=deletes)
    if not beyond:
        check_against_prediction(decision, forecast, predicted, "production")
        return
    with pytest.raises(Refused) as error:
        check_against_prediction(decision, forecast, predicted, "production")
    assert error.value.code == "beyond-plan"
    assert error.value.exit_code == Exit.REFUSED
    if "store French" in deletes:
        assert "store French" in error.value.what
