"""Where the shop's own steps go in a plan."""

import pytest

from core.environments.model import CustomStep, Environment, Host, HostRole, Role
from core.errors import ConsoleError, Exit
from core.model.plan import Phase, Step, StepKind
from core.pipeline.custom_steps import insert, wants_window


def step(step_id: str, *, window: bool = False) -> Step:
    return Step(id=step_id, phase=Phase.BUILD, kind=StepKind.TASK, title=step_id, action=step_id, window=window)


def environment(*customs: CustomStep) -> Environment:
    hosts = (
        Host(address="a@web1", roles=(HostRole.WEB,)),
        Host(address="a@web2", roles=(HostRole.WEB, HostRole.CRON)),
        Host(address="a@jobs", roles=(HostRole.CRON,)),
    )
    return Environment(name="production", role=Role.PRODUCTION, hosts=hosts, path="/srv/shop", steps=customs)


def custom(name: str, **more: object) -> CustomStep:
    return CustomStep(**{"name": name, "on": "production", "run": f"run {name}", **more})  # type: ignore[arg-type] # the test's own values


def ids(steps: tuple[Step, ...]) -> list[str]:
    return [item.id for item in steps]


def test_after_and_before() -> None:
    found = insert(
        [step("one"), step("two")],
        environment(custom("Last", after="two"), custom("Between", before="two")),
        "/srv/work",
    )
    assert ids(found) == ["one", "custom-between", "two", "custom-last"]
    assert found[1].args["directory"] == "/srv/work"
    assert found[1].commands == ("run Between",)


def test_several_after_the_same_keep_the_order_of_the_file() -> None:
    customs = environment(custom("A", after="one"), custom("B", after="one"), custom("C", after="one"))
    found = insert([step("one"), step("two")], customs, "/w")
    assert ids(found) == ["one", "custom-a", "custom-b", "custom-c", "two"]


def test_several_before_the_same_keep_the_order_of_the_file() -> None:
    customs = environment(custom("A", before="two"), custom("B", before="two"))
    assert ids(insert([step("one"), step("two")], customs, "/w")) == ["one", "custom-a", "custom-b", "two"]


def test_equal_names_get_ids_of_their_own() -> None:
    customs = environment(custom("Warm up!", after="one"), custom("Warm  up", after="two"))
    found = insert([step("one"), step("two")], customs, "/w")
    assert ids(found) == ["one", "custom-warm-up", "two", "custom-warm-up-2"]


def test_an_unknown_step_is_told_with_the_nearest() -> None:
    with pytest.raises(ConsoleError) as caught:
        insert([step("compile"), step("static")], environment(custom("X", after="compil")), "/w")
    assert caught.value.code == "unknown-step"
    assert caught.value.exit_code is Exit.USAGE
    assert "'compile'" in caught.value.remedy
    assert "static" in caught.value.remedy


def test_a_step_that_this_plan_lacks_is_replaced_by_its_place() -> None:
    customs = environment(custom("X", after="composer"), custom("Y", before="first"))
    found = insert(
        [step("checkout"), step("compile")], customs, "/w", ("first", "checkout", "composer", "compile")
    )
    assert ids(found) == ["custom-y", "checkout", "custom-x", "compile"]


@pytest.mark.parametrize(
    ("hosts", "expected"),
    [
        ("all", ("a@web1", "a@web2", "a@jobs")),
        ("first", ("a@web1",)),
        ("web", ("a@web1", "a@web2")),
        ("cron", ("a@web2", "a@jobs")),
    ],
)
def test_hosts(hosts: str, expected: tuple[str, ...]) -> None:
    found = insert([step("one")], environment(custom("X", after="one", hosts=hosts)), "/w")
    assert found[1].hosts == expected


def test_a_step_between_closed_ones_is_closed() -> None:
    steps = [step("prepare"), step("close", window=True), step("open", window=True), step("end")]
    found = insert(steps, environment(custom("X", after="close"), custom("Y", after="open")), "/w")
    assert [item.id for item in found if item.window] == ["close", "custom-x", "open"]


def test_a_step_that_wants_a_closed_shop_where_it_is_open_is_refused() -> None:
    steps = [step("prepare"), step("close", window=True), step("open", window=True)]
    with pytest.raises(ConsoleError) as caught:
        insert(steps, environment(custom("X", after="prepare", window=True)), "/w")
    assert caught.value.code == "outside-window"
    assert wants_window(environment(custom("X", after="prepare", window=True)))
    assert not wants_window(environment(custom("X", after="prepare")))


def test_what_the_file_says_reaches_the_step() -> None:
    given = custom("X", after="one", undo="take back", on_failure="warn", limit=5.0)
    found = insert([step("one")], environment(given), "/w")[1]
    assert (found.undo, found.on_failure, found.limit_s) == ("take back", "warn", 5.0)
    assert found.args["run"] == "run X"
    assert found.args["undo"] == "take back"
