"""What a plan rests on: anything that moved is told in words, and refused."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.actions.pins import environment_pin, refuse_moved
from core.errors import Exit, Refused
from core.model.pins import moved
from core.model.plan import Pin
from tests.pipeline.shop import OLD, PINS, RELEASE, WEB1, custom, environment

_pins = st.lists(
    st.builds(
        Pin,
        st.sampled_from(["release", "file"]),
        st.sampled_from(["web1", "web2"]),
        st.sampled_from(["current", "env.php"]),
        st.sampled_from(["a", "b", "-"]),
    ),
    unique_by=lambda pin: (pin.kind, pin.host, pin.key),
).map(tuple)


def test_nothing_has_moved() -> None:
    assert moved(PINS, PINS) == ()
    refuse_moved(PINS, tuple(reversed(PINS)), "production")


@given(_pins, _pins)
def test_as_many_are_told_as_have_another_digest_now(before: tuple[Pin, ...], now: tuple[Pin, ...]) -> None:
    other = [
        pin
        for pin in before
        for there in now
        if (pin.kind, pin.host, pin.key) == (there.kind, there.host, there.key) and pin.digest != there.digest
    ]
    assert len(moved(before, now)) == len(other)


def test_what_is_not_read_again_counts_as_it_was() -> None:
    assert moved(PINS, PINS[:1]) == ()


def test_another_live_release_is_named_with_both() -> None:
    now = (*PINS[:2], Pin("release", WEB1.address, "current", RELEASE))
    (told,) = moved(PINS, now)
    assert OLD in told and RELEASE in told and WEB1.address in told
    with pytest.raises(Refused) as error:
        refuse_moved(PINS, now, "production")
    assert (error.value.code, error.value.exit_code) == ("plan-stale", Exit.REFUSED)
    assert told in error.value.what


def test_a_changed_file_is_named_without_its_digest() -> None:
    (told,) = moved(PINS, (Pin("file", WEB1.address, "env.php", "f" * 64),))
    assert "env.php" in told and WEB1.address in told
    assert "f" * 8 not in told and "e" * 8 not in told


def test_a_changed_part_of_environments_toml_is_told_as_such() -> None:
    (told,) = moved((environment_pin(environment()),), (environment_pin(environment(keep_releases=2)),))
    assert "production" in told and "environments.toml" in told


def test_every_key_of_an_environment_is_part_of_its_pin() -> None:
    usual = environment_pin(environment())
    assert environment_pin(environment()) == usual
    for changed in (
        {"maintenance": "never"}, {"health": None}, {"hosts": (WEB1,)}, {"steps": (custom(),)}, {"cron": "none"},
    ):  # fmt: skip
        assert environment_pin(msgspec.structs.replace(environment(), **changed)).digest != usual.digest
