"""Errors that people meet, and their exit codes."""

import pytest

from core.errors import ConsoleError, Exit, Refused


def test_an_error_tells_where_what_and_what_next() -> None:
    error = ConsoleError("no-route", "The host does not answer.", where="web1", remedy="Look at its network.")
    assert str(error) == "web1: The host does not answer. [no-route]\n  Look at its network."
    assert error.exit_code is Exit.FAILED


def test_an_error_of_the_console_itself() -> None:
    assert str(ConsoleError("bad-thing", "It is bad.")) == "It is bad. [bad-thing]"


def test_refused_is_an_error_with_its_own_exit_code() -> None:
    with pytest.raises(ConsoleError) as caught:
        raise Refused("locked", "Somebody else is at work.")
    assert caught.value.exit_code is Exit.REFUSED


def test_exit_codes_are_those_of_the_documentation() -> None:
    assert {item.name: item.value for item in Exit} == {
        "DONE": 0,
        "FAILED": 1,
        "USAGE": 2,
        "REFUSED": 3,
        "CANCELLED": 4,
        "STOPPED": 5,
    }
