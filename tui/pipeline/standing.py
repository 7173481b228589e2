"""How an environment, or a host, stands: one glyph, one word, one tone. Pure."""

from typing import Final, Literal, NamedTuple

from core.console.figures import ago
from core.console.snapshot import EnvironmentSnapshot, HostSnapshot, Target

FRESH_S: Final = 90
"""Hosts are looked at every 15 s; an answer may take as long again. What is older is called old."""
Sign = Literal["good", "attention", "bad", "busy", "waiting", "unknown"]


class Standing(NamedTuple):
    """The sign is the name of a glyph, and of a tone."""

    sign: Sign
    word: str


def host_standing(host: HostSnapshot) -> Standing:
    """Return how one host stands."""
    if host.failure is not None:
        return Standing("bad", "unreachable")
    if host.seen is None:
        return Standing("waiting", "not seen yet")
    target = host.target
    if target is None:
        return Standing("good", "in order")
    if target.occupant:
        return Standing("bad", "not usable")
    if target.closed:
        return Standing("attention", "closed")
    if target.leftovers:
        return Standing("attention", "leftovers")
    if not target.release:
        return Standing("waiting", "empty")
    return Standing("good", "in order")


def standing(environment: EnvironmentSnapshot) -> Standing:
    """Return how an environment stands: what is worst counts, and a job that works on it before all but that."""
    if environment.failures:
        lost, all_of_them = len(environment.failures), len(environment.hosts)
        told = "unreachable" if lost == all_of_them else f"{lost} of {all_of_them} unreachable"
        return Standing("bad", told)
    if environment.mixed:
        return Standing("bad", "hosts differ")
    lock = environment.lock
    if lock is not None and lock.alive:
        return Standing("busy", "a job works on it")
    found = [host_standing(host) for host in environment.hosts]
    for sign in ("bad", "attention", "waiting"):
        worst = next((item for item in found if item.sign == sign), None)
        if worst is not None:
            return worst
    if lock is not None:
        return Standing("attention", "locked by a dead job")
    return _by_settings(environment)


def _by_settings(environment: EnvironmentSnapshot) -> Standing:
    for host in environment.hosts:
        magento = host.magento_now
        for pending in (magento.configuration, magento.database) if magento else ():
            if pending.word not in ("up to date", "unknown"):
                return Standing("attention", pending.word)
    return Standing("good", "in order")


def shop_word(target: Target) -> Standing:
    """Return whether customers get in."""
    if not target.release:
        return Standing("waiting", "nothing is live")
    return Standing("attention", "closed") if target.closed else Standing("good", "open")


def age(environment: EnvironmentSnapshot, now: float) -> str:
    """Return how old what is told of it is, such as "15 min ago"; empty while it is fresh, or was never seen."""
    seen = environment.first.seen
    return "" if seen is None or now - seen < FRESH_S else ago(seen, now)
