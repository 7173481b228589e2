"""Measures the log view with a log of ten million lines, on a real pseudo-terminal.

    python -m tests.benchmarks.log_large [--lines 10000000] [--dir DIR] [--save]

The log is written as a job does, with its index; then the same log is opened without one. Each time counts from
the key (or from the start of opening in a program that is already up) until the terminal shows the answer.
"""

import argparse
import asyncio
import os
import platform
import re
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from core.jobs.logs import Logs, log_name
from core.logs.file import LogFile
from tests.benchmarks.log_flood import HOST, LINE, cpu_s, memory
from tests.support.terminal import Terminal

SAVED: Final = Path(__file__).with_suffix(".txt")
BATCH: Final = 2500
"""Lines that the job writes at once: what a follower of a remote log brings in one piece."""


def write(directory: Path, lines: int) -> Path:
    """Write the log; one line in a million tells of a needle."""
    logs = Logs(directory)
    for first in range(0, lines, BATCH):
        batch = [LINE % (number, number % 977) for number in range(first, min(first + BATCH, lines))]
        if first % 1_000_000 == 500_000:
            batch[7] = f"the needle in million {first // 1_000_000} of them"
        logs.write(HOST, ("\n".join(batch) + "\n").encode(), step=f"step-{first // 500_000}")
    logs.close()
    return directory / f"{log_name(HOST)}.log"


def _has(wanted: bytes, seen: bytes) -> bool:
    return wanted in seen


def _searching_s(screen: int) -> float:
    """Return the processor time of the process that searches for the screen, seconds."""
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            if int(entry.read_text().rpartition(")")[2].split()[1]) == screen:
                return cpu_s(int(entry.parent.name))
        except FileNotFoundError:
            continue
    raise LookupError(screen)


def _over(needles: bytes, seen: bytes) -> bool:
    """Whether the last status line counts all needles and searches no more."""
    last = seen.rpartition(b"follow off")[2]
    return needles in last and b"searching" not in last


def _some(seen: bytes) -> object:
    return re.search(rb"[1-9][\d,]* of [\d,]+ match", seen)


def _since(terminal: Terminal, keys: bytes, seen: Callable[[bytes], object], limit_s: float = 120) -> float:
    first = len(terminal.pieces)
    began = time.monotonic()
    terminal.press(keys)
    return terminal.wait(seen, since=first, limit_s=limit_s) - began


async def _open(path: Path) -> tuple[float, float, int]:
    """Return how long a log takes until its end can be read, the longest stop of the event loop, and its lines."""
    log = LogFile(path)
    began = time.perf_counter()
    worst = 0.0
    log.more = True
    while log.more:
        growth = await asyncio.to_thread(log.look)
        begin = time.perf_counter()
        log.take(growth)
        worst = max(worst, time.perf_counter() - begin)
    assert log.read(log.lines - 1, 1)[0].data
    took = time.perf_counter() - began
    lines = log.lines
    log.close()
    return took, worst, lines


def measure(path: Path, lines: int) -> list[str]:
    """Return what was measured with a log, as lines of a report."""
    took, worst, found = asyncio.run(_open(path))
    assert found == lines
    report = [
        f"read the index, find the end     {took * 1000:8.0f} ms; longest stop of the event loop {worst * 1000:.0f} ms"
    ]
    environ = {"COLORTERM": "truecolor", "TEXTUAL_ANIMATIONS": "none"}
    show = [sys.executable, "-m", "tests.tui.log_view.show"]
    began = time.monotonic()
    with Terminal([*show, str(path.with_name("none.log"))], environ=environ) as terminal:
        empty = terminal.wait(partial(_has, b"0 lines")) - began
        terminal.press(b"\x11")
    began = time.monotonic()
    with Terminal([*show, str(path)], environ=environ) as terminal:
        opened = terminal.wait(partial(_has, f"{lines:,} lines".encode())) - began
        report.append(
            f"program start to last line       {opened * 1000:8.0f} ms; with an empty log {empty * 1000:.0f} ms,"
            f" so opening is {(opened - empty) * 1000:.0f} ms"
        )
        report.append(
            f"to the first line                {_since(terminal, b'g', partial(_has, b'module-3.js')) * 1000:8.0f} ms"
        )
        end = _since(terminal, b"G", partial(_has, b"module-%d.js" % (lines - 2)))
        report.append(f"to the end                       {end * 1000:8.0f} ms")
        for pattern, told in ((b"needle", "a word"), (rb"nee+dle.*\d of", "a pattern")):
            terminal.press(b"\x1b")
            time.sleep(0.3)
            terminal.press(b"g")
            time.sleep(0.5)
            began = time.monotonic()
            first = _since(terminal, b"/" + pattern + b"\r", partial(_has, b"1 of "))
            report.append(f"search {told:<10} first match      {first * 1000:8.0f} ms")
            needles = b"1 of %d match" % (lines // 1_000_000)
            all_s = terminal.wait(partial(_over, needles), limit_s=200) - began
            used = _searching_s(terminal.pid)
            report.append(f"search {told:<10} all of them      {all_s * 1000:8.0f} ms, processor {used:.1f} s")
        terminal.press(b"\x1b")
        time.sleep(0.5)
        common = _since(terminal, rb"/module-\d+9\.js" + b"\r", _some)
        report.append(f"search what is everywhere, first {common * 1000:8.0f} ms")
        stop = _since(terminal, b"\x1b", partial(_has, b"stopped"))
        report.append(f"stop it                          {stop * 1000:8.0f} ms")
        terminal.press(b"\x1b")
        time.sleep(0.5)
        _since(terminal, rb"/([a-z\d/._-]+)+!$" + b"\r", partial(_has, b"  0 matches, searching"))
        key = _since(terminal, b"w", partial(_has, b"wrap on"))
        stop = _since(terminal, b"\x1b", partial(_has, b"0 matches, stopped"))
        report.append(f"a pattern without end: a key     {key * 1000:8.0f} ms, to stop it {stop * 1000:.0f} ms")
        report.append(f"memory of the screen             {memory(terminal.pid) / 1e6:8.0f} MB")
        report.append(f"processor of the screen in all   {cpu_s(terminal.pid) * 1000:8.0f} ms")
        terminal.press(b"\x11")
    return report


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=10_000_000)
    parser.add_argument("--dir")
    parser.add_argument("--save", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=asked.dir) as name:
        path = write(Path(name), asked.lines)
        index = path.with_suffix(".index")
        told = (
            f"{asked.lines:,} lines, {path.stat().st_size / 1e9:.2f} GB, index {index.stat().st_size / 1e6:.2f} MB",
            f"Python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.0f},"
            f" priority {os.nice(0)}",
        )
        report = [
            *told,
            "",
            "with the index that the job wrote",
            *("  " + line for line in measure(path, asked.lines)),
        ]
        index.unlink()
        report += ["", "without an index", *("  " + line for line in measure(path, asked.lines))]
    print("\n".join(report), flush=True)
    if asked.save:
        SAVED.write_text("\n".join(report) + "\n")


if __name__ == "__main__":
    main()
