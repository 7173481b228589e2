"""What a resumed job takes over from a mended environments.toml: how hosts are asked, and nothing else."""

from msgspec.structs import replace

from core.environments.asking import asking, differs_in_more, taken_over
from core.environments.model import Environment, Health, Host, Project, Role, Timeouts


def _environment() -> Environment:
    return Environment(
        name="production",
        role=Role.PRODUCTION,
        hosts=(Host(address="web1"), Host(address="web2", web="10.0.0.2:80")),
        path="/srv/acme",
        health=Health(host="shop.example.com"),
    )


def _project(environment: Environment) -> Project:
    return Project(name="Acme", file="", digest="", environments={environment.name: environment})


def test_how_hosts_are_asked_is_taken_over() -> None:
    before = _environment()
    now = replace(
        before,
        health=Health(host="shop.example.com", port=8080, headers={"X-Forwarded-Proto": "https"}),
        timeouts=Timeouts(health=300),
        hosts=(replace(before.hosts[0], web="10.0.0.1:8080"), before.hosts[1]),
    )
    assert taken_over(_project(before), "production", asking(now)).environments["production"] == now
    assert not differs_in_more(before, now)


def test_all_else_stays_as_it_was_planned() -> None:
    before = _environment()
    now = replace(
        before,
        path="/srv/other",
        maintenance="never",
        health=None,
        hosts=(Host(address="web1", run_as="other"), Host(address="web3")),
    )
    assert differs_in_more(before, now)
    assert taken_over(_project(before), "production", asking(now)) == _project(before)


def test_an_environment_that_is_gone_changes_nothing() -> None:
    project = _project(_environment())
    assert taken_over(project, "staging", asking(_environment())) == project
