"""The keys of the log view. Every binding has an id, by which an operator can give it another key."""

from typing import Final

from textual.binding import Binding, BindingType


def _key(keys: str, action: str, word: str, name: str, tooltip: str, show: bool = False) -> Binding:
    return Binding(keys, action, word, id=f"log-{name}", tooltip=tooltip, show=show)


KEYS: Final[list[BindingType]] = [
    _key("slash", "search", "search", "search", "Search with a regular expression", True),
    _key("n", "next_match", "next", "next-match", "Go to the next match"),
    _key("N", "previous_match", "previous", "previous-match", "Go to the match before"),
    _key("ampersand", "filter", "filter", "filter", "Show only the lines that match", True),
    _key("e", "first_error", "first error", "first-error", "Find errors, and go to the first one", True),
    _key("v", "mark", "mark", "mark", "Mark lines, with the keys that move; or stop that", True),
    _key("f", "follow", "follow", "follow", "Stay at the end as the log grows, or stop that", True),
    _key("w", "wrap", "wrap", "wrap", "Wrap long lines, or cut them at the edge", True),
    _key("t", "times", "times", "times", "Times: off, since the log's first line, or of the day"),
    _key("o", "fold", "fold", "fold-step", "Fold the lines of this step away, or show them again"),
    _key("O", "fold_all", "fold all", "fold-all-steps", "Fold all steps, or show them again"),
    _key("enter", "whole_line", "whole line", "whole-line", "Show the whole of a line that is cut"),
    _key("y", "copy", "copy", "copy", "Copy what is marked, else the lines on the screen", True),
    _key(
        "Y",
        "copy_all",
        "copy all",
        "copy-all",
        "Copy all lines, as far as a terminal takes them",
    ),
    _key("x", "export", "export", "export", "Write what is marked, else all of it, to a file", True),
    _key("g,home", "start", "start", "start", "Go to the first line"),
    _key("G,end", "end", "end", "end", "Go to the last line and follow"),
    _key("j,down", "down", "down", "down", "One line down"),
    _key("k,up", "up", "up", "up", "One line up"),
    _key("pagedown,space", "page_down", "page down", "page-down", "One page down"),
    _key("pageup", "page_up", "page up", "page-up", "One page up"),
    _key("l,right", "right", "right", "right", "Show what is further right of lines that are cut"),
    _key("h,left", "left", "left", "left", "Back to the left"),
    _key("escape", "step_back", "back", "step-back", "Let go of marks, a search, the filter, one by one"),
]
