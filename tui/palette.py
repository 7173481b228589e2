"""What the palette offers: every action of the screen in front, and everywhere one can go. And how words find it."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from textual.screen import Screen

from core.environments.model import Role
from tui.keys_told import grouped
from tui.pipeline.gap import flow
from tui.themes import ANSI_DARK, ANSI_LIGHT, OURS
from tui.widgets.key_bar import READ_ONLY, called, why_not

if TYPE_CHECKING:
    from tui.app import ConsoleApp

_WITH_RELEASES = (Role.STAGING, Role.PRODUCTION)


class Entry(NamedTuple):
    """One thing that can be done."""

    title: str
    text: str
    """What it does, in a sentence."""
    keys: str
    """The keys that do the same; empty where there are none."""
    group: str
    run: Callable[[], Any]
    reason: str = ""
    """Why it is not possible now; empty when it is."""


def everything(app: "ConsoleApp", screen: Screen[Any]) -> list[Entry]:
    """Return what can be done with the screen in front, where one can go, the colours; last what only moves."""
    here = list(_keys(app, screen))
    acting = [entry for entry, moves in here if not moves]
    moving = [entry for entry, moves in here if moves]
    return [*acting, *_jobs(app), *_plans(app), *_places(app), *_themes(app), *moving]


def found(entries: Sequence[Entry], query: str) -> list[Entry]:
    """Return the entries that hold all words, those that hold them in their title first. Pure."""
    words = query.lower().split()
    ranked = [(_rank(entry, words), entry) for entry in entries]
    return [entry for rank, entry in sorted(ranked, key=lambda pair: pair[0]) if rank < _NOT_FOUND]


_NOT_FOUND = 9


def _rank(entry: Entry, words: Sequence[str]) -> int:
    title = entry.title.lower()
    if all(title.startswith(word) or f" {word}" in title for word in words):
        return 0
    if all(word in title for word in words):
        return 1
    whole = f"{title} {entry.group} {entry.text}".lower()
    return 2 if all(word in whole for word in words) else _NOT_FOUND


_MOVES = re.compile(
    r"^(app\.)?(move|page|end|pane|tab|focus_\w+|scroll_\w+|up|down|left|right|start)\b|_(up|down|home|end)\b"
)
"""Actions that only move the focus, a cursor or what is in sight."""


def _keys(app: "ConsoleApp", screen: Screen[Any]) -> Iterator[tuple[Entry, bool]]:
    """Yield what keys do, and whether that only moves something."""
    for title, entries in grouped(screen).items():
        for binding, node, keys in entries:
            if binding.action != "palette":
                entry = Entry(
                    called(node, binding), binding.tooltip or binding.description, keys, title.lower(),
                    partial(app.run_action, binding.action, node), why_not(node, binding.action),
                )  # fmt: skip
                yield entry, bool(_MOVES.search(binding.action))


def _places(app: "ConsoleApp") -> Iterator[Entry]:
    yield _go("first screen", "The four systems, and what is between them", app.go_home)
    yield _go("all jobs", "Running and past jobs, their logs", app.open_jobs)
    yield _go("all settings", "Settings of all systems, side by side", app.open_settings)
    for environment in app.known.environments:
        name = environment.name
        yield _go(f"all of {name}", f"Everything that is known of {name}", partial(app.open_environment, name))
        yield _go(
            f"check {name}", "Say what is missing or dangerous on its hosts", partial(app.open_check, name)
        )
        if environment.role in _WITH_RELEASES:
            text = f"What {name} runs and ran; roll back"
            yield _go(f"releases of {name}", text, partial(app.open_releases, name))


def _go(title: str, text: str, run: Callable[[], Any]) -> Entry:
    return Entry(title, text, "", "go to", run)


def _plans(app: "ConsoleApp") -> Iterator[Entry]:
    shown = flow(app.known, app.memory.now.development)
    refused = READ_ONLY if app.options.read_only else ""
    text = "A plan is shown first: nothing runs before it was read"
    if any(item.role is Role.BUILD for item in shown):
        yield Entry("build the last commit", text, "", "plan", app.open_build, refused)
    for source, target in pairwise(shown):
        if source.role is not Role.DEVELOPMENT and target.role in _WITH_RELEASES:
            run = partial(app.open_promotion, source.name, target.name)
            yield Entry(f"promote {source.name} to {target.name}", text, "", "plan", run, refused)
    for item in shown:
        if item.role in _WITH_RELEASES:
            run = partial(app.open_rollback, item.name)
            yield Entry(f"roll back {item.name}", text, "", "plan", run, refused)


def _jobs(app: "ConsoleApp") -> Iterator[Entry]:
    for item in app.jobs.running:
        title = item.state.plan.title if item.state.plan else item.id
        yield Entry(
            f"job {item.number}: {title}", "It runs, or needs you", "", "job", partial(app.open_job, item.id)
        )


def _themes(app: "ConsoleApp") -> Iterable[Entry]:
    ours = [*(theme.name for theme in OURS), ANSI_DARK, ANSI_LIGHT]
    themes = sorted(app.available_themes.items(), key=lambda item: (item[0] not in ours, item[0]))
    for name, theme in themes:
        told = "the terminal's own colours" if theme.ansi else "dark" if theme.dark else "light"
        colourless = not app.terminal.colour and name not in (ANSI_DARK, ANSI_LIGHT)
        reason = "this terminal shows no colours, or NO_COLOR is set" if colourless else ""
        here = ", in use" if name == app.theme else ""
        yield Entry(
            f"theme {name}", f"Colours: {told}{here}", "", "theme", partial(setattr, app, "theme", name), reason
        )
