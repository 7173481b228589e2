"""Transfers that are interrupted, that meet a slow or a broken host, that go to several hosts."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from core.errors import ConsoleError
from core.release import chunks, fanout
from core.release.inventory import take_inventory
from core.release.sides import BuildSide, TargetSide
from core.release.transfer import transfer
from core.ssh.host import LinkLost
from tests.release import shop
from tests.release.streaming import StreamingHost

CHUNK = 60_000
PIPE = 65_536
"""What a pipe of this machine holds."""


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunks, "MOST_BYTES", CHUNK)


@pytest.fixture
def source(tmp_path: Path) -> BuildSide:
    shop.make_tree(tmp_path / "tree", files=300)
    return shop.build_side(tmp_path / "tree")


def host_of(side: TargetSide | BuildSide) -> StreamingHost:
    assert isinstance(side.host, StreamingHost)
    return side.host


def lists_in(incoming: Path) -> bytes:
    """Return the lists of paths that a host acknowledged."""
    packed = b"".join(place.read_bytes() for place in sorted(incoming.glob("*.got.zstd")))
    assert packed
    return subprocess.run(["zstd", "-dc"], input=packed, stdout=subprocess.PIPE, check=True).stdout


def sent_by(source: BuildSide) -> int:
    """Return how many sub-archives were read from the build host."""
    counts = (re.search(r"^count=(\d+)$", script, re.M) for script in host_of(source).scripts)
    return sum(int(found[1]) for found in counts if found)


async def test_cut_at_every_sub_archive_it_goes_on(tmp_path: Path, source: BuildSide) -> None:
    """After each cut the next try sends no more than what had not been acknowledged."""
    target = shop.target_side(tmp_path / "web1")
    release = f"1-{source.manifest.id[:12]}"
    left = source.manifest.size
    lists_allowance = 40_000
    cuts = 0
    while True:
        host_of(target).allowance = 2 * CHUNK + lists_allowance
        host_of(target).received = 0
        try:
            report = await transfer(source, {"web1": target}, release)
            break
        except LinkLost:
            cuts += 1
        host_of(target).allowance = None
        found = (await take_inventory(target.host, target.layout)).find(release)
        assert found and not found.complete
        assert cuts < 20
    assert cuts >= 2
    assert report.hosts["web1"].bytes_sent < left
    assert shop.same(Path(source.tree), Path(target.layout.release(release)))


async def test_what_was_acknowledged_does_not_travel_again(tmp_path: Path, source: BuildSide) -> None:
    target = shop.target_side(tmp_path / "web1")
    release = f"1-{source.manifest.id[:12]}"
    acknowledged = 0

    def told(done: int, total: int) -> None:
        nonlocal acknowledged
        acknowledged = done

    host_of(target).allowance = source.manifest.size // 2
    with pytest.raises(LinkLost):
        await transfer(source, {"web1": target}, release, progress=told)
    host_of(target).allowance = None
    marks = Path(target.layout.mark(release)) / "incoming"
    got = {os.fsdecode(path).removeprefix("./") for path in lists_in(marks).split(b"\0")}
    left = sum(entry.size for entry in source.manifest.entries if entry.path not in got)
    assert 0 < left < source.manifest.size

    report = await transfer(source, {"web1": target}, release)

    assert report.hosts["web1"].bytes_sent == left
    assert left <= source.manifest.size - acknowledged + 2 * CHUNK + 2 * PIPE
    assert shop.same(Path(source.tree), Path(target.layout.release(release)))


async def test_a_reboot_makes_it_begin_anew(tmp_path: Path, source: BuildSide) -> None:
    """What was acknowledged before a power cut may never have reached the disk."""
    target = shop.target_side(tmp_path / "web1")
    release = f"1-{source.manifest.id[:12]}"
    host_of(target).allowance = source.manifest.size // 2
    with pytest.raises(LinkLost):
        await transfer(source, {"web1": target}, release)
    host_of(target).allowance = None
    noted = Path(target.layout.mark(release)) / "incoming" / "id"
    noted.write_text(noted.read_text().replace("-", "+", 1))

    report = await transfer(source, {"web1": target}, release)

    assert report.hosts["web1"].bytes_sent == source.manifest.size


async def test_the_artifact_is_read_once_for_all_hosts(tmp_path: Path, source: BuildSide) -> None:
    targets = {name: shop.target_side(tmp_path / name, name) for name in ("web1", "web2", "web3")}
    release = f"1-{source.manifest.id[:12]}"

    report = await transfer(source, targets, release)

    pieces = len(chunks.cut(source.manifest, {"one": frozenset(source.manifest.by_path)}))
    assert pieces > 3
    assert sent_by(source) == pieces
    for name, target in targets.items():
        assert report.hosts[name].bytes_sent == source.manifest.size
        assert shop.same(Path(source.tree), Path(target.layout.release(release)))


async def test_no_host_gets_what_it_has(tmp_path: Path, source: BuildSide) -> None:
    full = shop.target_side(tmp_path / "web1", "web1")
    await transfer(source, {"web1": full}, f"1-{source.manifest.id[:12]}")
    empty = shop.target_side(tmp_path / "web2", "web2")
    targets = {"web1": full, "web2": empty}

    report = await transfer(source, targets, f"2-{source.manifest.id[:12]}")

    assert report.hosts["web1"].bytes_sent == 0
    assert report.hosts["web2"].bytes_sent == source.manifest.size


async def test_a_host_that_fails_does_not_stop_the_others(tmp_path: Path, source: BuildSide) -> None:
    targets = {name: shop.target_side(tmp_path / name, name) for name in ("web1", "web2")}
    release = f"1-{source.manifest.id[:12]}"
    host_of(targets["web1"]).allowance = source.manifest.size // 2

    with pytest.raises(LinkLost):
        await transfer(source, targets, release)

    found = (await take_inventory(targets["web2"].host, targets["web2"].layout)).find(release)
    assert found and found.complete
    host_of(targets["web1"]).allowance = None
    report = await transfer(source, targets, release)
    assert report.hosts["web2"].bytes_sent == 0
    assert shop.same(Path(source.tree), Path(targets["web1"].layout.release(release)))


async def test_a_slow_host_is_served_again_afterwards(
    tmp_path: Path, source: BuildSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fanout, "_PATIENCE_S", 0.05)
    monkeypatch.setattr(fanout, "_PIECE", 4096)
    monkeypatch.setattr(fanout, "_QUEUE_PIECES", 2)
    targets = {name: shop.target_side(tmp_path / name, name) for name in ("web1", "web2")}
    host_of(targets["web2"]).pause = 0.1
    said: list[tuple[str, str]] = []
    release = f"1-{source.manifest.id[:12]}"

    await transfer(source, targets, release, log=lambda *line: said.append(line))

    assert [address for address, line in said if "fell behind" in line] == ["web2"]
    pieces = len(chunks.cut(source.manifest, {"one": frozenset(source.manifest.by_path)}))
    assert sent_by(source) > pieces, "what web2 missed is read again, for it alone"
    for target in targets.values():
        assert shop.same(Path(source.tree), Path(target.layout.release(release)))


async def test_a_full_disk_is_told_as_such(tmp_path: Path, source: BuildSide) -> None:
    target = shop.target_side(tmp_path / "web1")

    def limited(address: str, script: str) -> str:
        return f"ulimit -f 1\n{script}" if "tar -x" in script else script

    with pytest.raises(ConsoleError) as caught:
        await transfer(source, {"web1": target}, f"1-{source.manifest.id[:12]}", guard=limited)
    assert caught.value.code in ("disk-full", "not-received")
    assert caught.value.where == "web1"
