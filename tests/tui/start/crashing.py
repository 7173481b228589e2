"""The console with a mistake in it: `q` crashes while a local variable holds what nobody may see."""

import sys

from core.environments.load import load
from tui.app import ConsoleApp
from tui.options import ScreenOptions
from tui.terminal import Terminal


class Crashing(ConsoleApp):
    """Makes the mistake."""

    BINDINGS = [("q", "crash", "crash")]  # noqa: RUF012 - as Textual declares it

    def action_crash(self) -> None:
        """Fail, with a value in a local variable and in the error."""
        secret = "canary-" + "value"
        raise KeyError(secret)


if __name__ == "__main__":
    app = Crashing(load(sys.argv[1]), Terminal(remote=False, colour=True, unicode=True), ScreenOptions())
    app.run()
    sys.exit(app.return_code or 0)
