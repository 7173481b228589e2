"""What the facts of a host mean: findings, each with what to do. Pure."""

from collections.abc import Iterator
from typing import Final

from core.actions.checks.facts import HostFacts
from core.actions.checks.finding import Finding, Weight
from core.environments.model import Environment, Role
from core.release.inventory import Inventory
from core.release.occupant import problem
from core.text import one_line

_LEAST_FREE_KB: Final = 1 << 20
_LEAST_INODES: Final = 300_000
"""Two releases of a usual shop have 100,000 files each; links take directories only."""
_CLOCK_SKEW_S: Final = 120
_LEAST_MEMORY: Final = 756 << 20
"""Bytes; Magento's own nginx.conf.sample gives PHP as much. A 2.4.7 was seen to take 445 MB for compiling."""
_UNITS: Final = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30}
"""Of PHP's memory_limit."""


def _finding(facts: HostFacts, weight: Weight, code: str, what: str, remedy: str) -> Finding:
    return Finding(code=code, weight=weight, where=facts.address, what=what, remedy=remedy)


def _tools(facts: HostFacts) -> Iterator[Finding]:
    missing = facts.all("missing")
    if missing:
        yield _finding(
            facts, Weight.BLOCKS, "tools-missing", f"{', '.join(missing)} is missing.",
            "Install it: coreutils, findutils and tar are what a host needs besides PHP.",
        )  # fmt: skip
    for tool, why in (("zstd", "transfers send less"), ("flock", "the lock is stronger")):
        if tool not in facts.all("better"):
            yield _finding(facts, Weight.NOTES, "tool-better", f"With {tool}, {why}.", f"Install {tool}.")


def _space(facts: HostFacts, needed_kb: int) -> Iterator[Finding]:
    free = facts.number("disk_free_kb")
    least = max(needed_kb, _LEAST_FREE_KB)
    if free is None:
        yield _finding(facts, Weight.WARNS, "disk-unknown", "The free space can't be told.", "Look with df.")
    elif free < least:
        yield _finding(
            facts, Weight.BLOCKS if needed_kb and free < needed_kb else Weight.WARNS, "disk-low",
            f"{free >> 10:,} MB are free, {least >> 10:,} MB are wanted.", "Free space, or keep fewer releases.",
        )  # fmt: skip
    inodes = facts.number("inodes_free")
    if inodes is not None and 0 < inodes < _LEAST_INODES:
        yield _finding(
            facts,
            Weight.WARNS,
            "inodes-low",
            f"{inodes:,} inodes are free.",
            "Keep fewer releases, or clean var/.",
        )


def _php(facts: HostFacts, built_with: str) -> Iterator[Finding]:
    if not facts.php_version:
        yield _finding(
            facts, Weight.BLOCKS, "php-missing", "The PHP of the command line does not run.",
            "Set `php` of the host in environments.toml to a PHP that runs there.",
        )  # fmt: skip
    elif built_with and facts.php_minor != ".".join(built_with.split(".")[:2]):
        yield _finding(
            facts, Weight.BLOCKS, "php-differs",
            f"PHP is {facts.php_version} here, the artifact was built with {built_with}.",
            "Build with the same minor version, or set `php` of the host.",
        )  # fmt: skip
    limit = memory(facts.one("memory_limit"))
    if limit is not None and limit < _LEAST_MEMORY:
        yield _finding(
            facts, Weight.WARNS, "php-memory-low",
            f"The PHP of the command line may use {facts.one('memory_limit')} of memory: setup:di:compile and "
            "setup:upgrade end in the middle when that is not enough.",
            'Raise memory_limit for the command line, or set `php = ["php", "-d", "memory_limit=2G"]` for the host.',
        )  # fmt: skip


def memory(text: str) -> int | None:
    """Return PHP's `memory_limit` in bytes; None where it is not known, or there is no limit. Pure."""
    number, unit = text[:-1], text[-1:].upper()
    if unit.isdigit():
        number, unit = text, ""
    if not number.isdigit() or unit not in _UNITS:
        return None
    return int(number) * _UNITS[unit]


def _layout(facts: HostFacts, inventory: Inventory) -> Iterator[Finding]:
    refusal = problem(inventory.occupant, facts.address, "The path")
    if refusal is not None:
        yield _finding(facts, Weight.BLOCKS, refusal.code, refusal.what, refusal.remedy)
    elif inventory.current and inventory.live is None:
        yield _finding(
            facts, Weight.BLOCKS, "current-elsewhere", f"`current` leads to {one_line(inventory.current)}.",
            "Point it to a directory under releases/.",
        )  # fmt: skip
    yield from _rights(facts)
    if inventory.next:
        yield _finding(
            facts, Weight.NOTES, "leftovers", "A switch was prepared and not done.", "The next run clears it."
        )


def _rights(facts: HostFacts) -> Iterator[Finding]:
    owner = "Set `run_as` to the owner of the shop's files, or give the directory to the login."
    places = [] if facts.one("writable") else [facts.one("nearest")]
    others = facts.one("owner")
    for place in (*places, *facts.all("not_writable")):
        if facts.one("read_only"):
            code, what, remedy = "path-read-only", "its file system is read-only", "Mount it writable."
        elif others and others != facts.one("user"):
            code, what, remedy = "path-of-another", f"it belongs to {others}", owner
        else:
            code, what, remedy = "path-not-writable", "its mode forbids it", f"Run: chmod u+rwx {place}"
        told = f"{facts.one('user')} can't write to {place}: {what}."
        yield _finding(facts, Weight.BLOCKS, code, told, remedy)


def _env_php(facts: HostFacts) -> Iterator[Finding]:
    state = facts.one("env_php")
    if state != "there":
        code, what = (
            ("env-missing", "missing") if state == "missing" else ("env-dangling", "a link that leads nowhere")
        )
        yield _finding(
            facts, Weight.BLOCKS, code, f"shared/app/etc/env.php is {what}.",
            "Put the env.php of the installed shop there; mageconsole never makes one.",
        )  # fmt: skip
    elif not facts.one("env_readable"):
        yield _finding(
            facts, Weight.BLOCKS, "env-unreadable", f"{facts.one('user')} can't read shared/app/etc/env.php.",
            "Make it readable for the owner of the shop's files.",
        )  # fmt: skip
    elif not facts.one("env_filled"):
        yield _finding(
            facts, Weight.BLOCKS, "env-empty", "shared/app/etc/env.php is empty.",
            "Restore the env.php of the installed shop from a backup; a full disk may have emptied it.",
        )  # fmt: skip
    elif not facts.one("env_installed"):
        yield _finding(
            facts, Weight.BLOCKS, "env-incomplete", "shared/app/etc/env.php lacks install/date.",
            "It is the stub that Magento writes where the file is missing; restore the real one.",
        )  # fmt: skip


def _processes(facts: HostFacts) -> Iterator[Finding]:
    for file in facts.all("kills_user_processes"):
        yield _finding(
            facts, Weight.BLOCKS, "kills-user-processes",
            f"systemd ends all processes at log-out (KillUserProcesses in {file}).",
            "Set KillUserProcesses=no, or name the login in KillExcludeUsers: a deployment would die with the line.",
        )  # fmt: skip


def _leftovers(facts: HostFacts) -> Iterator[Finding]:
    left = facts.all("leftover")
    if left:
        yield _finding(
            facts, Weight.NOTES, "leftovers", f"Left over from an earlier run: {', '.join(left[:5])}.",
            "The next run clears them; a live release is never one of them.",
        )  # fmt: skip


def clocks(all_facts: tuple[HostFacts, ...], now: float) -> Iterator[Finding]:
    """Find hosts whose clock is far from the console's."""
    for facts in all_facts:
        clock = facts.number("clock")
        if clock is not None and abs(clock - now) > _CLOCK_SKEW_S:
            yield _finding(
                facts, Weight.WARNS, "clock-skew", f"The clock is {clock - now:+.0f} s off the console's.",
                "Let NTP set it: logs and locks are read by time.",
            )  # fmt: skip


def findings(
    environment: Environment,
    facts: HostFacts,
    inventory: Inventory | None = None,
    *,
    built_with: str = "",
    needed_kb: int = 0,
) -> list[Finding]:
    """Return what would hurt on one host of an environment."""
    found = [*_tools(facts), *_space(facts, needed_kb), *_processes(facts), *_leftovers(facts)]
    if environment.role is not Role.DEVELOPMENT:
        found += _php(facts, built_with)
    if environment.role in (Role.STAGING, Role.PRODUCTION):
        found += [*(_layout(facts, inventory) if inventory else _rights(facts)), *_env_php(facts)]
    else:
        found += _rights(facts)
    return found
