"""Sub-archives that the build stores: used, done without, and never believed blindly."""

from pathlib import Path

import msgspec
import pytest

from core.errors import ConsoleError
from core.release import chunks
from core.release.inventory import take_inventory
from core.release.packing import store
from core.release.sides import BuildSide
from core.release.transfer import transfer
from core.ssh.host import LinkLost
from tests.release import shop
from tests.release.streaming import StreamingHost


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunks, "MOST_BYTES", 60_000)


@pytest.fixture
async def source(tmp_path: Path) -> BuildSide:
    """An artifact that is stored packed, too; and a copy of its tree in `as_built`."""
    for name in ("tree", "as_built"):
        shop.make_tree(tmp_path / name, files=300)
    side = msgspec.structs.replace(shop.build_side(tmp_path / "tree"), packs=str(tmp_path / "packs"))
    await store(side.host, side.tree, side.packs, side.manifest)
    return side


def archives(source: BuildSide) -> list[Path]:
    """Return the stored sub-archives."""
    return sorted(place for place in Path(source.packs).iterdir() if place.suffix != ".head")


def under(place: str, pattern: str = "*") -> list[Path]:
    """Return what lies below a place."""
    return sorted(Path(place).rglob(pattern))


def names_in(place: Path) -> set[str]:
    """Return what lies right in a directory."""
    return {path.name for path in place.iterdir()}


def spoil_tree(source: BuildSide) -> None:
    """Empty every file of the tree: nothing can be packed from it any more."""
    for place in Path(source.tree).rglob("*.php"):
        place.write_bytes(b"")


async def test_it_is_stored_once_and_whole(tmp_path: Path, source: BuildSide) -> None:
    before = [(place, place.stat().st_ino) for place in under(source.packs)]
    await store(source.host, source.tree, source.packs, source.manifest)
    assert [(place, place.stat().st_ino) for place in under(source.packs)] == before
    assert names_in(tmp_path) == {"tree", "as_built", "packs"}


async def test_what_is_stored_travels(tmp_path: Path, source: BuildSide) -> None:
    targets = {name: shop.target_side(tmp_path / name, name) for name in ("web1", "web2")}
    release = f"1-{source.manifest.id[:12]}"
    assert len(archives(source)) > 3
    spoil_tree(source)

    report = await transfer(source, targets, release)

    for name, target in targets.items():
        assert shop.same(tmp_path / "as_built", Path(target.layout.release(release)))
        assert report.hosts[name].bytes_sent == source.manifest.size


async def test_an_interrupted_transfer_goes_on_from_what_is_stored(tmp_path: Path, source: BuildSide) -> None:
    target = shop.target_side(tmp_path / "web1")
    release = f"1-{source.manifest.id[:12]}"
    spoil_tree(source)
    assert isinstance(target.host, StreamingHost)
    target.host.allowance = source.manifest.size // 2
    with pytest.raises(LinkLost):
        await transfer(source, {"web1": target}, release)
    target.host.allowance = None

    report = await transfer(source, {"web1": target}, release)

    assert 0 < report.hosts["web1"].bytes_sent < source.manifest.size
    assert shop.same(tmp_path / "as_built", Path(target.layout.release(release)))


async def test_what_is_not_stored_is_packed_when_it_is_sent(tmp_path: Path, source: BuildSide) -> None:
    target = shop.target_side(tmp_path / "web1")
    release = f"1-{source.manifest.id[:12]}"
    for place in archives(source)[::2]:
        place.unlink()
        place.with_name(f"{place.name}.head").unlink()

    await transfer(source, {"web1": target}, release)

    assert shop.same(tmp_path / "as_built", Path(target.layout.release(release)))


async def test_a_stored_archive_that_spoilt_is_made_anew(tmp_path: Path, source: BuildSide) -> None:
    target = shop.target_side(tmp_path / "web1")
    release = f"1-{source.manifest.id[:12]}"
    place = archives(source)[1]
    data = bytearray(place.read_bytes())
    data[len(data) // 2] ^= 1
    place.write_bytes(data)
    said: list[str] = []

    await transfer(source, {"web1": target}, release, log=lambda _, line: said.append(line))

    assert [line for line in said if "other bytes than were packed" in line]
    assert shop.same(tmp_path / "as_built", Path(target.layout.release(release)))


@pytest.mark.parametrize("larger_than", [100, 10_000], ids=["directories, too", "archives"])
async def test_bytes_that_change_on_their_way_are_refused(
    tmp_path: Path, source: BuildSide, larger_than: int
) -> None:
    target = shop.target_side(tmp_path / "web1")
    release = f"1-{source.manifest.id[:12]}"
    assert isinstance(target.host, StreamingHost)
    target.host.garbles = larger_than

    with pytest.raises(ConsoleError) as caught:
        await transfer(source, {"web1": target}, release)

    assert caught.value.code == "archive-damaged"
    there = under(target.layout.release(release))
    assert not [place for place in there if not place.is_dir()], "nothing of it was unpacked"
    assert bool(there) is (larger_than > 1000), "directories are made from a list that arrived whole"
    found = (await take_inventory(target.host, target.layout)).find(release)
    assert found and not found.complete


async def test_a_tree_that_is_not_its_manifest_is_not_stored(tmp_path: Path, source: BuildSide) -> None:
    victim = under(f"{source.tree}/vendor/magento", "*.php")[0]
    data = bytearray(victim.read_bytes())
    data[0] ^= 1
    victim.write_bytes(data)

    with pytest.raises(ConsoleError) as caught:
        await store(source.host, source.tree, f"{source.packs}2", source.manifest)

    assert caught.value.code == "artifact-changed"
    assert victim.name in caught.value.what
    assert names_in(tmp_path) == {"tree", "as_built", "packs"}
