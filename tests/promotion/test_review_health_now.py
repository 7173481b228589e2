"""A health check that is set up wrongly is told before the gate, not after the database step."""

import pytest

from core.actions.promotion.health_now import judge
from core.actions.site import Site
from core.environments.model import Environment, Health, Host, Project, Role
from core.errors import ConsoleError, Exit
from core.magento.ask_result import Answer


def _site() -> Site:
    host = Host(address="web1")
    environment = Environment(
        name="production", role=Role.PRODUCTION, hosts=(host,), path="/srv/acme", health=Health()
    )
    project = Project(name="Acme", file="", digest="", environments={"production": environment})
    return Site(project=project, environment=environment, host=host)


def _answer(status: int) -> Answer:
    return Answer(at=0.0, status=status, ms=1.0, version="", error="")


def test_a_redirect_is_refused() -> None:
    with pytest.raises(ConsoleError) as caught:
        judge([_site()], {"web1": _answer(302)})
    assert caught.value.exit_code is Exit.REFUSED
    assert "302" in caught.value.what


def test_a_shop_that_is_broken_now_may_be_mended_by_a_promotion() -> None:
    (told,) = judge([_site()], {"web1": _answer(500)})
    assert "500" in told


def test_a_shop_that_answers_is_no_news() -> None:
    assert judge([_site()], {"web1": _answer(200)}) == ()
