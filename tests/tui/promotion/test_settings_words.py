"""A change of settings as a plan: what was asked for, what can be asked besides, and how the shop stands then."""

from core.console.approval import happens
from core.console.shop_state import shop_state
from core.environments.model import Environment, Host, Role
from core.model.plan import Plan
from core.pipeline.settings import SettingsChange, settings_plan
from core.settings.changes import Changes, EnvChange, SettingChange, ShownChange
from tests.tui.promotion.jobs import Teller
from tui.promotion.wanted import Wanted, asked_for, fields, wanted_of

PRODUCTION = Environment(
    name="production", role=Role.PRODUCTION, path="/srv/shop",
    hosts=(Host(address="web@web1"), Host(address="web@web2")),
)  # fmt: skip
DEVELOPMENT = Environment(
    name="development", role=Role.DEVELOPMENT, path="/srv/shop", hosts=(Host(address="dev@dev1"),)
)
CHANGES = Changes(
    settings=(
        SettingChange(path="a/b/c", value="1"),
        SettingChange(path="a/b/c", level="stores", code="de", operation="unset"),
    ),
    env=(EnvChange(path="queue/amqp/host", value="mq"),),
)


def _plan(target: Environment, changes: Changes = CHANGES, shown: tuple[ShownChange, ...] = ()) -> Plan:
    live = {host.address: "" for host in target.hosts}
    change = SettingsChange(
        target=target, file="config" if target is DEVELOPMENT else "env", changes=changes, live=live,
        source=target.hosts[0].address, message="m",
    )  # fmt: skip
    return settings_plan(change, (), shown)


def test_a_plan_that_is_made_again_is_of_the_same_changes_and_no_others() -> None:
    again = wanted_of(_plan(PRODUCTION))
    assert (again.kind, again.target) == ("settings", "production")
    assert (again.only, again.remove) == (("a/b/c", "queue/amqp/host"), ("a/b/c (stores/de)",))
    shared = wanted_of(_plan(DEVELOPMENT, Changes(settings=CHANGES.settings)))
    assert shared.shared == (("a/b/c", "default", "1"), ("a/b/c", "stores/de", None))
    assert shared.message == "Change 2 shared settings"


def test_what_can_be_asked_for_besides() -> None:
    wanted = Wanted(kind="settings", target="production", only=("a/b/c",))
    asked = asked_for(wanted, {"clean_pages": "yes", "maintenance": ""})
    assert asked.options == {"clean_pages": True} and asked.only == ("a/b/c",)
    one = Wanted(kind="shared", target="development", shared=(("a/b/c", "stores/de", None),))
    assert [field.name for field, _ in fields(one)] == ["message"]
    assert one.message == "Take a/b/c (stores/de) out of config.php"
    assert asked_for(one, {"message": "Close the sale"}).message == "Close the sale"


def test_the_approver_reads_each_change() -> None:
    shown = tuple(ShownChange(name=f"a/b/{at}", file="env.php", before="1", after="2") for at in range(10))
    told = happens((), _plan(PRODUCTION, shown=shown).forecast)
    assert told[0] == "a/b/0: 1 -> 2"
    assert "And 2 more, which the tab changes lists." in told


def test_how_the_shop_stands() -> None:
    told = Teller(_plan(PRODUCTION))
    assert "as it was" in shop_state(told.state)[0]
    told.did("lock", "recheck", "ready", "compute").began("write")
    assert "it is not known that all are the same" in " ".join(shop_state(told.state))
    told.did("write", "clean", "settled")
    assert "web1, web2: the new settings are there; files and database agree." in shop_state(told.state)
