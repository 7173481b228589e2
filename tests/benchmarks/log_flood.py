"""Measures the log view while a job prints as fast as it can be asked to, on a real pseudo-terminal.

    python -m tests.benchmarks.log_flood [--rate 50000] [--keys 100] [--save]

The writer is a process of its own that writes a log as a job does (redacted, with its index). A key is `w`: it is
on the screen when the status line says so. The writer, the screen and this program share the machine's cores.
"""

import argparse
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import product
from pathlib import Path
from typing import Final

from core.jobs.logs import log_name
from tests.support.terminal import Terminal

SAVED: Final = Path(__file__).with_suffix(".txt")
HOST: Final = "deploy@web1.example.com"
LINE: Final = (
    "[2026-11-25 14:02:11] frontend/Magento/luma/en_US: view/base/web/js/module-%d.js deployed in %d ms"
)
_WRITER: Final = """
import sys, time
from pathlib import Path
from core.jobs.logs import Logs
from tests.benchmarks.log_flood import HOST, LINE
from core.secret import Secret
rate, directory = int(sys.argv[1]), Path(sys.argv[2])
logs = Logs(directory, [Secret("a password of the shop")])
number, began = 0, time.monotonic()
while not (directory / "stop").exists():
    due = int((time.monotonic() - began) * rate)
    lines = "".join(LINE % (n, n % 977) + "\\n" for n in range(number, due))
    number = due
    logs.write(HOST, lines.encode(), step="static")
    time.sleep(0.02)
logs.close()
print(number, flush=True)
"""


@contextmanager
def writer(rate: int, directory: Path) -> Iterator["subprocess.Popen[str]"]:
    """Run the process that floods the log; it ends when told, and says how many lines it wrote."""
    process = subprocess.Popen(
        [sys.executable, "-c", _WRITER, str(rate), str(directory)], stdout=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        (directory / "stop").touch()
        process.wait()


def cpu_s(pid: int) -> float:
    """Return the processor time of a process, seconds."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory(pid: int) -> int:
    """Return the resident memory of a process, bytes."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    raise LookupError(pid)


def key_ms(terminals: Sequence[Terminal], count: int) -> list[list[float]]:
    """Press `w` so often in each in turn, and return how long each took to be on its screen."""
    took: list[list[float]] = [[] for _ in terminals]
    for number, (terminal, times) in product(range(count), zip(terminals, took, strict=True)):
        wanted = b"wrap on" if number % 2 == 0 else b"wrap off"
        since = len(terminal.pieces)
        pressed = time.monotonic()
        terminal.press(b"w")
        times.append((terminal.wait(partial(_shows, wanted), since=since) - pressed) * 1000)
        time.sleep(0.07 + (number % 13) / 100)
    return took


def _shows(wanted: bytes, seen: bytes) -> bool:
    return wanted in seen


def lines_in(path: Path) -> int:
    """Return how many lines a log has, each checked to be the next."""
    count = 0
    with path.open("rb") as file:
        for count, line in enumerate(file, 1):
            if f"module-{count - 1}.js".encode() not in line:
                raise AssertionError(f"line {count} is {line!r}")
    return count


def measure(rate: int, keys: int, pace: int | None) -> list[str]:
    """Run one flood before a terminal of so many bytes a second, and return what was measured."""
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        path = directory / f"{log_name(HOST)}.log"
        environ = {
            "COLORTERM": "truecolor",
            "TEXTUAL_ANIMATIONS": "none",
            "SSH_CONNECTION": "10.0.0.1 1 10.0.0.2 22",
        }
        command = [sys.executable, "-m", "tests.tui.log_view.show", str(path)]
        with writer(rate, directory) as process:
            with Terminal(command, rate=pace, environ=environ) as terminal:
                terminal.wait(lambda seen: b"follow on" in seen and b"deployed" in seen)
                time.sleep(3)
                quiet = _quiet(terminal)
                before = (time.monotonic(), cpu_s(terminal.pid), memory(terminal.pid), path.stat().st_size)
                with Terminal([*command[:-1], str(directory / "none.log")], environ=environ) as calm:
                    calm.wait(partial(_shows, b"0 lines"))
                    took, idle = key_ms([terminal, calm], keys)
                    calm.press(b"\x11")
                after = (time.monotonic(), cpu_s(terminal.pid), memory(terminal.pid), path.stat().st_size)
                terminal.press(b"\x11")
            (directory / "stop").touch()
            wrote = int(process.communicate()[0])
        found = lines_in(path)
        seconds = after[0] - before[0]
        lines = (after[3] - before[3]) / (path.stat().st_size / found)
        grown = (after[2] - before[2]) / lines
        cpu = (after[1] - before[1]) / seconds
        worst, median = max(took), statistics.median(took)
        most, half = (75, 20) if pace is None else (None, 100)
        lost = "every line in the log, in order" if wrote == found else f"{wrote - found:,} LOST"
        return [
            f"lines written                   {lines / seconds:,.0f} a second, {wrote:,} in all; {lost}",
            f"key to screen, median           {median:.1f} ms{_goal(median, half)}",
            f"key to screen, worst of {keys:<8}{worst:.1f} ms{_goal(worst, most)}",
            f"the same beside it, empty log   median {statistics.median(idle):.1f} ms, worst {max(idle):.1f} ms",
            f"processor of the screen         {cpu:.1%} of a core{_goal(cpu * 100, 30)}",
            f"memory of the screen            {after[2] / 1e6:.0f} MB, grown {grown:.2f} bytes a line{_goal(grown, 20)}",
            f"bytes to the terminal, no key   {quiet / 1000:.1f} kB a second{_goal(quiet / 1000, 80)}",
        ]


def _quiet(terminal: Terminal) -> float:
    """Return the bytes a second while the log floods and nobody presses a key."""
    first = len(terminal.pieces)
    began = time.monotonic()
    time.sleep(8)
    return sum(len(data) for _, data in terminal.pieces[first:]) / (time.monotonic() - began)


def _goal(value: float, limit: float | None) -> str:
    if limit is None:
        return ""
    return f"  (goal under {limit}: {'met' if value < limit else 'MISSED'})"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rate", type=int, default=50_000)
    parser.add_argument("--keys", type=int, default=100)
    parser.add_argument("--save", action="store_true")
    asked = parser.parse_args()
    report = [
        f"{asked.rate:,} lines a second offered; terminal of 120x36, truecolor; Python {platform.python_version()},"
        f" {os.cpu_count()} cores, load {os.getloadavg()[0]:.0f},"
        f" priority {os.nice(0)}"
    ]
    for pace, told in ((None, "a terminal that keeps up"), (60_000, "a terminal that takes 60 kB a second")):
        report += ["", told, *("  " + line for line in measure(asked.rate, asked.keys, pace))]
        print("\n".join(report), flush=True)
    if asked.save:
        SAVED.write_text("\n".join(report) + "\n")


if __name__ == "__main__":
    main()
