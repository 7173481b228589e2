"""What screens with a list that can be filtered share: `/`, and what follows as one types."""

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from tui.screens.base import ConsoleScreen
from tui.widgets.filter_bar import FilterBar


class FilteredScreen(ConsoleScreen):
    """A screen with a FilterBar. A subclass gives `listed` and `show_filtered`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "filter", "filter", id="list-filter", tooltip="Show only what has these words"),
    ]

    @property
    def listed(self) -> Widget:
        """The part that is filtered, which gets the focus back."""
        raise NotImplementedError

    def show_filtered(self) -> None:
        """Show what is left of it now."""
        raise NotImplementedError

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Where a filter is typed, its key is a letter of it."""
        typing = action == "filter" and any(bar.has_focus_within for bar in self.query(FilterBar))
        return not typing and super().check_action(action, parameters)

    def action_filter(self) -> None:
        """Type a filter."""
        self.query_one(FilterBar).open()

    def on_filter_bar_changed(self, message: FilterBar.Changed) -> None:
        """Follow what is typed."""
        self.show_filtered()

    def on_filter_bar_left(self) -> None:
        """Back to the list."""
        self.listed.focus()
