"""Last promoted, candidate and live: what comes in, and what a person has to decide."""

import itertools

import pytest

from core.magento.scope import DEFAULT
from core.settings.column import ABSENT, Possible
from core.settings.hand_changes import hand_changes
from core.settings.layers import Values
from core.settings.three_way import Outcome, config_of, three_way
from tests.settings.systems import KEY, system


def side(value: Possible) -> Values:
    return {DEFAULT: {} if value is ABSENT else {"a/b/c": value}}


@pytest.mark.parametrize(
    ("last", "candidate", "live", "outcome"),
    [
        ("1", "1", "1", None),
        ("1", "2", "1", Outcome.INCOMING),
        ("1", "1", "2", Outcome.BY_HAND),
        ("1", "2", "2", Outcome.AGREED),
        ("1", "2", "3", Outcome.CONFLICT),
        (ABSENT, "1", ABSENT, Outcome.INCOMING),
        ("1", ABSENT, "1", Outcome.INCOMING),
        ("1", ABSENT, "2", Outcome.CONFLICT),
        (ABSENT, ABSENT, "1", Outcome.BY_HAND),
        ("1", "1", ABSENT, Outcome.BY_HAND),
        (ABSENT, "1", "2", Outcome.CONFLICT),
        ("1", 1, True, None),
        ("1", None, "1", Outcome.INCOMING),
        (None, ABSENT, None, Outcome.INCOMING),
    ],
)
def test_the_outcome_for_one_setting(
    last: Possible, candidate: Possible, live: Possible, outcome: Outcome | None
) -> None:
    found = three_way(side(last), side(candidate), side(live))
    assert [item.outcome for item in found] == ([] if outcome is None else [outcome])
    assert all((item.last, item.candidate, item.live) == (last, candidate, live) for item in found)


def test_a_live_change_is_never_overwritten_unseen() -> None:
    """Whatever the values: where live differs from both others, a person decides."""
    for last, candidate, live in itertools.product(("1", "2", "3", None, ABSENT), repeat=3):
        found = three_way(side(last), side(candidate), side(live))
        overwritten = live != last and live != candidate
        assert any(item.outcome.needs_decision for item in found) == overwritten


def test_secrets_are_compared_too_and_not_told() -> None:
    sides = [
        config_of(system(config={"payment/payflowpro/pwd": value}))
        for value in ("first one", "first one", "by hand")
    ]
    found = three_way(*sides)
    assert [item.outcome for item in found] == [Outcome.BY_HAND]
    assert "by hand" not in f"{found}".replace("changed by hand", "")
    assert KEY.decode() not in f"{found}"


BEFORE = b"""<?php return ['modules' => ['A' => 1, 'B' => 1],
    'system' => ['default' => ['a' => ['b' => ['c' => '1', 'd' => '1']]]]];"""


@pytest.mark.parametrize(
    ("candidate", "live", "told"),
    [
        (BEFORE, BEFORE, ()),
        (BEFORE, BEFORE.replace(b"'c' => '1'", b"'c' => '2'"), ("a/b/c",)),
        (BEFORE.replace(b"'c' => '1'", b"'c' => '2'"), BEFORE.replace(b"'c' => '1'", b"'c' => '2'"), ()),
        (
            BEFORE.replace(b"'c' => '1'", b"'c' => '3'"),
            BEFORE.replace(b"'c' => '1'", b"'c' => '2'"),
            ("a/b/c",),
        ),
        (BEFORE.replace(b"'d' => '1'", b"'d' => '9'"), BEFORE, ()),
        (
            BEFORE,
            BEFORE.replace(b"'B' => 1", b"'B' => 0").replace(b"'d' => '1'", b"'d' => '2'"),
            ("a/b/d", "modules"),
        ),
        (BEFORE, BEFORE.replace(b"'A' => 1, 'B' => 1", b"'B' => 1, 'A' => 1"), ("modules",)),
        (BEFORE.replace(b"'A' => 1, 'B'", b"'C' => 1, 'B'"), BEFORE, ()),
        (BEFORE, b"<?php return [", None),
    ],
)
def test_what_a_live_file_alone_has(candidate: bytes, live: bytes, told: tuple[str, ...] | None) -> None:
    assert hand_changes(BEFORE, candidate, live) == told
