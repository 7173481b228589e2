"""The screen of a job at three sizes, its tabs and its keys: nothing is cut, nothing needs colour."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from rich.cells import cell_len
from textual.pilot import Pilot
from textual.strip import Strip

from core.environments.load import load
from core.jobs import events
from core.jobs.journal import Journal
from core.jobs.logs import Logs
from core.jobs.store import Job, Store
from tests.pipeline.shop import WEB1
from tests.tui.promotion.jobs import FAILURE, Teller, approved, prepared
from tests.tui.showing import lines, shows, text, until
from tests.tui.start.shop import write
from tui.app import ConsoleApp
from tui.options import ScreenOptions
from tui.promotion.situation import Headline
from tui.screens.promotion import PromotionScreen
from tui.terminal import Terminal
from tui.widgets.headline import HELD, JobHeadline
from tui.widgets.step_list import StepList

_SCROLL_BARS = str.maketrans("", "", "▁▂▃▄▅▆▇█")
"""Textual's own; what they say is also said by what is in sight."""
SIZES = [(80, 24), (120, 36), (200, 50)]


def stored(teller: Teller, home: Path) -> Job:
    """Write a job's journal as its process would have."""
    plan = teller.state.plan
    assert plan is not None
    job = Store(str(home / "jobs")).create(plan, b"")
    times = iter([event.time for event in teller.events])
    journal = Journal(job.journal, clock=lambda: next(times))
    journal.open()
    for event in teller.events:
        journal.append(event)
    journal.close()
    logs = Logs(job.logs)
    logs.write(WEB1.address, b"Module 'Magento_Store':\nSQLSTATE[42S01]\n", step="database")
    logs.settle("database", whole=True)
    logs.close()
    return job


def failed() -> Teller:
    """Return a promotion that stopped at its upgrade."""
    return (
        approved(until="database")
        .failed("database")
        .tell(events.JobEnded(outcome="stopped", exit_code=5, what="It failed.", choices=("retry",)))
    )


@asynccontextmanager
async def shown(
    job: Job,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    size: tuple[int, int] = (120, 36),
    unicode: bool = True,
    read_only: bool = False,
) -> AsyncIterator[tuple[Pilot[int], PromotionScreen]]:
    """Open a job's screen; no host is asked for it."""
    monkeypatch.setenv("XDG_STATE_HOME", str(home / "state"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "config"))
    monkeypatch.setattr(ConsoleApp, "_begin", lambda self: None)
    file = write(home)
    terminal = Terminal(remote=False, colour=unicode, unicode=unicode)
    app = ConsoleApp(load(str(file)), terminal, ScreenOptions(read_only=read_only))
    async with app.run_test(size=size) as pilot:
        screen = PromotionScreen(job=job)
        await app.push_screen(screen)
        yield pilot, screen


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("unicode", [True, False])
async def test_every_tab_is_whole_at_every_size(
    size: tuple[int, int], unicode: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = stored(failed(), tmp_path)
    async with shown(job, tmp_path, monkeypatch, size=size, unicode=unicode) as (pilot, _):
        await shows(pilot, "stopped half way", "2 now", "3 changes", "4 plan", "5 log", "1 steps")
        said = {
            "1": ("app:config:import on web1", "failed 2.0s"),
            "2": (FAILURE.what, FAILURE.remedy, "The shop is closed"),
            "3": ("How you come back",),
            "4": ("prepare", "hosts   deploy@web1.example.com"),
            "5": ("SQLSTATE[42S01]",),
        }
        for key, parts in said.items():
            await pilot.press(key)
            if key == "3":
                await pilot.press("end")
            await shows(pilot, *parts)
            for line in lines(pilot.app)[3:-3]:
                assert len(line) == size[0], (key, line)
            if not unicode:
                assert text(pilot.app).translate(_SCROLL_BARS).isascii()


async def test_steps_are_walked_by_keys_and_their_log_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = stored(failed(), tmp_path)
    async with shown(job, tmp_path, monkeypatch) as (pilot, screen):
        await shows(pilot, "stopped half way")
        steps = screen.query_one(StepList)
        assert steps.step == "database"
        await pilot.press("1", "up")
        assert steps.step == "ask-again"
        await pilot.press("home")
        assert steps.step == "check-target"
        await pilot.press("end", "k", "j")
        assert steps.step == "unlock"
        await pilot.press("f")
        assert steps.step == "database"
        await pilot.press("enter")
        await shows(pilot, "SQLSTATE[42S01]", "step database")
        await pilot.press("1", "home", "enter")
        await shows(pilot, "This step has written nothing.")


async def test_what_is_not_possible_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    job = stored(failed(), tmp_path)
    async with shown(job, tmp_path, monkeypatch) as (pilot, screen):
        await shows(pilot, "r resume", "b give up")
        for key, reason in {
            "a": "Not now: the job has stopped; resume it first",
            "p": "Not now: the job has stopped",
            "x": "keeps the shop safe",
            "o": "the plan runs already",
            "t": "no job runs here",
            "T": "no job runs here",
        }.items():
            await pilot.press(key)
            await shows(pilot, reason)
        await pilot.press("escape")
        await pilot.pause()
        assert pilot.app.screen is not screen


async def test_a_screen_that_only_reads_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = stored(failed(), tmp_path)
    before = job.journal.read_bytes()
    async with shown(job, tmp_path, monkeypatch, read_only=True) as (pilot, _):
        await shows(pilot, "(r resume)")
        for key in ("r", "x", "b", "S", "s", "a", "d", "p", "t", "T"):
            await pilot.press(key)
            await shows(pilot, "Not now: mageconsole was started with --read-only")
    assert job.journal.read_bytes() == before


async def test_only_lines_that_changed_are_painted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    teller = prepared()
    job = stored(teller, tmp_path)
    painted: list[int] = []
    render = StepList.render_line

    def watched(self: StepList, y: int) -> Strip:
        painted.append(y)
        return render(self, y)

    async with shown(job, tmp_path, monkeypatch) as (pilot, screen):
        await shows(pilot, "interrupted")
        await pilot.pause()
        monkeypatch.setattr(StepList, "render_line", watched)
        screen.paint()
        await pilot.pause()
        assert painted == []
        steps = screen.query_one(StepList)
        at = next(at for at, row in enumerate(steps.rows) if row.key == "close")
        teller.began("close")
        screen.show_state(teller.state, alive=False)
        await pilot.pause()
        assert set(painted) == {at - round(steps.scroll_y)}


async def test_a_damaged_journal_is_told_and_nothing_crashes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = stored(failed(), tmp_path)
    whole = job.journal.read_bytes().splitlines(keepends=True)
    job.journal.write_bytes(b"".join([*whole[:3], b"{nonsense}\n", *whole[4:]]))
    async with shown(job, tmp_path, monkeypatch) as (pilot, screen):
        await shows(pilot, "the job can't be shown", "do ")
        await pilot.press("escape")
        await pilot.pause()
        assert pilot.app.screen is not screen


@pytest.mark.parametrize(("width", "line"), [(80, 1), (200, 0)])
async def test_who_else_steers_is_told_at_every_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, width: int, line: int
) -> None:
    async with shown(stored(failed(), tmp_path), tmp_path, monkeypatch, size=(width, 30)) as (_, screen):
        top = screen.query_one(JobHeadline)
        said = Headline(
            sign="attention", tone="attention", text="waits for approval since 18:05", detail="ready " * 20
        )
        title = "promote aaaaaaaaaaaa to production"
        top.show(title, said, "Another screen of yours holds the pen")
        told = [part.rstrip() for part in top.render().plain.split("\n")]
        assert told[line].endswith("Another screen of yours holds the pen")
        assert all(cell_len(part) <= width for part in told)
        top.show(title, said, HELD)
        assert (HELD in top.render().plain) == (width > 100)


async def test_the_keys_have_somewhere_to_go_after_any_resize(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with shown(stored(failed(), tmp_path), tmp_path, monkeypatch) as (pilot, screen):
        await shows(pilot, "1 steps")
        for size in ((80, 24), (120, 36), (80, 24), (200, 50)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            await pilot.pause()
            assert screen.focused is not None and screen.focused.region.area, size


@pytest.mark.parametrize("ended", [True, False])
async def test_the_box_is_of_one_tone_all_around(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ended: bool
) -> None:
    teller = approved() if ended else failed()
    async with shown(stored(teller, tmp_path), tmp_path, monkeypatch, size=(120, 60)) as (pilot, screen):
        await shows(pilot, "Who", "started")
        steps = screen.query_one(StepList)
        await until(pilot, lambda _: any(row.kind == "top" for row in steps.rows), "a box")
        tops = [at for at, row in enumerate(steps.rows) if row.kind == "top"]
        steps.scroll_to(y=0, animate=False)
        (top,) = tops
        above, inside = (list(steps.render_line(top + by)) for by in (0, 1))
        assert inside[0].text == inside[-1].text != " "
        assert above[0].style is not None and inside[0].style is not None and inside[-1].style is not None
        assert above[0].style.color == inside[0].style.color == inside[-1].style.color
