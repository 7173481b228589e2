"""What a stopped job takes over from an environments.toml that was mended meanwhile: how its hosts are asked. Pure.

A wrong health check stops a job with the shop closed. Everything else is the plan's, and was approved.
"""

import msgspec
from msgspec.structs import replace

from core.environments.model import Environment, Health, Host, Project, Timeouts


class Asking(msgspec.Struct, frozen=True, kw_only=True):
    """How the hosts of one environment are asked."""

    health: Health | None = None
    timeouts: Timeouts = Timeouts()
    web: dict[str, str] = {}
    """By address."""


def asking(environment: Environment) -> Asking:
    """Return how the hosts of an environment are asked."""
    web = {host.address: host.web for host in environment.hosts}
    return Asking(health=environment.health, timeouts=environment.timeouts, web=web)


def asked_so(environment: Environment, how: Asking) -> Environment:
    """Return the environment with its own hosts asked in this way; one that asked nothing before still does not."""

    def host(one: Host) -> Host:
        return replace(one, web=how.web.get(one.address, one.web))

    return replace(
        environment,
        health=how.health if how.health and environment.health else environment.health,
        timeouts=how.timeouts,
        hosts=tuple(host(one) for one in environment.hosts),
    )


def taken_over(project: Project, name: str, how: Asking) -> Project:
    """Return the project with one of its environments asked in this way."""
    environment = project.environments.get(name)
    if environment is None:
        return project
    return replace(project, environments={**project.environments, name: asked_so(environment, how)})


def differs_in_more(before: Environment, now: Environment) -> bool:
    """Whether more differs than how the hosts are asked."""
    return _without_asking(before) != _without_asking(now)


def _without_asking(environment: Environment) -> Environment:
    hosts = tuple(replace(host, web="") for host in environment.hosts)
    return replace(environment, health=None, timeouts=Timeouts(), hosts=hosts)
