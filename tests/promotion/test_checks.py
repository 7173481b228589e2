"""What the facts of a host mean: what hurts blocks, what helps is noted, and each says what to do."""

from typing import Any

import pytest

from core.actions.checks.facts import HostFacts, parse
from core.actions.checks.finding import Finding, Weight
from core.actions.checks.findings import clocks, findings
from core.environments.model import Environment, Role
from core.release.inventory import Inventory
from core.release.occupant import Kind, Occupant, problem
from tests.pipeline.shop import environment

GOOD = """\
user=deploy
owner=deploy
nearest=/srv/acme
writable=1
better=zstd
better=flock
php=PHP 8.2.29 (cli) (built: Jul  3 2025)
disk_free_kb=90000000
inodes_free=9000000
clock=1000000
env_php=there
env_readable=1
env_filled=1
env_installed=1
"""


KNOWN = {
    "tools-missing", "tool-better", "disk-low", "disk-unknown", "inodes-low", "php-missing", "php-differs",
    "env-dangling", "env-missing", "env-unreadable", "env-empty", "env-incomplete", "kills-user-processes",
    "php-memory-low", "path-read-only", "path-of-another", "path-not-writable", "leftovers", "current-elsewhere",
    *(code for kind in Kind if (refusal := problem(Occupant(kind), "web1", "x")) for code in (refusal.code,)),
}  # fmt: skip
"""What is tested here: what rests on facts that a good host tells."""


def found(*lines: str, without: str = "", role: Role = Role.PRODUCTION, **more: Any) -> dict[str, Finding]:
    """Return the findings by code for a good host, with some lines changed or left out."""
    changed = {line.partition("=")[0] for line in lines}
    kept = [line for line in GOOD.splitlines() if line.partition("=")[0] not in {*changed, without}]
    facts = parse("web1", "\n".join([*kept, *lines]).encode())
    target: Environment = environment(role=role)
    return {finding.code: finding for finding in findings(target, facts, **more) if finding.code in KNOWN}


def test_a_good_host_has_no_finding() -> None:
    assert found() == {}
    assert found(inventory=Inventory(address="web1", occupant=Occupant(Kind.NOTHING))) == {}


@pytest.mark.parametrize(
    ("limit", "low"),
    [("-1", False), ("2G", False), ("756M", False), ("128M", True), ("134217728", True), ("524288K", True), ("", False)],
)  # fmt: skip
def test_a_php_that_would_end_in_the_middle_for_want_of_memory_is_told(limit: str, low: bool) -> None:
    assert ("php-memory-low" in found(f"memory_limit={limit}")) is low


def test_noise_of_start_up_files_is_passed_over() -> None:
    facts = parse("web1", b"Welcome!\n\x1b[31mbad key=1\nphp=PHP 8.2.1\nphp\n=x\nowner=\xff\x1b[31mme\n")
    assert facts.php_version == "8.2.1" and facts.php_minor == "8.2"
    assert set(facts.values) == {"php", "owner"}
    assert facts.one("owner").isprintable() and facts.one("not there") == ""


@pytest.mark.parametrize(
    ("text", "number"), [("12", 12), ("-3", -3), ("", None), ("many", None), ("1 2", None)]
)
def test_a_number_that_is_none_is_unknown(text: str, number: int | None) -> None:
    assert HostFacts(address="web1", values={"n": (text,)}).number("n") == number


@pytest.mark.parametrize(
    ("lines", "without", "code"),
    [
        (["missing=tar"], "", "tools-missing"),
        ([], "php", "php-missing"),
        ([], "env_php", "env-dangling"),
        (["env_php=missing"], "", "env-missing"),
        ([], "env_readable", "env-unreadable"),
        ([], "env_filled", "env-empty"),
        ([], "env_installed", "env-incomplete"),
        (["kills_user_processes=/etc/systemd/logind.conf"], "", "kills-user-processes"),
        (["read_only=1"], "writable", "path-read-only"),
        (["owner=root"], "writable", "path-of-another"),
        ([], "writable", "path-not-writable"),
    ],
)
def test_what_keeps_a_promotion_from_running(lines: list[str], without: str, code: str) -> None:
    told = found(*lines, without=without)
    assert list(told) == [code]
    assert told[code].weight is Weight.BLOCKS
    assert told[code].where == "web1" and told[code].what and told[code].remedy


@pytest.mark.parametrize(
    ("lines", "without", "code", "weight"),
    [
        (["disk_free_kb=1000"], "", "disk-low", Weight.WARNS),
        ([], "disk_free_kb", "disk-unknown", Weight.WARNS),
        (["inodes_free=10"], "", "inodes-low", Weight.WARNS),
        (["better=flock"], "", "tool-better", Weight.NOTES),
        (["leftover=current.next"], "", "leftovers", Weight.NOTES),
    ],
)
def test_what_is_only_worth_knowing(lines: list[str], without: str, code: str, weight: Weight) -> None:
    told = found(*lines, without=without)
    assert list(told) == [code] and told[code].weight is weight and told[code].remedy


def test_a_disk_that_the_artifact_does_not_fit_on_blocks() -> None:
    assert found("disk_free_kb=2000000", needed_kb=3000000)["disk-low"].weight is Weight.BLOCKS
    assert "disk-low" not in found("disk_free_kb=4000000", needed_kb=3000000)


def test_a_file_system_without_a_count_of_inodes_is_no_finding() -> None:
    assert found("inodes_free=0") == {} == found(without="inodes_free")


@pytest.mark.parametrize(
    ("built", "differs"), [("8.2.1", False), ("8.3.0", True), ("8.20.1", True), ("", False)]
)
def test_the_php_that_built_it_has_to_be_of_the_same_minor(built: str, differs: bool) -> None:
    assert ("php-differs" in found(built_with=built)) is differs


def test_what_lies_at_the_path_is_told_as_what_it_is() -> None:
    for kind in Kind:
        told = found(inventory=Inventory(address="web1", occupant=Occupant(kind)))
        assert bool(told) is (kind not in (Kind.NOTHING, Kind.OURS)), kind
        assert all(finding.weight is Weight.BLOCKS for finding in told.values())


def test_only_targets_need_env_php() -> None:
    for role in Role:
        assert bool(found("env_php=missing", role=role)) is (role in (Role.STAGING, Role.PRODUCTION))


@pytest.mark.parametrize(("off", "told"), [(0, False), (119, False), (121, True), (-121, True)])
def test_a_clock_that_is_off(off: int, told: bool) -> None:
    facts = parse("web1", f"clock={1_000_000 + off}".encode())
    assert bool(list(clocks((facts,), 1_000_000.0))) is told
    assert not list(clocks((parse("web1", b""),), 1_000_000.0))
