"""What is told of how a shop is served before a promotion: short, and what has to be known then."""

from core.actions.checks.finding import Finding, Weight
from core.actions.promotion.check_target import _serving


def _finding(code: str, weight: Weight, what: str = "What is wrong.") -> Finding:
    return Finding(code=code, weight=weight, where="web1", what=what, remedy="Do this.")


def test_findings_of_one_kind_are_one_warning() -> None:
    (told,) = _serving([_finding("fpm-cannot-write", Weight.WARNS, f"Place {number}.") for number in range(3)])
    assert told.weight is Weight.WARNS
    assert told.what == "Place 0. And 2 more of this kind."


def test_nothing_blocks_that_the_health_check_decides() -> None:
    (told,) = _serving([_finding("opcache-by-link", Weight.BLOCKS)])
    assert told.weight is Weight.WARNS


def test_of_the_notes_only_a_crontab_without_this_shop_is_told() -> None:
    (told,) = _serving([_finding("opcache-unknown", Weight.NOTES), _finding("cron-empty", Weight.NOTES)])
    assert (told.code, told.weight, told.what) == ("cron-empty", Weight.WARNS, "What is wrong. Do this.")
