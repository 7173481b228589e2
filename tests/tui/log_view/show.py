"""Shows logs on this terminal: `python -m tests.tui.log_view.show PATH...`; ctrl+q leaves."""

import sys
from pathlib import Path

from tests.tui.log_view.looking import LogApp
from tui.widgets.log_view import LogView


def main() -> None:
    """Run the app."""
    LogApp(LogView(*map(Path, sys.argv[1:]))).run()


if __name__ == "__main__":
    main()
