"""What the app tells its screens: news of environments and of jobs. Workers post these, and touch no widget."""

from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:  # the first frame has no news yet, and need not wait for what brings it
    from core.console.protocol import Push


class Looked(Message):
    """The looker has news; `app.looker.known` is up to date."""

    def __init__(self, push: "Push") -> None:
        super().__init__()
        self.push = push


class JobsChanged(Message, bubble=False):
    """The list of jobs, or how one stands, changed."""

    def can_replace(self, message: Message) -> bool:
        """One is enough."""
        return isinstance(message, JobsChanged)


class ProjectChanged(Message):
    """environments.toml was read again."""
