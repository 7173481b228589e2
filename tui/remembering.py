"""What parts of the screen keep from one start to the next, each under a name of its own: `log.wrap`."""

from typing import Any, TypeVar

from textual.app import App

from tui.memory import Memory

T = TypeVar("T", str, int, bool)


def _memory(app: App[Any]) -> Memory | None:
    """A part shown alone, outside of the console, remembers nothing."""
    found = getattr(app, "memory", None)
    return found if isinstance(found, Memory) else None


def remembered(app: App[Any], name: str, usual: T) -> T:
    """Return what was kept under a name, or what is usual; what is of another kind is not taken."""
    memory = _memory(app)
    kept = memory.now.layout.get(name, usual) if memory is not None else usual
    return kept if isinstance(kept, type(usual)) else usual


def remember(app: App[Any], name: str, value: str | int | bool) -> None:
    """Keep it for the next start."""
    memory = _memory(app)
    if memory is not None and memory.now.layout.get(name) != value:
        memory.now.layout[name] = value
        memory.save()
