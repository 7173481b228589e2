"""The command palette: every action of the screen in front, and where one can go."""

from collections.abc import AsyncIterator, Iterable
from functools import partial
from typing import Any

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.screen import Screen

from tui.screens.help import grouped
from tui.widgets.key_bar import called


def commands(screen: Screen[Any]) -> Iterable[tuple[str, str, str, Any]]:
    """Yield title, explanation, action and its node for everything that a key does here."""
    for title, entries in grouped(screen).items():
        for binding, node, keys in entries:
            if binding.id != "palette":
                yield f"{title}: {called(node, binding)}  ({keys})", binding.tooltip, binding.action, node


class Actions(Provider):
    """What the keys do, to be found by words."""

    async def search(self, query: str) -> Hits:
        """Yield what matches."""
        matcher = self.matcher(query)
        for title, text, action, node in commands(self.screen):
            score = max(matcher.match(title), matcher.match(text))
            if score > 0:
                run = partial(self.app.run_action, action, node)
                yield Hit(score, matcher.highlight(title), run, help=text)

    async def discover(self) -> AsyncIterator[DiscoveryHit]:
        """Yield all of it."""
        for title, text, action, node in commands(self.screen):
            yield DiscoveryHit(title, partial(self.app.run_action, action, node), help=text)
