"""When a change of settings closes the shop, and what its plan says of it."""

from typing import Any, Literal

import pytest

from core.environments.model import Environment, Health, Host, Role
from core.errors import Refused
from core.model.plan import Plan
from core.pipeline.settings import SettingsChange, settings_plan
from core.settings.changes import Changes, SettingChange

HOSTS = (Host(address="deploy@web1", reload="reload-php"), Host(address="deploy@web2"))


def _plan(policy: Literal["auto", "always", "never"], role: Role = Role.PRODUCTION, **options: Any) -> Plan:
    target = Environment(
        name="production",
        role=role,
        hosts=HOSTS,
        path="/srv/shop",
        maintenance=policy,
        health=Health(path="/"),
    )
    change = SettingsChange(
        target=target, file="env", changes=Changes(settings=(SettingChange(path="a/b/c", value="1"),)),
        live={"deploy@web1": "3-abc", "deploy@web2": "3-abc"}, source="deploy@web1", options=options,
    )  # fmt: skip
    return settings_plan(change, (), ())


@pytest.mark.parametrize(
    ("maintenance", "options", "window"),
    [("auto", {}, False), ("auto", {"maintenance": True}, True), ("always", {}, True), ("never", {}, False)],
)
def test_the_shop_is_closed_when_it_is_asked_for(
    maintenance: Literal["auto", "always", "never"], options: dict[str, Any], window: bool
) -> None:
    plan = _plan(maintenance, **options)
    assert plan.forecast["window"] is window
    inside = [step.id for step in plan.steps if step.window]
    closed = ["close", "compute", "write", "reload", "clean", "settled", "health-closed", "open"]
    assert inside == (closed if window else [])
    assert any("may answer 500" in reason for reason in plan.forecast["reasons"]) is not window


def test_a_shop_that_is_never_closed_is_not_closed_by_an_option() -> None:
    with pytest.raises(Refused) as caught:
        _plan("never", maintenance=True)
    assert caught.value.code == "maintenance-never"


def test_a_development_system_has_nobody_to_close_for() -> None:
    assert _plan("always", role=Role.DEVELOPMENT).forecast["window"] is False


def test_a_host_whose_php_fpm_will_not_be_told_is_named() -> None:
    told = [reason for reason in _plan("auto").forecast["reasons"] if "validate_timestamps" in reason]
    assert len(told) == 1
    assert told[0].startswith("php-fpm of web2 is not reloaded")
