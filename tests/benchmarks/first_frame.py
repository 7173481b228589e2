"""Measures how long `mageconsole` takes to its first frame, beside an empty Textual program of four panes.

    python -m tests.benchmarks.first_frame [--rounds 12] [--save]

Both are started in the same way on a pseudo-terminal of their own, in turns. The clock starts before the process is
made. It stops when the last byte is there that the frame needs: the four titles and, of the console, the last known
state of each environment. The hosts are out of reach: a frame that waited for one would never be there. Beside it
stands the processor time of the program until then, which a busy machine stretches less.
"""

import argparse
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Final

import msgspec

from core.console.merging import with_host
from core.console.snapshot import (
    Artifact,
    Build,
    Development,
    Disk,
    HostSnapshot,
    Magento,
    Pending,
    Snapshot,
    Target,
)
from core.console.snapshot_store import SnapshotStore
from core.environments.load import load
from core.environments.model import Role
from tests.benchmarks.empty_panes import TITLES
from tests.support.terminal import Terminal
from tests.tui.start import shop

SAVED: Final = Path(__file__).with_suffix(".txt")
GOAL: Final = 1.2
ROOT: Final = Path(__file__).parents[2]
_SEEN: Final = 1_795_000_000.0
_STARTS: Final = {
    "empty": "from tests.benchmarks.empty_panes import main; main()",
    "mageconsole": "from tui.main import main; main()",
}
COMMITS: Final = {
    Role.DEVELOPMENT: "dddddd1",
    Role.BUILD: "bbbbbb2",
    Role.STAGING: "aaaaaa3",
    Role.PRODUCTION: "eeeeee4",
}


def known(role: Role, address: str) -> HostSnapshot:
    """Return a host of which everything is known."""
    commit, subject, up = COMMITS[role] * 6, "Show the sizes that are in stock", Pending(word="up to date")
    development, build, target = None, None, None
    if role is Role.DEVELOPMENT:
        development = Development(
            commit=commit, branch="main", subject=subject, author="Anna", date=_SEEN, config="committed"
        )
    elif role is Role.BUILD:
        newest = Artifact(
            id="f00d" * 16, commit=commit, subject=subject, built_at=_SEEN, files=89_242, bytes=6 << 26
        )
        build = Build(newest=newest, count=3)
    else:
        target = Target(
            release=f"7-{commit}",
            artifact=commit,
            commit=commit,
            subject=subject,
            since=_SEEN,
            verified_at=_SEEN,
        )
    return HostSnapshot(
        address=address, seen=_SEEN, tried=_SEEN, development=development, build=build, target=target,
        disk=Disk(free=40 << 30, total=80 << 30, free_inodes=0, total_inodes=0), php="8.2.28",
        magento_version="2.4.7", mode="production", magento_of=commit,
        magento=Magento(asked=_SEEN, configuration=up, database=up),
    )  # fmt: skip


def remember(file: Path) -> None:
    """Leave a last known state, as a screen that was closed does."""
    project = load(file)
    store = SnapshotStore(project)
    snapshot: Snapshot = store.load()
    environments = []
    for found in snapshot.environments:
        environment = found
        for host in found.hosts:
            environment = with_host(environment, known(environment.role, host.address))
        environments.append(environment)
    store.save(msgspec.structs.replace(snapshot, environments=tuple(environments)))


def processor(pid: int) -> float:
    """Return the milliseconds that all threads of a process have run."""
    files = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(file.read_text().split()[0]) for file in files) / 1e6


def first_frame(
    start: str, words: Sequence[str], parts: Sequence[str], environ: Mapping[str, str]
) -> tuple[float, float]:
    """Return the milliseconds from the start of a process to the piece that completes its first frame: by the
    clock, and of the processor."""
    given = ["env", "-i", *(f"{key}={value}" for key, value in environ.items())]
    began = time.monotonic()
    with Terminal([*given, sys.executable, "-P", "-c", start, *words]) as terminal:
        there = terminal.wait(lambda seen: all(part.encode() in seen for part in parts))
        ran = processor(terminal.pid)
        terminal.press(b"\x11")
        terminal.ended()
    return (there - began) * 1000, ran


def measure(rounds: int) -> dict[str, list[tuple[float, float]]]:
    """Start both in turns, first one and then the other first, after a round that only warms the caches."""
    took: dict[str, list[tuple[float, float]]] = {name: [] for name in _STARTS}
    with tempfile.TemporaryDirectory() as made:
        home = Path(made)
        environ = {**shop.environ(home), "PYTHONPATH": str(ROOT)}
        os.environ["XDG_STATE_HOME"] = environ["XDG_STATE_HOME"]
        file = shop.write(home / "shop")
        remember(file)
        words = {"empty": [], "mageconsole": ["-c", str(file)]}
        parts = {"empty": [*TITLES], "mageconsole": [*TITLES, *COMMITS.values()]}
        for number in range(rounds + 1):
            for name in sorted(_STARTS, reverse=bool(number % 2)):
                milliseconds = first_frame(_STARTS[name], words[name], parts[name], environ)
                if number:
                    took[name].append(milliseconds)
    return took


def report(took: Mapping[str, Sequence[tuple[float, float]]]) -> str:
    """Return what was measured, each value among it."""
    lines = [
        f"first frame of four environments on a terminal of 120x36, in turns with an empty program of four panes;"
        f" load {os.getloadavg()[0]:.0f}",
        f"Python {platform.python_version()}, Textual {version('textual')}, {os.cpu_count()} cores",
        "",
    ]
    for number, what in enumerate(("by the clock", "of the processor")):
        values = {name: [pair[number] for pair in pairs] for name, pairs in took.items()}
        medians = {name: statistics.median(found) for name, found in values.items()}
        lines.append(f"milliseconds {what}")
        for name, found in values.items():
            lines.append(
                f"  {name:<12} median {medians[name]:4.0f}   all: {' '.join(f'{one:.0f}' for one in found)}"
            )
        ratio = medians["mageconsole"] / medians["empty"]
        goal = "" if number else f"   goal {GOAL}: {'met' if ratio <= GOAL else 'MISSED'}"
        lines.append(f"  {'ratio':<12} {ratio:.2f}{goal}")
    return "\n".join([*lines, ""])


def main() -> int:
    """Measure, print, and save when asked; the exit code is 1 when the goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=12, help="of each program; 8 at the least")
    parser.add_argument("--save", action="store_true", help=f"write the report to {SAVED.name}")
    arguments = parser.parse_args()
    text = report(measure(max(8, arguments.rounds)))
    sys.stdout.write(text)
    if arguments.save:
        SAVED.write_text(text, "utf-8")
    return 1 if "MISSED" in text else 0


if __name__ == "__main__":
    sys.exit(main())
