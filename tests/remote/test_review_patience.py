"""A host that stays out of reach leaves its task unknown: a resumed job joins it instead of running it again."""

import pytest

from core.errors import ConsoleError
from core.jobs.links import Unreachable
from core.remote.patience import patiently
from core.ssh.host import LinkLost


async def _given_up(error: ConsoleError) -> ConsoleError:
    async def call() -> None:
        raise error

    with pytest.raises(ConsoleError) as caught:
        await patiently(call, "following a task", limit_s=0)
    assert caught.value.code == "host-lost"
    return caught.value


async def test_it_stays_unknown() -> None:
    assert isinstance(await _given_up(LinkLost("connection-lost", "gone")), LinkLost)
    assert isinstance(await _given_up(ConsoleError("connection-refused", "restarting")), LinkLost)


async def test_the_job_does_not_begin_the_step_again_by_itself() -> None:
    assert isinstance(await _given_up(Unreachable("host-unreachable", "gone")), Unreachable)


async def test_another_error_is_itself() -> None:
    async def call() -> None:
        raise ConsoleError("login-denied", "no")

    with pytest.raises(ConsoleError) as caught:
        await patiently(call, "following a task", limit_s=0)
    assert not isinstance(caught.value, LinkLost)
