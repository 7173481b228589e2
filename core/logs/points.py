"""The sparse index of a log in memory: some places in it with their line number, time and step.

The job writes a mark after each write of a log; points are the few of them that finding a line needs. A million
lines take some hundred points.
"""

import math
from array import array
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import Final

BYTES: Final = 1 << 16
"""Marks nearer than this to the point before them are joined, bytes."""
SECONDS: Final = 1.0
"""Marks further apart than this are never joined: the time of a line is known to this."""
UNKNOWN: Final = math.nan
"""The time of what was counted without a mark."""


@dataclass(frozen=True, slots=True)
class StepRun:
    """Lines that one step wrote: from `first` up to but without `end`."""

    step: str
    first: int
    end: int
    began: float | None
    """When its first output came, seconds since the epoch; None when nobody noted it."""
    ended: float | None
    """When its last output came."""


class Points:
    """Places of a log in ascending order. A point says: `line` lines end before byte `at`."""

    def __init__(self) -> None:
        self.ats = array("Q", [0])
        self.lines = array("Q", [0])
        self._times = array("d", [UNKNOWN])
        self._steps = array("L", [0])
        self._names = [""]
        self._group_began = -math.inf
        self._runs: list[tuple[str, int, float]] = []

    def add(self, at: int, line: int, time: float, step: str) -> None:
        """Add a mark; what lies before the last point is left out."""
        if at < self.ats[-1]:
            return
        name = self._number(step or self._names[self._steps[-1]], line, time)
        if self._joins(at, time, name):
            self.ats[-1], self.lines[-1], self._times[-1] = at, line, time
            return
        self._group_began = time
        self.ats.append(at)
        self.lines.append(line)
        self._times.append(time)
        self._steps.append(name)

    def _joins(self, at: int, time: float, name: int) -> bool:
        if len(self.ats) < 2 or name != self._steps[-1]:
            return False
        both_unknown = math.isnan(time) and math.isnan(self._group_began)
        return at - self.ats[-2] <= BYTES and (both_unknown or time - self._group_began <= SECONDS)

    def _number(self, step: str, line: int, time: float) -> int:
        if not self._runs or self._runs[-1][0] != step:
            self._runs.append((step, self.lines[-1], time))
        if step not in self._names:
            self._names.append(step)
        return self._names.index(step)

    def before(self, line: int) -> tuple[int, int]:
        """Return the last place before the start of a line: its byte, and how many lines end before it."""
        index = bisect_left(self.lines, line) - 1 if line else 0
        return self.ats[index], self.lines[index]

    def at_or_before(self, at: int) -> tuple[int, int]:
        """Return the last place at or before a byte, likewise."""
        index = bisect_right(self.ats, at) - 1
        return self.ats[index], self.lines[index]

    def time(self, line: int) -> float | None:
        """Return when a line was written, to the second; None when nobody noted it."""
        time = self._times[min(bisect_right(self.lines, line), len(self.lines) - 1)]
        return None if math.isnan(time) else time

    def step(self, line: int) -> str:
        """Return the step that wrote a line; empty when nobody noted it."""
        return self._names[self._steps[min(bisect_right(self.lines, line), len(self.lines) - 1)]]

    def groups(self, line: int) -> list[tuple[float, int]]:
        """Return what was written from a line on: times, and the line that each reaches."""
        begin = bisect_right(self.lines, line)
        return list(zip(self._times[begin:], self.lines[begin:], strict=True))

    def runs(self, lines: int) -> list[StepRun]:
        """Return the runs of the steps over so many lines, in order."""
        if not self._runs:
            return []
        ends = [first for _, first, _ in self._runs[1:]] + [lines]
        times = [time for _, _, time in self._runs]
        after = [self.time(max(end - 1, 0)) for end in ends]
        return [
            StepRun(step, first, end, None if math.isnan(began) else began, ended)
            for (step, first, _), end, began, ended in zip(self._runs, ends, times, after, strict=True)
            if end > first
        ]
