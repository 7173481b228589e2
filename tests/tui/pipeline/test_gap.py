"""What stands between two panes while one of them was not seen yet: nothing is known, which is not "nothing"."""

import pytest

from core.console.snapshot import EnvironmentSnapshot, HostSnapshot
from core.environments.model import Role
from tui.pipeline.gap import gap_text


def _system(role: Role, seen: float | None) -> EnvironmentSnapshot:
    return EnvironmentSnapshot(name=role.value, role=role, hosts=(HostSnapshot(address="web1", seen=seen),))


@pytest.mark.parametrize(
    ("source", "target", "told"),
    [
        (None, 1.0, "not seen yet"),
        (1.0, None, "not seen yet"),
        (1.0, 1.0, "nothing to promote yet"),
    ],
)
def test_what_was_not_seen_is_not_told_as_empty(source: float | None, target: float | None, told: str) -> None:
    assert gap_text(None, _system(Role.STAGING, source), _system(Role.PRODUCTION, target))[0] == told
