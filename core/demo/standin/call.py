"""One call of a command: what it was given and what it may use."""

import sys
import time
from typing import Any

from core.demo.standin import database, world
from core.demo.standin.console import Parsed, Terminal
from core.demo.standin.database import Database
from core.demo.standin.shop import Shop


class Call:
    """A command with its arguments, in a shop."""

    def __init__(self, name: str, shop: Shop, terminal: Terminal, parsed: Parsed, interactive: bool) -> None:
        self.name = name
        self.shop = shop
        self.terminal = terminal
        self.parsed = parsed
        self.interactive = interactive
        self._open: list[Database] = []

    @property
    def arguments(self) -> list[str]:
        """What was given without a dash."""
        return self.parsed.arguments

    def option(self, name: str) -> Any:
        """Return an option's value, None where it was not given."""
        return self.parsed.options.get(name)

    def database(self) -> Database:
        """Return the shop's database. Raises DatabaseError."""
        if not self._open:
            self._open.append(database.connect(self.shop.env))
        return self._open[0]

    def knob(self, name: str, default: Any = None) -> Any:
        """Return how this command is to behave."""
        if self._open:
            return self._open[0].behaviour.get(name, default)
        place = database.directory_of(self.shop.env) if database.is_configured(self.shop.env) else None
        return world.behaviour(place).get(name, default)

    def pause(self, seconds: float) -> None:
        """Take time, as the real command would."""
        sys.stdout.flush()
        if seconds > 0:
            time.sleep(seconds)
