"""The order from the closed door to the recorded release (design, section 5; decisions 4, 5, 13, 14)."""

from typing import Any

import msgspec
import pytest

from core.actions.promotion.registry import PROMOTION_ACTIONS
from core.environments.model import Environment, HostRole
from core.magento.version import Version
from core.model.plan import Phase, Step, StepKind
from core.pipeline.custom_steps import insert
from core.pipeline.cut_over import CUT_OVER_ORDER, cut_over_steps
from core.pipeline.decision import Decision
from tests.pipeline.shop import (
    ADMIN,
    IMPORT,
    NOTHING,
    OLD,
    RELEASE,
    UPGRADE,
    WEB1,
    WEB2,
    custom,
    decided,
    environment,
    ids,
    switching,
)  # fmt: skip

CLOSED_ONLY = decided(policy="always")
OPEN = decided()
DECISIONS = {
    "nothing pending": OPEN,
    "an import": decided(IMPORT),
    "an upgrade": decided(NOTHING, UPGRADE),
    "both": decided(IMPORT, UPGRADE),
    "both, before 2.3.3": decided(IMPORT, UPGRADE, version=Version(2, 3, 2)),
    "a window alone": CLOSED_ONLY,
}
ENVIRONMENTS = {
    "usual": environment(),
    "one host": environment(hosts=(WEB1,)),
    "no health": environment(health=None),
    "no web host": environment(hosts=(ADMIN,)),
    "no cron": environment(cron="none"),
    "no reload": environment(hosts=(WEB2, ADMIN)),
    "bare": environment(hosts=(WEB2,), health=None, cron="none"),
}
ALL = [
    pytest.param(target, decision, id=f"{name}, {pending}")
    for name, target in ENVIRONMENTS.items()
    for pending, decision in DECISIONS.items()
]


def steps_of(target: Environment, decision: Decision, **changed: Any) -> tuple[Step, ...]:
    """Return the cut-over of an environment."""
    return cut_over_steps(switching(target, **changed), decision)


def test_the_order_with_everything_in_it() -> None:
    found = ids(steps_of(environment(), decided(IMPORT, UPGRADE, version=Version(2, 3, 2))))
    in_order = [
        "pause-cron", "close", "ask-again", "database-1", "database-2", "ask-after", "prepare-switch", "switch",
        "reload", "flush", "health-closed", "open", "health", "resume-cron", "record", "retention", "unlock",
    ]  # fmt: skip
    assert [step for step in found if step in in_order] == in_order
    assert found.index("watch") < found.index("close")
    assert found.index("measure") > found.index("health")


@pytest.mark.parametrize(("target", "decision"), ALL)
def test_each_step_comes_once_and_in_the_known_order(target: Environment, decision: Decision) -> None:
    found = ids(steps_of(target, decision))
    assert len(set(found)) == len(found)
    assert found == [step for step in CUT_OVER_ORDER if step in found]


@pytest.mark.parametrize(("target", "decision"), ALL)
def test_exactly_what_runs_behind_the_closed_door_is_in_the_window(
    target: Environment, decision: Decision
) -> None:
    steps = steps_of(target, decision)
    found = ids(steps)
    inside = {step.id for step in steps if step.window}
    if not decision.window:
        assert inside == set() and not {"close", "open", "ask-again", "health-closed"} & set(found)
        return
    assert inside == set(found[found.index("close") : found.index("open") + 1])
    assert set(found[found.index("open") + 1 :]) >= {"record", "unlock"}


@pytest.mark.parametrize(("target", "decision"), ALL)
def test_only_a_database_step_can_not_be_taken_back(target: Environment, decision: Decision) -> None:
    steps = steps_of(target, decision)
    beyond = [step for step in steps if step.point_of_no_return]
    assert [step.args["argv"] for step in beyond] == [list(command.argv) for command in decision.commands]
    for step in beyond:
        assert step.kind is StepKind.TASK and step.window
        assert step.hosts == (target.hosts[0].address,)
        assert step.limit_s == target.timeouts.upgrade
        assert step.commands and step.args["command"] in step.commands[0]


@pytest.mark.parametrize(("target", "decision"), ALL)
def test_what_changes_the_shop_says_how_it_is_undone(target: Environment, decision: Decision) -> None:
    """Opening, recording and cron's return are what an undo leads to; there the shop is as it should be."""
    for step in steps_of(target, decision):
        changes = step.kind is StepKind.ENSURE and step.phase is Phase.CUT_OVER
        assert bool(step.undo) is changes or step.id == "watch", step.id


@pytest.mark.parametrize(("target", "decision"), ALL)
def test_every_step_has_an_action_hosts_and_a_limit(target: Environment, decision: Decision) -> None:
    addresses = {host.address for host in target.hosts}
    for step in steps_of(target, decision):
        assert step.action in {*PROMOTION_ACTIONS, "unlock"}
        assert step.hosts and set(step.hosts) <= addresses
        assert step.limit_s > 0 and step.title
        assert step.args["environment"] == "production" and step.args["release"] == RELEASE
        assert msgspec.json.decode(msgspec.json.encode(step), type=Step).id == step.id


@pytest.mark.parametrize("pending", ["an import", "an upgrade", "both", "both, before 2.3.3"])
def test_the_probes_are_asked_on_both_sides_of_a_database_step(pending: str) -> None:
    steps = steps_of(environment(), DECISIONS[pending])
    found = ids(steps)
    database = [at for at, step in enumerate(steps) if step.point_of_no_return]
    assert found[database[0] - 1] == "ask-again"
    assert found[database[-1] + 1] == "ask-after"
    assert database == list(range(database[0], database[-1] + 1))
    every = tuple(host.address for host in environment().hosts)
    after = steps[database[-1] + 1]
    assert after.hosts == every and after.args["upgraded"] is DECISIONS[pending].upgrades


def test_all_hosts_get_ready_before_any_is_switched() -> None:
    for decision in DECISIONS.values():
        steps = {step.id: step for step in steps_of(environment(), decision)}
        every = tuple(host.address for host in environment().hosts)
        assert steps["prepare-switch"].hosts == every == steps["switch"].hosts
        assert steps["switch"].commands[-1] == "mv -T current.next current"


def test_switching_back_leads_to_what_was_live_on_each_host() -> None:
    live = {WEB1.address: OLD, WEB2.address: "", ADMIN.address: "10-aaaaaaaaaaaa"}
    switch = next(step for step in steps_of(environment(), OPEN, live=live) if step.id == "switch")
    assert OLD in switch.undo and "10-aaaaaaaaaaaa" in switch.undo and "nothing" in switch.undo
    assert switch.args["live"] == live


def test_both_releases_are_closed() -> None:
    close = next(step for step in steps_of(environment(), CLOSED_ONLY) if step.id == "close")
    told = " ".join(close.commands)
    assert f"releases/{OLD}/var/.maintenance.flag" in told
    assert f"releases/{RELEASE}/var/.maintenance.flag" in told
    first = next(
        step for step in steps_of(environment(), CLOSED_ONLY, live={WEB1.address: ""}) if step.id == "close"
    )
    assert first.commands == (f"touch releases/{RELEASE}/var/.maintenance.flag",)


def test_only_hosts_that_have_one_are_reloaded() -> None:
    reload = next(step for step in steps_of(environment(), OPEN) if step.id == "reload")
    assert reload.hosts == (WEB1.address,) and reload.commands == (WEB1.reload,)
    assert "reload" not in ids(steps_of(ENVIRONMENTS["no reload"], OPEN))


def test_only_web_hosts_are_asked_for_their_health() -> None:
    web = tuple(h.address for h in environment().hosts if HostRole.WEB in h.roles)
    steps = {step.id: step for step in steps_of(environment(), CLOSED_ONLY)}
    for name, closed in (("health-closed", True), ("health", False)):
        assert steps[name].hosts == web and steps[name].action == "health"
        assert steps[name].args["closed"] is closed
        assert steps[name].args["static_version"] == "1690000000"
    assert steps["watch"].hosts == web


@pytest.mark.parametrize("name", ["no health", "no web host"])
def test_without_health_nothing_asks_and_the_door_still_opens(name: str) -> None:
    found = ids(steps_of(ENVIRONMENTS[name], CLOSED_ONLY))
    assert not {"health", "health-closed", "watch"} & set(found)
    assert found.index("flush") < found.index("open") < found.index("record")


def test_cron_is_left_alone_where_it_is_nobodys() -> None:
    for decision in DECISIONS.values():
        assert not [step for step in ids(steps_of(ENVIRONMENTS["no cron"], decision)) if "cron" in step]
        assert [step for step in ids(steps_of(environment(), decision)) if "cron" in step]


def test_a_failing_clean_up_does_not_fail_the_promotion() -> None:
    steps = {step.id: step for step in steps_of(environment(keep_releases=7), OPEN)}
    assert steps["retention"].on_failure == "warn" == steps["unlock"].on_failure
    assert steps["retention"].args["keep"] == 7
    assert [step.id for step in steps.values() if step.on_failure == "warn"] == ["retention", "unlock"]


@pytest.mark.parametrize(("target", "decision"), ALL)
def test_a_step_of_the_shops_own_that_wants_a_closed_shop_gets_it(
    target: Environment, decision: Decision
) -> None:
    own = custom(after="switch", window=True)
    given = insert(
        steps_of(target, decision), msgspec.structs.replace(target, steps=(own,)), "/x", CUT_OVER_ORDER
    )
    found = {step.id: step for step in given}
    assert found["custom-warm-up"].window is decision.window
    assert ids(given)[ids(given).index("switch") + 1] == "custom-warm-up"


def test_commands_of_the_caches_are_told_as_they_run_on_each_host() -> None:
    old = msgspec.structs.replace(WEB2, php=("php8.1",), path="/srv/other")
    target = environment(hosts=(WEB1, old, ADMIN))
    steps = {step.id: step for step in cut_over_steps(switching(target), decided(IMPORT))}
    assert steps["flush"].commands == (
        f"php /srv/acme/releases/{RELEASE}/bin/magento cache:flush --no-ansi -n",
        f"php8.1 /srv/other/releases/{RELEASE}/bin/magento cache:flush --no-ansi -n",
    )
    assert [command.partition("/bin/magento ")[2] for command in steps["clean-config"].commands] == [
        "cache:clean config --no-ansi -n"
    ] * 2
