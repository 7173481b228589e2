"""The `mageconsole` command: opens the screen, or hands over to the command line."""

import gc
import os
import sys

from tui.options import ScreenOptions, screen_options


def main() -> None:
    """Open the screen when nothing else is asked for. Neither Textual nor asyncssh is loaded by importing this."""
    options = screen_options(sys.argv[1:])
    if options is None:
        from core.cli.main import run

        sys.exit(run(screen=lambda **told: show(ScreenOptions(**told))))
    from core.errors import ConsoleError

    try:
        code = show(options)
    except ConsoleError as error:
        print(error, file=sys.stderr)
        code = int(error.exit_code)
    sys.exit(code)


def show(options: ScreenOptions) -> int:
    """Open the screen on the project of the options and return the exit code. Raises ConsoleError."""
    # Until the first frame is there nearly all that is made stays; the app turns it on again.
    gc.disable()
    from tui.terminal import is_tty, prepare, refuse_unfit, this_terminal

    refuse_unfit(os.environ, is_tty())
    found = this_terminal()
    prepare(os.environ, found)
    from core.environments.find import find
    from core.environments.load import load

    project = load(find(options.file))
    from tui.app import ConsoleApp

    app = ConsoleApp(project, found, options)
    app.run(mouse=options.mouse)
    return app.return_code or 0
