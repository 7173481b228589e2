"""What the prober saw, held against a slow and plain way of counting; what a health answer lacks."""

from itertools import takewhile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.actions.promotion.exemption import with_self
from core.actions.promotion.health import complaint
from core.actions.promotion.prober import INTERVAL_S, seen
from core.magento.ask_result import Answer

_STEP_MS = 100


@st.composite
def _series(draw: st.DrawFn) -> list[Answer]:
    """Answers of one host, in the order of its clock, at tenths of seconds."""
    at = 0
    found = []
    for gap, status in draw(st.lists(st.tuples(st.integers(1, 30), st.sampled_from([200, 200, 0, 500, 503])))):
        at += gap
        found.append(Answer(at * _STEP_MS / 1000, status, 1.0))
    return found


def _ended(asked: list[Answer]) -> list[Answer]:
    """Let a series that ends in silence end in an answer: now, but no sooner than the next would have come."""
    silent = list(takewhile(lambda answer: answer.status != 200, reversed(asked)))
    if not silent:
        return asked
    return [*asked, Answer(max(asked[-1].at, silent[-1].at + INTERVAL_S), 200, 1.0)]


def _slowly(asked: list[Answer]) -> float:
    """Count the tenths of seconds at which the shop was not there: after a failure, before the next answer."""
    silent = 0
    for tenth in range(round(asked[-1].at * 1000) // _STEP_MS if asked else 0):
        before = [answer for answer in asked if round(answer.at * 1000) <= tenth * _STEP_MS]
        silent += bool(before and before[-1].status != 200)
    return silent * _STEP_MS / 1000


@given(_series())
def test_the_time_without_an_answer(asked: list[Answer]) -> None:
    found = seen(asked, 200)
    assert found.asked == len(asked)
    assert found.failed == sum(answer.status != 200 for answer in asked)
    assert found.unanswered_s == pytest.approx(_slowly(_ended(asked)), abs=0.001)


def test_a_shop_that_answers_as_expected_was_never_away() -> None:
    closed = [Answer(float(second), 503, 1.0) for second in range(5)]
    assert seen(closed, 503).failed == 0
    assert seen(closed, 503).unanswered_s == 0
    assert seen(closed, 200).failed == 5


def test_one_lost_answer_is_time_too() -> None:
    assert seen([Answer(1.0, 200, 1.0), Answer(1.2, 0, 1.0)], 200).unanswered_s > 0


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (Answer(0, 200, 1.0, "17"), ""),
        (Answer(0, 200, 1.0, ""), ""),
        (Answer(0, 200, 1.0, "16"), "16"),
        (Answer(0, 503, 1.0, "17"), "503"),
        (Answer(0, 0, 1.0, error="connection refused"), "connection refused"),
        (Answer(0, 0, 1.0), "nothing listens"),
        (None, "no answer"),
    ],
)
def test_what_is_wrong_with_an_answer(answer: Answer | None, says: str) -> None:
    told = complaint(answer, 200, "17")
    assert bool(told) is bool(says) and says in told


def test_an_old_php_cache_is_no_health_though_it_answers_200() -> None:
    assert complaint(Answer(0, 200, 1.0, "16"), 200, "17") != ""
    assert complaint(Answer(0, 200, 1.0, "16"), 200, "") == ""


def test_what_a_host_says_can_not_paint_on_the_terminal() -> None:
    for answer in (
        Answer(0, 0, 1.0, error="\x1b]0;owned\x07\x1b[31mno\nroute"),
        Answer(0, 200, 1.0, "\x1b[2J16"),
    ):
        assert complaint(answer, 200, "17").isprintable()


@given(st.text(alphabet="0123456789., :abcdef\n"))
def test_the_host_itself_is_let_in_once_and_nobody_is_sent_away(addresses: str) -> None:
    before = [part.strip() for part in addresses.split(",") if part.strip()]
    after = with_self(addresses).split(",")
    assert after[: len(before)] == before
    assert {"127.0.0.1", "::1"} <= set(after)
    assert with_self(with_self(addresses)) == with_self(addresses)


def test_an_address_that_only_begins_like_the_own_is_another() -> None:
    assert with_self("127.0.0.10").split(",")[:3] == ["127.0.0.10", "127.0.0.1", "::1"]


def test_a_web_server_on_the_hosts_own_address_lets_it_in_too() -> None:
    after = with_self("203.0.113.9", "10.0.0.12").split(",")
    assert after[0] == "203.0.113.9"
    assert {"10.0.0.12", "::ffff:10.0.0.12", "::ffff:127.0.0.1"} <= set(after)
