"""Bad input is told with a code of its own, what to do and the right exit code, and changes nothing."""

import pytest

from tests.hardening import bad_builds, bad_files, bad_hosts, bad_state, bad_targets
from tests.hardening.product import Told
from tests.hardening.stage import Stage
from tests.hardening.table import Bad, remedy_of
from tests.hardening.trees import changed

pytestmark = pytest.mark.xdist_group("hardening")
ROWS = [
    row for module in (bad_files, bad_hosts, bad_targets, bad_builds, bad_state) for row in module.TABLE.rows
]
_ALWAYS = ("hosts/*/requests.jsonl", "ran.jsonl")
"""The demo's own book of what was asked of it."""
_CONTROL = frozenset(range(0x20)) - {0x0A, 0x09}


def shows_text_only(told: Told) -> bool:
    """Tell whether a terminal would only show what was written: valid UTF-8 without control characters."""
    return not any(
        ord(sign) in _CONTROL or 0x7F <= ord(sign) <= 0x9F
        for sign in (told.out + told.err).decode("utf-8", "strict")
    )


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_bad_input_is_told_and_changes_nothing(stage: Stage, row: Bad) -> None:
    words = row.arrange(stage) or row.words
    before, jobs = stage.trees.look(), stage.jobs()
    told = stage.run(*words)
    new = [job for job in stage.jobs() if job not in jobs]
    numbers = [f"state/jobs/.numbers/{number}" for number in range(len(jobs) + 1, len(jobs) + len(new) + 1)]
    own = [pattern for job in new for pattern in (f"state/jobs/{job}", f"state/jobs/{job}/*")]
    assert f"[{row.code}]" in told.text, told.text
    assert told.exit == row.exit, told.text
    assert remedy_of(told.text, row.code), told.text
    assert row.says in told.text, told.text
    assert shows_text_only(told), told.text
    assert changed(before, stage.trees.look(), (*_ALWAYS, *row.may, *own, *numbers)) == []


def test_different_causes_have_different_codes() -> None:
    codes = [row.code for row in ROWS if not row.same_cause]
    assert len(codes) == len(set(codes))
    assert len({row.name for row in ROWS}) == len(ROWS) >= 40
