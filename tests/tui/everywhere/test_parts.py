"""Jump mode, one part alone, the help: how one gets about on a screen."""

from tests.tui.showing import lines, shows, text, until
from tests.tui.snapshots.shown import StillConsole
from tui.screens.environment import EnvironmentScreen
from tui.screens.jump import targets
from tui.screens.pipeline import PipelineScreen


async def test_each_part_bears_its_letter_at_its_own_corner(app: StillConsole) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.pause()
        places = {letter: part.region.offset for letter, part in targets(app.screen).items()}
        assert len(places) >= 5
        await pilot.press("semicolon")
        await shows(pilot, "a letter goes to its part")
        seen = lines(app)
        for letter, (x, y) in places.items():
            assert seen[y][x : x + 3] == f" {letter} "
        await pilot.press("f")
        await pilot.pause()
        assert app.focused is not None and app.focused.id == "pane-4"


async def test_a_pane_alone_says_everything_and_z_leads_back(app: StillConsole) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("4", "z")
        await shows(pilot, "inodes", "No answer within")
        assert isinstance(app.screen, EnvironmentScreen)
        await pilot.press("z")
        await pilot.pause()
        assert isinstance(app.screen, PipelineScreen)


async def test_a_part_alone_keeps_header_and_keys_and_esc_shows_all_again(app: StillConsole) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("j", "escape", "r")
        await shows(pilot, "the one before")
        whole = text(app)
        await pilot.press("z")
        alone = await shows(pilot, "z or esc shows all parts again")
        assert "releases of production" in alone and "esc back" in alone
        assert "artifact " not in alone  # the part below the list
        assert lines(app)[-3].startswith("┗")
        await pilot.press("escape")
        await shows(pilot, "artifact ")
        assert text(app) == whole
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(app.screen, PipelineScreen)


async def test_a_key_that_leads_elsewhere_shows_all_parts_again(app: StillConsole) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("4", "tab", "z")
        await shows(pilot, "z or esc shows all parts again")
        assert "1 development" not in text(app)
        await pilot.press("2")
        await shows(pilot, "1 development", "3 staging")


async def test_the_help_uses_our_words_and_hides_keys_that_move_nothing(app: StillConsole) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("tab", "tab", "tab", "tab", "question_mark")
        page = await shows(pilot, "Keys")
        await pilot.press("end")
        page += await shows(pilot, "Everywhere", "The next part")
        await pilot.press("n")
        await shows(pilot, "focus-next", "copy")
        for strange in ("Scroll", "Focus Next", "Page Left", "super"):
            assert strange not in page


async def test_a_long_sentence_above_the_keys_is_read_whole(app: StillConsole) -> None:
    sentence = "this can't be done before " + "something else is done, " * 5 + "and that is the end"
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        app.say(sentence, "attention")
        await pilot.pause()
        found = await until(pilot, lambda found: "that is the end" in " ".join(found.split()), "its end")
        assert " ".join(found.split()).count("something else is done,") == 5
        app.say("short")
        await until(pilot, lambda found: found.splitlines()[-2].strip() == "short", "one line again")
