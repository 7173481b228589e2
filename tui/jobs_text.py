"""Jobs in words: as a row, as a paragraph, two of them side by side."""

import asyncio
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from core.console.figures import clock, seconds, short_clock
from core.jobs.state import JobState, Standing
from tui.glyphs import glyphs
from tui.looks import OF_JOBS
from tui.pipeline.rows import Span
from tui.promotion.text import Line, Style, head, labelled, table

if TYPE_CHECKING:
    from core.console.jobs import Jobs
    from core.jobs.store import Summary


def look(standing: Standing) -> tuple[str, Style, str]:
    """Return glyph, style and word of how a job stands."""
    found = OF_JOBS[standing]
    return getattr(glyphs(), found.sign), found.tone, found.word


def job_cells(row: "Summary") -> list[Span]:
    """Return a job as a row."""
    sign, style, word = look(row.standing)
    took = None if row.started is None else (row.ended or time.time()) - row.started
    closed = "" if row.closed_s is None else seconds(row.closed_s)
    return [
        Span(str(row.number), "dim"),
        Span(f"{sign} {word}", style),
        Span(row.title),
        Span(row.who, "dim"),
        Span(short_clock(row.started) if row.started else "", "dim"),
        Span(seconds(took)),
        Span(closed or glyphs().none, "" if closed else "dim"),
    ]


def words_of(row: "Summary") -> str:
    """Return what a filter looks through."""
    return f"{row.number} {row.id} {look(row.standing)[2]} {row.title} {row.who} {row.target}"


def job_lines(row: "Summary") -> tuple[Line, ...]:
    """Return what a job came to."""
    _, style, word = look(row.standing)
    ended = f", ended {clock(row.ended)}" if row.ended else ""
    started = f"{clock(row.started)}{ended}" if row.started else ""
    exit_code = f" (exit code {row.exit_code})" if row.exit_code is not None else ""
    lines = [
        labelled("job", f"{row.number}   {row.id}"),
        labelled("what", row.title),
        labelled("result", f"{word}{exit_code}", style),
        labelled("told", row.what),
        labelled("who", f"{row.who} from {row.origin}" if row.origin else row.who),
        labelled("started", started),
    ]
    if row.closed_s is not None:
        lines.append(labelled("closed", f"{row.closed_s:.1f} s in maintenance"))
    told = "not measured" if row.unanswered_s is None else f"{row.unanswered_s:.1f} s without an answer at most"
    if row.kind in ("promote", "rollback"):
        lines.append(labelled("downtime", told, "" if row.unanswered_s is not None else "dim"))
    return tuple(lines)


async def compared(jobs: "Jobs", older: str, newer: str) -> Sequence[Line]:
    """Return the durations of two jobs by step. Raises ConsoleError."""
    first, second = jobs.find(older), jobs.find(newer)
    before, after = await asyncio.to_thread(lambda: (first.state(), second.state()))
    titles = (f"job {first.number}", f"job {second.number}")
    return [
        head("How long each step took"),
        *table(_steps(before, after, titles), ("dim", "dim", "", "bold", "")),
    ]


def _steps(older: JobState, newer: JobState, titles: tuple[str, str]) -> list[tuple[str, str, str, str]]:
    before = {item.step.id: item for item in older.steps}
    after = {item.step.id: item for item in newer.steps}
    rows = [
        (*titles, "difference", "step"),
        _row(*_both(older, newer), "all, with what it waited for a person"),
    ]
    for name in dict.fromkeys((*before, *after)):
        item = after.get(name) or before[name]
        was = before[name].seconds if name in before else None
        now = after[name].seconds if name in after else None
        rows.append(_row(was, now, item.step.title))
    widths = [max(map(len, column)) for column in list(zip(*rows, strict=True))[:3]]
    return [(*(cell.rjust(width) for cell, width in zip(row, widths, strict=False)), row[3]) for row in rows]  # type: ignore[misc] # three cells and the title


def _row(was: float | None, now: float | None, title: str) -> tuple[str, str, str, str]:
    none = glyphs().none
    moved = f"{now - was:+.1f}s" if was is not None and now is not None else none
    return seconds(was) or none, seconds(now) or none, moved, title


def _both(older: JobState, newer: JobState) -> tuple[float | None, float | None]:
    """Return how long each took from its start to its end."""
    took = [
        state.ended - state.started if state.ended is not None and state.started is not None else None
        for state in (older, newer)
    ]
    return took[0], took[1]
