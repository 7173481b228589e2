"""What benchmarks of pure code share: processor time, goals, and the command line."""

import argparse
import os
import platform
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path


def best(rounds: int, work: Callable[[], object]) -> float:
    """Return the least processor time of several rounds, in milliseconds."""
    times = []
    for _ in range(rounds):
        started = time.process_time()
        work()
        times.append(time.process_time() - started)
    return min(times) * 1000


def machine(rounds: int) -> str:
    """Return the line that says what it was measured on."""
    return f"Python {platform.python_version()}, {os.cpu_count()} cores, best of {rounds}"


def told(name: str, took: float, goals: Mapping[str, float], beside: str = "") -> str:
    """Return the line of one measurement, with its goal in milliseconds where it has one."""
    line = f"{name:<34}{took:8.1f} ms{beside}"
    goal = goals.get(name)
    return line if goal is None else f"{line}   goal {goal:.0f} ms: {'met' if took < goal else 'MISSED'}"


def main(file: str, about: str | None, settings: int, measure: Callable[[int, int], str]) -> int:
    """Measure, print, and save beside `file` when asked. The exit code is 1 when a goal is missed."""
    saved = Path(file).with_suffix(".txt")
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--settings", type=int, default=settings)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--save", action="store_true", help=f"write the report to {saved.name}")
    arguments = parser.parse_args()
    report = measure(arguments.settings, arguments.rounds)
    sys.stdout.write(report)
    if arguments.save:
        saved.write_text(report, "utf-8")
    return 1 if "MISSED" in report else 0
