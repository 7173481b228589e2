"""What is wanted of a plan: options as they are typed, and what a job was made from."""

import msgspec
import pytest
from textual.app import App
from textual.widgets import Input

from tests.cli.test_plan_text import INFO
from tests.pipeline.shop import OLD
from tests.pipeline.test_plans import promoted, rolled_back
from tui.promotion.wanted import Wanted, asked_for, fields, wanted_of
from tui.screens.plan_options import PlanOptionsScreen

PROMOTION = Wanted(kind="promote", source="build", target="production")


def test_what_is_typed_is_asked_for_and_shown_again() -> None:
    typed = {
        "": "7c1e",
        "allow_delete": "outlet_en, b",
        "drop": "",
        "keep": "web, a/b/c",
        "take": "",
        "hotfix": "it burns",
        "full_upgrade": "yes",
    }
    wanted = asked_for(PROMOTION, typed)
    assert wanted.item == "7c1e"
    assert wanted.options == {
        "allow_delete": ["outlet_en", "b"], "keep": ["web", "a/b/c"], "hotfix": "it burns", "full_upgrade": True,
    }  # fmt: skip
    assert {field.name: text for field, text in fields(wanted)} == typed


@pytest.mark.parametrize("text", ["", "no", "maybe"])
def test_only_a_yes_is_a_yes(text: str) -> None:
    assert asked_for(PROMOTION, {"full_upgrade": text}).options == {}


def test_what_is_emptied_is_no_longer_asked_for() -> None:
    wanted = msgspec.structs.replace(PROMOTION, item="7c1e", options={"hotfix": "x", "drop": ["a"]})
    assert asked_for(wanted, {}) == PROMOTION


def test_a_job_tells_what_it_was_made_from() -> None:
    options = {"environments": "/x", "on_failure": "ask", "step": True, "hotfix": "why"}
    plan = promoted(forecast={"artifact": msgspec.to_builtins(INFO)}, options=options)
    assert wanted_of(plan) == Wanted(
        kind="promote", source="staging", target="production", item=INFO.id, options={"hotfix": "why"}
    )
    back = wanted_of(rolled_back(forecast={"release": OLD}))
    assert (back.kind, back.target, back.item) == ("rollback", "production", OLD)


class Asking(App[None]):
    """Asks for options, and keeps the answer."""

    def __init__(self) -> None:
        super().__init__()
        self.answers: list[Wanted | None] = []

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Know the console's own variables."""
        return {"quiet": "#888888"}

    def on_mount(self) -> None:
        """Ask."""
        self.push_screen(PlanOptionsScreen(PROMOTION), self.answers.append)


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_the_form_is_filled_by_keys_alone(size: tuple[int, int]) -> None:
    app = Asking()
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        for field in app.screen.query(Input):
            assert app.screen.region.contains_region(field.region) and field.region.width > 30
        await pilot.press("down", "down", *"feed.xml", "up", "x", "enter")
    assert app.answers == [
        msgspec.structs.replace(PROMOTION, options={"allow_delete": ["x"], "drop": ["feed.xml"]})
    ]


async def test_leaving_the_form_asks_for_nothing() -> None:
    app = Asking()
    async with app.run_test() as pilot:
        await pilot.pause()
        await pilot.press("x", "escape")
    assert app.answers == [None]
