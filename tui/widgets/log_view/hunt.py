"""A search or a filter over a document: its process, and what it has found so far as rows."""

import asyncio
from collections.abc import Sequence

from core.logs.document import Document
from core.logs.matches import Matches
from core.logs.search import Search


class Hunt:
    """One pattern and the rows that match it, growing."""

    def __init__(
        self, document: Document, pattern: str, row: int, *, noun: str = "match", hints: Sequence[str] = ()
    ) -> None:
        self.pattern = pattern
        self.noun = noun
        self.matches = Matches()
        self._document = document
        lines = document.lines_at(row)
        near = [log.start(line) for log, line in zip(document.logs, lines, strict=True)]
        self._search = Search(document.logs, pattern, near, hints=hints)
        self._task = asyncio.create_task(self._search.run())
        self.row = row
        """From where the first match is looked for."""
        self.jumped = False
        """Whether the first match was shown."""
        self._shown_spans = 0

    @property
    def busy(self) -> bool:
        """Whether the first way through the logs is not over."""
        return self._search.busy

    @property
    def error(self) -> str:
        """Why it ended early; empty otherwise."""
        if not self._task.done() or self._task.cancelled():
            return self._search.error
        failure = self._task.exception()
        return f"the search could not run: {failure}" if failure else self._search.error

    @property
    def stopped(self) -> bool:
        """Whether a person stopped it."""
        return self._search.stopped

    @property
    def percent(self) -> int:
        """How much is done."""
        return int(self._search.progress * 100)

    def step(self) -> bool:
        """Take in what was found, go on with what the logs grew by; return whether there is anything new."""
        fresh, self._search.fresh = self._search.fresh, []
        by_row: list[int] = []
        for log, lines in fresh:
            by_row += [self._document.row_of(log, line) for line in lines]
        by_row.sort()
        self.matches.add(by_row)
        self._search.grow()
        answered = sum(map(bool, self._search.spans.values()))
        new = bool(by_row) or answered != self._shown_spans
        self._shown_spans = answered
        return new

    def first(self) -> int | None:
        """Return the match to show first: the next from where the search began, else the last before it."""
        following = self.matches.after(self.row - 1)
        if following is not None or self.busy:
            return following
        return self.matches.before(self.row)

    def spans(self, row: int, text: str) -> list[tuple[int, int]]:
        """Return where a row's text matches, as far as is known; asks for it."""
        if not self.matches.has(row):
            return []
        if len(self._search.spans) > 5000:
            self._search.spans.clear()
        self._search.ask(row, text)
        return self._search.spans[row]

    def stop(self) -> None:
        """End the process; what was found stays."""
        self._search.stop()

    async def close(self) -> None:
        """End the process, and wait until it has gone."""
        self.stop()
        await asyncio.gather(self._task, return_exceptions=True)

    def told(self, row: int | None) -> str:
        """Return what stands in the status line."""
        count = len(self.matches)
        noun = self.noun if count == 1 else f"{self.noun}es" if self.noun.endswith("ch") else f"{self.noun}s"
        place = f"{self.matches.place(row) + 1:,} of " if row is not None and self.matches.has(row) else ""
        said = f"{place}{count:,} {noun}"
        if self.error:
            return f"{said}, {self.error}"
        if self.stopped:
            return f"{said}, stopped"
        return f"{said}, searching {self.percent} %, esc stops" if self.busy else said
