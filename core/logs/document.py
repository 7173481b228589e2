"""Logs as one sequence of rows: of one host, or of several merged by the times that the job noted."""

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from core.logs.file import CUT, LogFile
from core.logs.line_text import shown
from core.logs.points import StepRun
from core.logs.severity import Severity, severity


@dataclass(frozen=True, slots=True)
class LogLine:
    """A row as it is shown."""

    row: int
    host: str
    text: str
    severity: Severity
    time: float | None
    step: str
    size: int
    """The whole line's length, bytes."""
    cut: bool
    """Whether `text` is only its beginning."""
    whole: bool
    """Whether the line has ended."""


class Document(Protocol):
    """Rows of one or several logs."""

    @property
    def logs(self) -> Sequence[LogFile]:
        """The logs, in the order by which `locate` names them."""

    @property
    def rows(self) -> int:
        """How many rows there are."""

    def locate(self, row: int) -> tuple[int, int]:
        """Return the log and the line of a row."""

    def row_of(self, log: int, line: int) -> int:
        """Return the row of a log's line."""

    def lines_at(self, row: int) -> list[int]:
        """Return of each log its first line at or behind a row."""

    def extend(self) -> None:
        """Take in what the logs have grown by."""

    def step_runs(self) -> list[StepRun]:
        """Return the runs of the steps, in rows."""


def runs_of(document: Document, rows: Iterable[int]) -> Iterator[tuple[int, int, int, int]]:
    """Yield rows that follow each other in one log: the first, its log, its line, and how many they are."""
    first = owner = line = count = 0
    for row in rows:
        number, at = document.locate(row)
        if count and (number, at, row) == (owner, line + count, first + count):
            count += 1
            continue
        if count:
            yield first, owner, line, count
        first, owner, line, count = row, number, at, 1
    if count:
        yield first, owner, line, count


def read_rows(document: Document, rows: Iterable[int]) -> Iterator[LogLine]:
    """Yield rows as they are shown, neighbours by one read; those that are not there (any more) are left out."""
    for first, number, line, count in runs_of(document, rows):
        log = document.logs[number]
        for row, raw in enumerate(log.read(line, count), first):
            cut = raw.size > CUT
            text = shown(raw.data, cut=cut)
            time, step = log.points.time(raw.number), log.points.step(raw.number)
            yield LogLine(row, log.host, text, severity(text), time, step, raw.size, cut, raw.whole)


def line_at(document: Document, row: int) -> LogLine | None:
    """Read a row; None when it is not there (any more)."""
    return next(read_rows(document, (row,)), None)


class Single:
    """The log of one host: a row is a line."""

    def __init__(self, log: LogFile) -> None:
        self._log = log

    @property
    def logs(self) -> Sequence[LogFile]:
        """The one log."""
        return (self._log,)

    @property
    def rows(self) -> int:
        """How many rows there are; a line without an end counts."""
        return self._log.rows

    def locate(self, row: int) -> tuple[int, int]:
        """Return the log and the line of a row."""
        return 0, row

    def row_of(self, log: int, line: int) -> int:
        """Return the row of a line."""
        return line

    def lines_at(self, row: int) -> list[int]:
        """Return the line."""
        return [row]

    def extend(self) -> None:
        """Nothing to do: the rows are the lines."""

    def step_runs(self) -> list[StepRun]:
        """Return the runs of the steps."""
        return self._log.points.runs(self.rows)


class Merged:
    """The logs of several hosts, in the order in which the job wrote them; lines without an end wait."""

    def __init__(self, logs: Sequence[LogFile]) -> None:
        self._logs = tuple(logs)
        self._starts = array("Q")
        self._owners = array("H")
        self._firsts = array("Q")
        self._own = [(array("Q"), array("Q")) for _ in logs]
        """Of each log: the first lines of its runs, and the rows of those."""
        self._taken = [0] * len(self._logs)
        self._rows = 0

    @property
    def logs(self) -> Sequence[LogFile]:
        """The logs in the order given."""
        return self._logs

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return self._rows

    def locate(self, row: int) -> tuple[int, int]:
        """Return the log and the line of a row."""
        run = bisect_right(self._starts, row) - 1
        return self._owners[run], self._firsts[run] + row - self._starts[run]

    def row_of(self, log: int, line: int) -> int:
        """Return the row of a log's line."""
        firsts, rows = self._own[log]
        run = bisect_right(firsts, line) - 1
        return rows[run] + line - firsts[run] if run >= 0 else 0

    def lines_at(self, row: int) -> list[int]:
        """Return of each log its first line at or behind a row."""
        lines: list[int] = []
        for (firsts, rows), taken in zip(self._own, self._taken, strict=True):
            run = bisect_right(rows, row) - 1
            following = firsts[run + 1] if run + 1 < len(firsts) else taken
            lines.append(min(firsts[run] + row - rows[run], following) if run >= 0 else 0)
        return lines

    def extend(self) -> None:
        """Take in what was written since, ordered by time. What nobody noted a time of comes as it is found."""
        groups: list[tuple[float, int, int]] = []
        for number, log in enumerate(self.logs):
            last = 0.0
            reaches = log.points.groups(self._taken[number])
            if log.lines > (reaches[-1][1] if reaches else self._taken[number]):
                reaches.append((last, log.lines))
            for time, line in reaches:
                last = max(last, time) if time == time else last
                groups.append((last, number, line))
        for _, number, line in sorted(groups, key=lambda group: group[:2]):
            self._append(number, line)

    def _append(self, number: int, line: int) -> None:
        first = self._taken[number]
        if line <= first:
            return
        if not self._owners or self._owners[-1] != number:
            self._starts.append(self._rows)
            self._owners.append(number)
            self._firsts.append(first)
            firsts, rows = self._own[number]
            firsts.append(first)
            rows.append(self._rows)
        self._rows += line - first
        self._taken[number] = line

    def step_runs(self) -> list[StepRun]:
        """Return the runs of the steps; neighbours of one step on several hosts are one run."""
        runs: list[StepRun] = []
        ends = [*self._starts[1:], self._rows] if self._starts else []
        for start, owner, first, end in zip(self._starts, self._owners, self._firsts, ends, strict=True):
            for run in self.logs[owner].points.runs(first + end - start):
                if run.end > first:
                    begin = start + max(run.first - first, 0)
                    _join(runs, StepRun(run.step, begin, start + run.end - first, run.began, run.ended))
        return runs


def _join(runs: list[StepRun], run: StepRun) -> None:
    if runs and runs[-1].step == run.step:
        run = StepRun(run.step, runs[-1].first, run.end, runs[-1].began, run.ended)
        runs.pop()
    runs.append(run)
