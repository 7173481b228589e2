"""Measures the comparison of many settings on four systems: opening it, filters, text; then the screen that shows it.

    python -m tests.benchmarks.settings_matrix [--settings 60000] [--rounds 5] [--save]

Milliseconds are of processor time, the best of the rounds. The screen
opens with what the looking process has compared: `screen: open` is from the answer to the painted rows.
"""

import asyncio
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import cast

from textual.pilot import Pilot

from core.console.answers import Watching
from core.console.looker import Looker
from core.console.settings_showing import shown_row
from core.console.settings_table import SettingsTable, ShownLadder
from core.environments.load import load
from core.environments.model import Project
from core.magento.php_values import Value
from core.magento.scope import DEFAULT, Scope, ScopeTree, store
from core.settings.classify import Classifier
from core.settings.layers import Layers
from core.settings.matrix import Matrix
from core.settings.reading import Raw, layers
from core.settings.row import Filter, State
from tests.benchmarks.measuring import best, machine, main, told
from tests.settings.systems import php_settings
from tests.tui.start import shop
from tui.app import ConsoleApp
from tui.options import ScreenOptions
from tui.screens.settings import SettingsScreen
from tui.terminal import Terminal

GOALS = {
    "screen: open": 500.0,
    "screen: filter key": 50.0,
    "screen: letter of a text": 50.0,
    "open": 500.0,
    "filter: differs": 50.0,
    "filter: text": 50.0,
    "filter: text, first time": 200.0,
}
NAMES = (
    "title",
    "enabled",
    "sort_order",
    "api_key",
    "endpoint",
    "cron_expr",
    "template",
    "allowed",
    "max_size",
    "label",
)


def system(number: int, settings: int, classifier: Classifier) -> Layers:
    """Return a system of which most values are in config.php and the database, as after years of use."""
    dice = random.Random(number)
    paths = [f"section_{n % 90}/group_{n % 700}/{NAMES[n % 10]}_{n}" for n in range(settings)]

    def values(chosen: list[str]) -> dict[str, Value]:
        return {
            path: f"value {len(path)}" if dice.random() < 0.98 else f"of system {number}" for path in chosen
        }

    database: dict[Scope, dict[str, Value]] = {DEFAULT: values(paths[settings // 4 : settings * 9 // 10])}
    for code in ("de", "fr", "it"):
        database[store(code)] = values(dice.sample(paths, settings // 60))
    raw = Raw(
        config=php_settings({DEFAULT: values(paths[: settings // 3])}),
        env=php_settings({DEFAULT: values(paths[: settings // 100])}),
        database=database,
        defaults={DEFAULT: values(paths[settings // 2 :])},
        scopes=ScopeTree(("eu",), dict.fromkeys(("de", "fr", "it"), "eu")),
    )
    return layers(raw, classifier, b"key")


def shown(systems: Mapping[str, Layers], matrix: Matrix) -> SettingsTable:
    """Return what crosses to the screen, as the looking process makes it."""
    rows = tuple(shown_row(matrix.row(position)) for position in range(len(matrix)))
    return SettingsTable(names=tuple(systems), rows=rows, findings=())


class Read(Looker):
    """Answers at once with what was read before."""

    def __init__(self, project: Project, table: SettingsTable) -> None:
        super().__init__(project)
        self._table = table
        self.answered = 0.0

    async def settings(self, names: Sequence[str] = ()) -> SettingsTable:
        """Return it, and note when."""
        self.answered = time.process_time()
        return self._table

    async def setting_ladder(self, path: str, scope: str) -> tuple[ShownLadder, ...]:
        """Return none: the layers of one setting are asked for, not computed here."""
        return ()

    async def watch(self, names: Sequence[str], interval_s: float = 15.0) -> Watching:
        """Look at nothing."""
        return Watching()


async def screen_times(table: SettingsTable) -> dict[str, float]:
    """Open the screen on a table, press its keys, and return the milliseconds to the painted answer."""
    times: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {f"XDG_{name}_HOME": home for name in ("STATE", "CONFIG", "CACHE")}
        project = load(shop.write(Path(home) / "shop"))
        app = ConsoleApp(project, Terminal(remote=False, colour=True, unicode=True), ScreenOptions())
        looker = app.looker = Read(project, table)
        async with app.run_test(size=(120, 36)) as pilot:
            app.open_settings()
            await _painted(pilot, lambda: looker.answered and cast("SettingsScreen", app.screen).matrix.rows)
            times["screen: open"] = (time.process_time() - looker.answered) * 1000
            screen = app.screen
            assert isinstance(screen, SettingsScreen)
            times["screen: filter key"] = max([await _key(pilot, screen, key) for key in "doe2341"])
            await pilot.press("slash")
            times["screen: letter of a text"] = max([await _key(pilot, screen, key) for key in "title"])
    return times


async def _painted(pilot: Pilot[int], seen: Callable[[], object]) -> None:
    while not seen():  # noqa: ASYNC110 (it is measured: nothing in it tells when it is done)
        await asyncio.sleep(0.001)
    pilot.app.screen._compositor.render_strips()


async def _key(pilot: Pilot[int], screen: SettingsScreen, key: str) -> float:
    """Press a key, and return the milliseconds until what it chooses is painted."""
    before, started = screen.chosen, time.process_time()
    pilot.app.simulate_key(key)
    await _painted(pilot, lambda: screen.chosen != before)
    return (time.process_time() - started) * 1000


def measure(settings: int, rounds: int) -> str:
    """Measure all, and return the report."""
    classifier = Classifier()
    systems = {
        name: system(number, settings, classifier)
        for number, name in enumerate(("development", "build", "staging", "production"))
    }
    matrix = Matrix(systems, classifier)
    differing = Filter(any_of=State.DIFFERING | State.MISSING, none_of=State.SENSITIVE)
    times = {
        "open": best(rounds, lambda: Matrix(systems, classifier)),
        "filter: differs": best(rounds, lambda: matrix.select(differing)),
        "filter: text, first time": best(1, lambda: matrix.select(Filter(text="api_key"))),
        "filter: text": best(rounds, lambda: matrix.select(Filter(text="section_7 api_key"))),
        "forty rows": best(rounds, lambda: [matrix.row(position) for position in range(1000, 1040)]),
    }
    times |= asyncio.run(screen_times(shown(systems, matrix)))
    lines = [
        f"{settings} settings, {len(matrix)} rows by {len(systems)} systems, {len(matrix.select(differing))} differ",
        machine(rounds),
        "",
    ]
    lines += [told(name, took, GOALS) for name, took in times.items()]
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    sys.exit(main(__file__, __doc__, 60_000, measure))
