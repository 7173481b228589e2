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


def _answer(status: int, error: str = "") -> Answer:
    return Answer(at=0.0, status=status, ms=1.0, version="", error=error)


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


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (_answer(302), "X-Forwarded-Proto"),
        (_answer(401), "without a password"),
        (_answer(403), "without a password"),
        (_answer(404), "path"),
        (_answer(400), "scheme"),
        (_answer(0, "Connection refused"), "port"),
    ],
)
def test_what_no_release_mends_is_refused_before_the_gate(answer: Answer, said: str) -> None:
    with pytest.raises(ConsoleError) as caught:
        judge([_site()], {"web1": answer})
    assert caught.value.exit_code is Exit.REFUSED
    assert said in caught.value.remedy


@pytest.mark.parametrize("answer", [_answer(503), _answer(502), _answer(0, "timed out after 10 s")])
def test_what_a_release_may_mend_is_told(answer: Answer) -> None:
    (told,) = judge([_site()], {"web1": answer})
    assert "already now" in told


def test_a_roll_back_of_a_release_that_only_redirects_is_not_refused() -> None:
    (told,) = judge([_site()], {"web1": _answer(302)}, refuse=False)
    assert "302" in told
