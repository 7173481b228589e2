"""The first screen: which key promotes what, from wherever one stands; and at every size its lines are lines."""

import time

import pytest
from msgspec.structs import replace

from core.console.protocol import Push
from tests.tui.showing import lines, shows, text, until
from tests.tui.snapshots.shown import NOW, StillConsole
from tui.messages import Looked


async def test_each_gap_says_the_keys_that_bring_it_over(app: StillConsole) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("4")
        await until(pilot, lambda found: "▶ p promote" in found, "one key away")
        await pilot.press("1")
        await until(pilot, lambda found: "▶ 3 p promote" in found, "two keys away")
        await pilot.press("3", "p")
        await shows(pilot, "nothing has been changed yet")


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_the_keys_of_a_gap_can_be_clicked(app: StillConsole, size: tuple[int, int]) -> None:
    async with app.run_test(size=size) as pilot:
        await pilot.press("1")
        found = (await until(pilot, lambda found: "3 p promote" in found, "its keys")).splitlines()
        row = next(at for at, line in enumerate(found) if "3 p promote" in line)
        await pilot.click(offset=(found[row].index("p promote"), row))
        await shows(pilot, "nothing has been changed yet")


async def test_what_was_not_built_yet_is_one_key_away(app: StillConsole) -> None:
    known = app.looker.known
    development = known.environments[0]
    host = development.hosts[0]
    assert host.development is not None
    ahead = replace(development, hosts=(replace(host, development=replace(host.development, commit="a" * 40)),))
    async with app.run_test(size=(120, 36)) as pilot:
        await until(pilot, lambda found: "b build" not in found.splitlines()[21], "in step: nothing to build")
        app.looker.known = replace(known, environments=(ahead, *known.environments[1:]))
        app.screen.post_message(Looked(Push(environment=ahead)))
        await until(pilot, lambda found: "▶ b build" in found, "ahead of the build")


async def test_hosts_keep_to_their_lines_when_the_terminal_shrinks(app: StillConsole) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("4")
        await shows(pilot, "free of")
        await pilot.resize_terminal(80, 24)
        await until(pilot, lambda found: "free of" not in found, "what has room")
        for line in lines(app):
            assert not line.startswith(" web") or " ago" in line or "No answer" in line


async def test_a_refusal_goes_when_something_else_is_done(app: StillConsole) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("1", "p")
        await shows(pilot, "Not now: development reaches the others by a build")
        await pilot.press("2")
        await until(pilot, lambda found: "Not now" not in found, "gone")
        app.say("an error", "bad")
        await pilot.press("3")
        await pilot.pause()
        assert "an error" in text(app)


async def test_several_development_systems_share_a_pane(app: StillConsole) -> None:
    first = app.looker.known.environments[0]
    other = replace(first, name="dev-bo")
    app.looker.known = replace(app.looker.known, environments=(*app.looker.known.environments, other))
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("1")
        await shows(pilot, "▶ 1 development", "1 of 2  d next")
        await pilot.press("d")
        await shows(pilot, "▶ 1 dev-bo", "2 of 2  d next", "4 production")
        await pilot.resize_terminal(80, 24)
        await until(pilot, lambda found: "2 of 2  d" in found.splitlines()[2], "in its row")
    assert app.memory.now.development == "dev-bo"


async def test_a_pane_says_why_a_host_is_out_of_reach(
    app: StillConsole, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "time", lambda: NOW)
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("1")  # also when another pane has the focus
        pane = [line[90:] for line in (await shows(pilot, "1 of 2 unreachable")).splitlines()]
        at = next(at for at, line in enumerate(pane) if "1 of 2 unreachable" in line)
        assert "No answer within 15 s." in pane[at + 1]
