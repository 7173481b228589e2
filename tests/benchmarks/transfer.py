"""Measures transfers against rsync and against a straight pipe, on this machine, over real OpenSSH.

    python -m tests.benchmarks.transfer --files 50000 --rounds 3 [--dir /dev/shm/bench] [--save]

All variants run in turn in every round, in a random order; only ratios within one run mean something. Client,
build host and targets share this machine's cores, and loopback has no delay: what is measured is work.
"""

import argparse
import asyncio
import os
import platform
import random
import shlex
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import asyncssh

from core.release.artifact import Info
from core.release.layout import Layout
from core.release.packing import store
from core.release.scan import scan
from core.release.sides import BuildSide, TargetSide
from core.release.transfer import transfer
from core.ssh.connect import connect
from core.ssh.host import Host
from tests.support.openssh import Sshd

SAVED = Path(__file__).with_suffix(".txt")
GOALS = (
    ("warm", "warm, 1.5 % changed, all times new", "mageconsole", "cp -al; rsync -a --delete", 0.6),
    ("cold", "cold, one host", "mageconsole", "rsync -a", 0.75),
    ("four", "cold, four hosts", "mageconsole", "four times rsync -a, one after the other", 0.45),
    (
        "relay",
        "through the console, against straight",
        "mageconsole",
        "tar | zstd | ssh on the build host",
        1.25,
    ),
)


def words(dice: random.Random) -> list[bytes]:
    """Return words of which text like code can be made, so that it compresses about as PHP does."""
    return [
        bytes(dice.choices(b"abcdefghijklmnopqrstuvwxyz_$>-", k=dice.randrange(2, 12))) for _ in range(3000)
    ]


def make_tree(root: Path, files: int) -> None:
    """Make a tree with the proportions of a built Magento: 7 KB a file on average, 2 files a directory."""
    dice = random.Random(7)
    known = words(dice)
    tops = ("vendor/magento/module-%03d", "vendor/other/package-%03d", "generated/code/Vendor%03d",
            "pub/static/frontend/Acme/theme/en_US/Module%03d", "pub/static/adminhtml/Acme/theme/de_DE/Module%03d",
            "lib/internal/Part%03d", "var/view_preprocessed/pub/static/Module%03d")  # fmt: skip
    weights = (40, 20, 8, 14, 10, 4, 4)
    for number in range(files):
        top = dice.choices(tops, weights)[0] % dice.randrange(150)
        place = root / top / f"Dir{number // 2 % 97}" / f"File{number}.php"
        place.parent.mkdir(parents=True, exist_ok=True)
        size = min(int(dice.lognormvariate(7.8, 1.4)) + 20, 2_000_000)
        data = dice.randbytes(size) if dice.random() < 0.04 else text(dice, known, size)
        place.write_bytes(data)
    (root / "app/etc").mkdir(parents=True)
    (root / "app/etc/config.php").write_bytes(b"<?php return [];\n")


def text(dice: random.Random, known: list[bytes], size: int) -> bytes:
    """Return text like code."""
    return b" ".join(dice.choices(known, k=size // 7 + 1))[:size]


def next_tree(tree: Path, copy: Path) -> None:
    """Make a second artifact: 1.5 % changed, a few added and removed, all times new, as a clean build makes it."""
    dice = random.Random(8)
    shutil.copytree(tree, copy, symlinks=True, copy_function=shutil.copyfile)
    files = sorted(place for place in copy.rglob("*") if place.is_file())
    for place in dice.sample(files, max(len(files) * 15 // 1000, 1)):
        place.write_bytes(place.read_bytes() + b"\n// changed\n")
    for place in dice.sample(files, len(files) // 1000):
        place.unlink(missing_ok=True)
    for number in range(len(files) // 1000):
        (copy / f"vendor/magento/New{number}.php").write_bytes(b"<?php // new")


def run(line: str) -> None:
    """Run a shell line; it must succeed."""
    subprocess.run(["sh", "-c", line], check=True)


class Bench:
    """Where everything lies, and the variants."""

    def __init__(self, root: Path, server: Sshd, hosts: list[Host], sides: list[BuildSide]) -> None:
        self.root = root
        self.server = server
        self.build, *self.targets = hosts
        self.first, self.second = sides
        self.ssh = f"ssh -F {shlex.quote(str(server.ssh_config))} -c aes128-gcm@openssh.com"
        self.rsync = f'rsync -e "{self.ssh}"'
        self.verified: dict[str, int] = {}
        self.packing: list[float] = []
        """Seconds that packing each artifact took: the build does it once."""

    def side(self, number: int, place: Path) -> TargetSide:
        """Return a target that lies at `place`."""
        place.mkdir(parents=True, exist_ok=True)
        return TargetSide(host=self.targets[number], layout=Layout(str(place)))

    def check(self, variant: str, tree: str, result: Path) -> None:
        """Compare the result with its source by `diff -r`; outside the measured time."""
        run(f"diff -r --no-dereference {shlex.quote(tree)} {shlex.quote(str(result))}")
        self.verified[variant] = self.verified.get(variant, 0) + 1

    async def timed(self, work: Callable[[], Awaitable[object]]) -> float:
        """Return the seconds that something takes."""
        started = time.monotonic()
        await work()
        return time.monotonic() - started

    async def shell(self, line: str) -> float:
        """Return the seconds that a shell line takes."""
        return await self.timed(lambda: asyncio.to_thread(run, line))

    async def ours(self, source: BuildSide, sides: list[TargetSide], name: str) -> float:
        """Return the seconds of a transfer of ours, verified and marked."""
        targets = {str(number): side for number, side in enumerate(sides)}
        return await self.timed(lambda: transfer(source, targets, name))

    def place(self, name: str) -> Path:
        """Return an empty directory."""
        place = self.root / name
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        return place

    async def warm_ours(self) -> float:
        place = self.place("warm_ours")
        side = self.side(0, place)
        await self.ours(self.first, [side], "1-" + self.first.manifest.id[:12])
        name = "2-" + self.second.manifest.id[:12]
        seconds = await self.ours(self.second, [side], name)
        self.check("warm mageconsole", self.second.tree, place / "releases" / name)
        self.check(
            "warm mageconsole, previous release",
            self.first.tree,
            place / "releases" / f"1-{self.first.manifest.id[:12]}",
        )
        return seconds

    async def warm_rsync(self) -> float:
        place = self.place("warm_rsync")
        run(f"cp -a {self.first.tree} {place}/1")
        target = f"{self.server.name}:{place}/2/"
        link = await self.shell(f"{self.ssh} {self.server.name} cp -al {place}/1 {place}/2")
        seconds = link + await self.shell(f"{self.rsync} -a --delete {self.second.tree}/ {target}")
        self.check("warm rsync", self.second.tree, place / "2")
        return seconds

    async def cold_ours(self) -> float:
        place = self.place("cold_ours")
        name = "1-" + self.first.manifest.id[:12]
        seconds = await self.ours(self.first, [self.side(0, place)], name)
        self.check("cold mageconsole", self.first.tree, place / "releases" / name)
        return seconds

    async def cold_rsync(self) -> float:
        place = self.place("cold_rsync")
        seconds = await self.shell(f"{self.rsync} -a {self.first.tree}/ {self.server.name}:{place}/1/")
        self.check("cold rsync", self.first.tree, place / "1")
        return seconds

    async def four_ours(self) -> float:
        places = [self.place(f"four_ours{number}") for number in range(4)]
        sides = [self.side(number, place) for number, place in enumerate(places)]
        name = "1-" + self.first.manifest.id[:12]
        seconds = await self.ours(self.first, sides, name)
        for place in places:
            self.check("four mageconsole", self.first.tree, place / "releases" / name)
            shutil.rmtree(place)
        return seconds

    async def four_rsync(self) -> float:
        seconds = 0.0
        for number in range(4):
            place = self.place(f"four_rsync{number}")
            seconds += await self.shell(f"{self.rsync} -a {self.first.tree}/ {self.server.name}:{place}/1/")
            self.check("four rsync", self.first.tree, place / "1")
            shutil.rmtree(place)
        return seconds

    async def relay_straight(self) -> float:
        place = self.place("relay_straight")
        unpack = f"cd {place} && zstd -qd | tar xf -"
        line = f"tar -C {self.first.tree} -cf - . | zstd -q -1 | {self.ssh} {self.server.name} '{unpack}'"
        build = f"{self.ssh} {self.server.name} {shlex.quote(line)}"
        seconds = await self.shell(build)
        self.check("straight", self.first.tree, place)
        return seconds


def versions() -> str:
    """Return what ran."""

    def first(*command: str) -> str:
        said = subprocess.run(command, capture_output=True, text=True, check=False)
        return (said.stdout or said.stderr).splitlines()[0].strip()

    return "\n".join(
        (
            f"Linux {platform.release()}, {os.cpu_count()} cores, Python {platform.python_version()}, "
            f"asyncssh {asyncssh.__version__}",
            f"{first('ssh', '-V')}; {first('rsync', '--version')}",
            f"{first('tar', '--version')}; {first('zstd', '--version')}",
            f"openssl on the hosts: {first('openssl', 'version')}",
        )
    )


async def measure(arguments: argparse.Namespace, root: Path, server: Sshd) -> str:
    """Run everything; return the report."""
    make_tree(root / "tree1", arguments.files)
    next_tree(root / "tree1", root / "tree2")
    hosts = [await connect(server.address, options=server.options()) for _ in range(5)]
    sides = []
    packing: list[float] = []
    for tree in (root / "tree1", root / "tree2"):
        manifest = await scan(hosts[0], str(tree))
        info = Info(id=manifest.id, commit="0" * 40)
        packs = f"{tree}.packs"
        started = time.monotonic()
        await store(hosts[0], str(tree), packs, manifest)
        packing.append(time.monotonic() - started)
        sides.append(BuildSide(host=hosts[0], tree=str(tree), manifest=manifest, info=info, packs=packs))
    bench = Bench(root, server, hosts, sides)
    bench.packing = packing
    variants: dict[str, Callable[[], Awaitable[float]]] = {
        "warm mageconsole": bench.warm_ours, "warm base": bench.warm_rsync,
        "cold mageconsole": bench.cold_ours, "cold base": bench.cold_rsync,
        "four mageconsole": bench.four_ours, "four base": bench.four_rsync,
        "relay base": bench.relay_straight,
    }  # fmt: skip
    chosen = {
        name: work for name, work in variants.items() if not arguments.only or name.split()[0] in arguments.only
    }
    seconds: dict[str, list[float]] = {name: [] for name in chosen}
    for number in range(arguments.rounds):
        order = list(chosen)
        random.Random(number).shuffle(order)
        for name in order:
            seconds[name].append(await chosen[name]())
            print(f"round {number + 1}: {name:18} {seconds[name][-1]:6.2f} s", file=sys.stderr, flush=True)
    for host in hosts:
        await host.close()
    # The transfer to one host is the one through the console.
    seconds["relay mageconsole"] = seconds.get("cold mageconsole", [])
    return report(arguments, bench, seconds)


def report(arguments: argparse.Namespace, bench: Bench, seconds: dict[str, list[float]]) -> str:
    """Return the report as text."""
    commit = subprocess.run(
        ["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=False
    ).stdout.strip()
    manifest = bench.first.manifest
    lines = [
        f"commit {commit}",
        f"python -m tests.benchmarks.transfer {' '.join(sys.argv[1:])}",
        versions(),
        f"{len(manifest.entries)} files, {manifest.size / 1e6:.0f} MB, in {bench.root}; rounds: {arguments.rounds}",
        "",
        "verified by mageconsole within its time: each sub-archive by SHA-256 on the host before it is unpacked,",
        "what was copied there by SHA-256, linked files by the record of the base (inode, size, mtime, ctime),",
        "presence, kind, size and executable bit of everything; it is on disk and marked. Before its time, as the",
        f"build does: all files were hashed and packed, {', '.join(f'{s:.2f}' for s in bench.packing)} s.",
        "By rsync: its own checksums of what it sent.",
        "compared with `diff -r` afterwards: "
        + ", ".join(f"{name} {count} times" for name, count in sorted(bench.verified.items())),
        "",
    ]
    for key, title, ours, base, goal in GOALS:
        mine, other = seconds.get(f"{key} mageconsole", []), seconds.get(f"{key} base", [])
        if not mine or not other:
            continue
        ratio = statistics.median(mine) / statistics.median(other)
        each = ", ".join(f"{a / b:.2f}" for a, b in zip(mine, other, strict=True))
        lines += [
            f"{title}",
            f"  {ours:45} {'  '.join(f'{value:6.2f}' for value in mine)} s",
            f"  {base:45} {'  '.join(f'{value:6.2f}' for value in other)} s",
            f"  ratio of medians {ratio:.2f} (rounds: {each}), goal at most {goal}: "
            + ("met" if ratio <= goal else "MISSED"),
        ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure, print, and save when asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=50_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--dir", default="/dev/shm/mageconsole-benchmark", help="where trees and targets lie")
    parser.add_argument("--only", nargs="*", default=[], help="warm, cold, four, relay")
    parser.add_argument("--save", action="store_true", help=f"write the report to {SAVED.name}")
    arguments = parser.parse_args()
    root = Path(arguments.dir)
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(parents=True)
    try:
        with Sshd(root / "sshd") as server:
            told = asyncio.run(measure(arguments, root, server))
    finally:
        shutil.rmtree(root, ignore_errors=True)
    print(told)
    if arguments.save:
        SAVED.write_text(told, "utf-8")


if __name__ == "__main__":
    main()
