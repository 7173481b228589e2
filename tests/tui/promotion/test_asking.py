"""The questions: no is what Enter means, a repeated Enter is no answer, a name has to be there letter by letter."""

from typing import Any

import msgspec
import pytest
from textual.app import App
from textual.containers import Vertical
from textual.pilot import Pilot
from textual.widgets import Input

from tests.tui.showing import text
from tui.screens.approve import ApproveScreen, Question
from tui.screens.reason import ReasonScreen
from tui.themes import OURS
from tui.widgets.answer import Answer
from tui.widgets.consent import Consent
from tui.widgets.lines import Lines

WITH_NAME = Question(
    title="Approve", name="production", yes="Approve", no="Cancel",
    parts=(("What will happen", ("web1 is closed.",)), ("How you come back", ("Roll back.",))),
)  # fmt: skip
YES_OR_NO = Question(title="Approve", parts=(("What will happen", ("stg switches.",)),))


class Asking(App[None]):
    """Asks one question, and keeps the answer."""

    def __init__(self, screen: ApproveScreen | ReasonScreen) -> None:
        super().__init__()
        self.register_theme(OURS[0])
        self.theme = OURS[0].name
        self.asked = screen
        self.answers: list[Any] = []

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Know the console's own variables."""
        return {"quiet": "#888888", "busy": "#b99cf2"}

    def on_mount(self) -> None:
        """Ask."""
        self.push_screen(self.asked, self.answers.append)


async def asked(pilot: Pilot[None], app: Asking) -> None:
    """Wait until the question can be answered."""
    await pilot.pause()
    assert app.screen is app.asked


async def test_enter_means_no_and_the_name_approves() -> None:
    app = Asking(ApproveScreen(WITH_NAME, dead_s=0))
    async with app.run_test() as pilot:
        await asked(pilot, app)
        assert app.focused is not None and app.focused.id == "no"
        assert app.screen.query_one("#yes", Answer).disabled
        await pilot.press(*"productio", "enter")
        assert app.answers == [] and app.screen.query_one(Input).value == "productio"
        await pilot.press("n")
        assert not app.screen.query_one("#yes", Answer).disabled
        await pilot.press("enter")
        assert app.answers == [True]


async def test_what_is_to_be_agreed_to_is_asked_for_by_itself() -> None:
    question = msgspec.structs.replace(WITH_NAME, also="I stay until it has ended")
    app = Asking(ApproveScreen(question, dead_s=0))
    async with app.run_test() as pilot:
        await asked(pilot, app)
        consent, yes = app.screen.query_one(Consent), app.screen.query_one("#yes", Answer)
        assert "[ ] I stay until it has ended   space agrees" in text(app)
        await pilot.press(*"production", "enter")
        assert app.answers == [] and yes.disabled and app.focused is consent
        await pilot.press("space")
        assert "[x] I stay until it has ended" in text(app) and not yes.disabled
        await pilot.press("enter")  # takes it back
        assert yes.disabled and not consent.given
        await pilot.click(consent)
        assert not yes.disabled
        yes.focus()
        await pilot.press("enter")
        assert app.answers == [True]


async def test_another_name_never_approves() -> None:
    app = Asking(ApproveScreen(WITH_NAME, dead_s=0))
    async with app.run_test() as pilot:
        await asked(pilot, app)
        for letters in ("staging", "X"):
            await pilot.press(*letters, "enter")
            assert app.screen.query_one("#yes", Answer).disabled and app.answers == []
        await pilot.press("escape")
        assert app.answers == [False]


async def test_what_was_enough_is_no_longer_once_a_letter_is_added() -> None:
    app = Asking(ApproveScreen(WITH_NAME, dead_s=0))
    async with app.run_test() as pilot:
        await asked(pilot, app)
        await pilot.press(*"productions", "enter")
        assert app.answers == [] and app.screen.query_one("#yes", Answer).disabled


@pytest.mark.parametrize("question", [WITH_NAME, YES_OR_NO])
async def test_a_repeated_enter_is_no_answer(question: Question) -> None:
    app = Asking(ApproveScreen(question, dead_s=3600))
    async with app.run_test() as pilot:
        await asked(pilot, app)
        await pilot.press("enter", "enter", *"production", "enter")
        assert app.answers == [] and app.screen is app.asked
        for field in app.screen.query(Input):
            assert field.value == ""
        await pilot.press("tab", "tab", "enter")
        assert app.answers == []
        await pilot.press("escape")
        assert app.answers == [False]


@pytest.mark.parametrize(
    ("keys", "answer"), [(("enter",), False), (("right", "enter"), True), (("tab", "enter"), True)]
)
async def test_yes_or_no_begins_at_no(keys: tuple[str, ...], answer: bool) -> None:
    app = Asking(ApproveScreen(YES_OR_NO, dead_s=0))
    async with app.run_test() as pilot:
        await asked(pilot, app)
        await pilot.press(*keys)
        assert app.answers == [answer]


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 50)])
async def test_the_field_and_the_answers_are_in_sight(size: tuple[int, int]) -> None:
    long = tuple(
        f"Sentence {at} says what will happen, at some length, to all hosts that there are." for at in range(30)
    )
    question = Question(title="Approve", name="production", parts=(("What will happen", long),))
    app = Asking(ApproveScreen(question, dead_s=0))
    async with app.run_test(size=size) as pilot:
        await asked(pilot, app)
        for name in ("#name", "#no", "#yes"):
            region = app.screen.query_one(name).region
            assert app.screen.region.contains_region(region) and region.height == 1 and region.width > 5
        box, said = app.screen.query_one(Vertical), app.screen.query_one(Lines)
        assert box.border_subtitle == "page down: read on"
        await pilot.press("pagedown")
        assert said.scroll_y > 0


async def test_a_reason_is_needed() -> None:
    app = Asking(ReasonScreen("Skip", "Why?"))
    async with app.run_test() as pilot:
        await pilot.pause()
        await pilot.press("space", "enter")
        assert app.answers == []
        await pilot.press(*"known", "enter")
        assert app.answers == ["known"]
    app = Asking(ReasonScreen("Skip", "Why?"))
    async with app.run_test() as pilot:
        await pilot.pause()
        await pilot.press("x", "escape")
        assert app.answers == [None]
