"""The first screen: which key promotes what, from wherever one stands; and at every size its lines are lines."""

from tests.tui.showing import lines, shows, text, until
from tests.tui.snapshots.shown import StillConsole


async def test_each_gap_says_the_keys_that_bring_it_over(app: StillConsole) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("4")
        await until(pilot, lambda found: "▶ p promote" in found, "one key away")
        await pilot.press("1")
        await until(pilot, lambda found: "▶ 3 p promote" in found, "two keys away")
        await pilot.press("3", "p")
        await shows(pilot, "nothing has been changed yet")


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
