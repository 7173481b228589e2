"""What is old says how old it is; what is out of reach keeps its last known state, dimmed."""

import msgspec
import pytest

from core.console.snapshot import EnvironmentSnapshot
from core.jobs.events import Failure
from tests.tui.snapshots.shown import NOW, snapshot
from tui.pipeline.pane import pane_rows
from tui.pipeline.rows import plain
from tui.pipeline.standing import age

_LOST = Failure(code="host-unreachable", what="No answer within 15 s.", where="here", remedy="Look.")


def _production(*lost: bool, seen: float = NOW - 900) -> EnvironmentSnapshot:
    """Return production, with those hosts out of reach since they were seen last."""
    found = snapshot().environments[-1]
    hosts = (
        msgspec.structs.replace(host, failure=_LOST if gone else None, seen=seen)
        for host, gone in zip(found.hosts, lost, strict=True)
    )
    return msgspec.structs.replace(found, hosts=tuple(hosts))


@pytest.mark.parametrize(("seconds", "told"), [(15, ""), (900, "15 min ago"), (7300, "2 h ago")])
def test_how_old_it_is(seconds: float, told: str) -> None:
    assert age(_production(False, False, seen=NOW - seconds), NOW) == told


def test_a_lost_environment_stays_as_it_was_dimmed_with_its_age() -> None:
    rows = pane_rows(_production(True, True), 28, "15 min ago")
    assert "51aa07d" in plain(rows) and "seen 15 min ago" in plain(rows) and "unreachable" in plain(rows)
    styles = {span.style for row in rows for span in row if span.text.strip()}
    assert styles == {"dim", "bad"}


def test_nothing_is_dimmed_while_a_host_answers_for_all() -> None:
    environment = _production(True, False)
    assert environment.first.address.startswith("deploy@web2")
    commit = pane_rows(environment, 28)[0][0]
    assert (commit.text.strip(), commit.style) == ("51aa07d", "bold")
