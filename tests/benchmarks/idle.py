"""Measures what the screen sends while nothing happens: four live environments, watched, over SSH.

    python -m tests.benchmarks.idle [--seconds 120] [--save]

The hosts are the demo's, behind SSH servers of its own, with a release that was promoted to production. The screen
runs on a pseudo-terminal as it does behind an SSH connection. It counts from the moment at which nothing was sent
for longer than two rounds of looking.
"""

import argparse
import os
import platform
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Final

from core.console.looker import INTERVAL_S
from core.text import clean
from tests.chain.stage import Stage, configure
from tests.support.openssh import public_directory
from tests.support.shop import DemoProcess, make_shop
from tests.support.terminal import Terminal
from tests.tui.start import shop as start

SAVED: Final = Path(__file__).with_suffix(".txt")
ROOT: Final = Path(__file__).parents[2]
_QUIET_S: Final = 2.5 * INTERVAL_S
_SETTLED_S: Final = 600.0


@contextmanager
def live() -> Iterator[Path]:
    """Serve four systems on which one commit went from development to production; yield environments.toml."""
    with public_directory() as root:
        shop = make_shop(root / "shop", scale=1)
        with DemoProcess(shop) as demo:
            configure(shop)
            stage = Stage(shop, demo)
            stage.build("live")
            for words in (("build", "staging"), ("staging", "production")):
                ran = stage.cli("promote", *words, "--yes")
                assert ran.code == 0, ran.said
            yield shop.toml


def settle(terminal: Terminal) -> None:
    """Wait until all is seen, and nothing was sent for longer than two rounds of looking."""
    terminal.wait(lambda seen: seen.count(b"in order") >= 4)
    ends = time.monotonic() + _SETTLED_S
    while time.monotonic() - terminal.pieces[-1][0] < _QUIET_S:
        assert time.monotonic() < ends, f"never quiet: {terminal.output[-2000:]!r}"
        time.sleep(0.1)


def measure(seconds: int) -> tuple[list[tuple[float, bytes]], float]:
    """Return the pieces that were sent after all had settled, and how many seconds it looked for them."""
    with live() as file, tempfile.TemporaryDirectory() as home:
        environ = start.environ(Path(home), PYTHONPATH=str(ROOT), SSH_CONNECTION="10.0.0.1 1 10.0.0.2 22")
        words = ["env", "-i", *(f"{key}={value}" for key, value in environ.items()), *start.command(file)]
        with Terminal(words) as terminal:
            settle(terminal)
            count, began = len(terminal.pieces), time.monotonic()
            time.sleep(seconds)
            took = time.monotonic() - began
            sent = [(at - began, data) for at, data in terminal.pieces[count:]]
            terminal.press(b"\x11")
            terminal.ended()
    return sent, took


def report(sent: list[tuple[float, bytes]], took: float) -> str:
    """Return how much was sent in which second, and what it said."""
    seconds: Counter[int] = Counter()
    for at, data in sent:
        seconds[int(at)] += len(data)
    total = sum(seconds.values())
    lines = [
        f"four live environments of five hosts, watched every {INTERVAL_S:.0f} s, terminal of 120x36 over SSH;"
        f" load {os.getloadavg()[0]:.0f}",
        f"Python {platform.python_version()}, Textual {version('textual')}, {os.cpu_count()} cores",
        "",
        f"{total} bytes in {took:.0f} s ({took / INTERVAL_S:.0f} looks at each host), goal 0 but for what changed"
        f"{': met' if not total else ''}",
    ]
    lines += [f"second {second:>4}: {count} bytes" for second, count in sorted(seconds.items())]
    lines += [f"said: {' '.join(clean(data).split())}" for _, data in sent]
    return "\n".join([*lines, ""])


def main() -> int:
    """Measure, print, and save when asked. The exit code is 1 when anything was sent."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=120)
    parser.add_argument("--save", action="store_true", help=f"write the report to {SAVED.name}")
    arguments = parser.parse_args()
    sent, took = measure(arguments.seconds)
    text = report(sent, took)
    sys.stdout.write(text)
    if arguments.save:
        SAVED.write_text(text, "utf-8")
    return 1 if sent else 0


if __name__ == "__main__":
    sys.exit(main())
