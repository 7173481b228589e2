"""Transfers on real files: what arrives, what is shared, what travels."""

import os
import shlex
import shutil
import time
from pathlib import Path

import pytest

from core.errors import ConsoleError
from core.release.inventory import take_inventory
from core.release.marks import read_release_manifest
from core.release.sides import BuildSide, HostReport, TargetSide
from core.release.survey import survey
from core.release.transfer import transfer
from tests.release import shop


def name(number: int, artifact: str) -> str:
    return f"{number}-{artifact[:12]}"


async def send(source: BuildSide, target: TargetSide, number: int) -> tuple[Path, HostReport]:
    """Transfer to one host; return the release's directory and the report."""
    release = name(number, source.manifest.id)
    report = await transfer(source, {"web1": target}, release)
    return Path(target.layout.release(release)), report.hosts["web1"]


def next_tree(tree: Path, copy: Path, *, fresh: bool = True) -> Path:
    """Return a second artifact: about 1.5 % changed, some added and removed, all times new."""
    shutil.copytree(tree, copy, symlinks=True)
    files = sorted(copy.glob("vendor/**/*.php"))
    for place in files[:: len(files) // 4]:
        place.write_bytes(b"<?php // changed\n")
    files[5].unlink()
    shutil.rmtree(next(copy.glob("generated/code/*")))
    shop.write(copy, "vendor/acme/new module/Made.php", b"<?php // new")
    (copy / "vendor/bin/tool").chmod(0o644)
    (copy / "app/etc/config.php").write_bytes(b"<?php return ['modules' => ['A' => 1]];\n")
    if fresh:
        for place in copy.rglob("*"):
            os.utime(place, (time.time(), time.time()), follow_symlinks=False)
    return copy


def shared_inodes(left: Path, right: Path) -> set[str]:
    """Return the files that are one inode in both."""
    mine = {str(p.relative_to(left)): p.stat().st_ino for p in left.rglob("*") if p.is_file()}
    return {
        path
        for path, inode in mine.items()
        if (right / path).is_file() and (right / path).stat().st_ino == inode
    }


def files_of(tree: Path) -> list[Path]:
    """Return the files of a tree, and the links that are shared."""
    return [place for place in tree.rglob("*") if place.is_file() and place.name != "dangling"]


def one_of(tree: Path, pattern: str) -> Path:
    """Return the first file that matches."""
    return sorted(tree.glob(pattern))[0]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    shop.make_tree(tmp_path / "tree")
    return tmp_path / "tree"


async def test_a_first_release_is_the_artifact(tmp_path: Path, tree: Path) -> None:
    source, target = shop.build_side(tree), shop.target_side(tmp_path / "web1")

    release, report = await send(source, target, 1)

    assert shop.same(tree, release)
    assert report.linked == 0
    assert report.bytes_sent == source.manifest.size
    inventory = await take_inventory(target.host, target.layout)
    found = inventory.find(release.name)
    assert found and found.complete and found.artifact_id == source.manifest.id
    assert await read_release_manifest(target.host, target.layout, release.name) == source.manifest


async def test_a_second_release_shares_what_did_not_change(tmp_path: Path, tree: Path) -> None:
    target = shop.target_side(tmp_path / "web1")
    first, _ = await send(shop.build_side(tree), target, 1)
    other = next_tree(tree, tmp_path / "tree2")
    source = shop.build_side(other)

    second, report = await send(source, target, 2)

    assert shop.same(other, second)
    assert shop.same(tree, first), "the previous release was changed"
    shared = shared_inodes(first, second)
    assert len(shared) > 250
    assert report.linked == len(shared)
    assert not shared & {"app/etc/config.php", "pub/static/.htaccess", "pub/static/deployed_version.txt"}
    assert not [path for path in shared if path.startswith(("var/", "bin/", "pub/index"))]
    assert report.bytes_sent < source.manifest.size * 0.05


async def test_links_leave_no_doubt_about_the_base(tmp_path: Path, tree: Path) -> None:
    """Our own linking changes ctimes; the third transfer still trusts the second release without hashing."""
    target = shop.target_side(tmp_path / "web1")
    await send(shop.build_side(tree), target, 1)
    second_tree = next_tree(tree, tmp_path / "tree2")
    second, _ = await send(shop.build_side(second_tree), target, 2)
    for release in (name(1, shop.manifest_of(tree).id), second.name):
        found = await survey(target.host, target.layout, release)
        assert not (found.changed or found.extra or found.extra_directories or found.touched)


async def test_a_file_changed_on_the_host_is_not_linked(tmp_path: Path, tree: Path) -> None:
    target = shop.target_side(tmp_path / "web1")
    first, _ = await send(shop.build_side(tree), target, 1)
    victims = sorted(first.glob("vendor/magento/**/*.php"))[:3]
    victims[0].write_bytes(b"<?php // a hot-fix by hand")
    kept = victims[1].stat()
    data = bytearray(victims[1].read_bytes())
    data[0] ^= 1
    victims[1].write_bytes(data)  # the same size, and the same mtime again
    os.utime(victims[1], ns=(kept.st_atime_ns, kept.st_mtime_ns))
    os.utime(victims[2])  # touched, contents unchanged
    shop.write(first, "vendor/magento/module-1/left/behind.php", b"<?php // made by hand")
    other = next_tree(tree, tmp_path / "tree2")

    second, _ = await send(shop.build_side(other), target, 2)

    assert shop.same(other, second)
    shared = shared_inodes(first, second)
    assert not shared & {str(victim.relative_to(first)) for victim in victims}
    assert victims[0].read_bytes() == b"<?php // a hot-fix by hand"
    assert victims[1].read_bytes() == data


async def test_the_same_artifact_again_travels_not_at_all(tmp_path: Path, tree: Path) -> None:
    target = shop.target_side(tmp_path / "web1")
    await send(shop.build_side(tree), target, 1)

    again, report = await send(shop.build_side(tree), target, 2)

    assert shop.same(tree, again)
    assert (report.sent, report.linked + report.copied) == (0, len(files_of(tree)))
    assert report.bytes_sent == 0


async def test_another_umask_rules_a_base_out(tmp_path: Path, tree: Path) -> None:
    root = tmp_path / "web1"
    await send(shop.build_side(tree), shop.target_side(root), 1)
    other = next_tree(tree, tmp_path / "tree2")

    second, report = await send(shop.build_side(other), shop.target_side(root, umask="0002"), 2)

    assert report.linked == 0
    assert {oct(p.stat().st_mode & 0o777) for p in second.rglob("*.php")} == {"0o664"}
    assert oct((second / "bin/magento").stat().st_mode & 0o777) == "0o775"
    assert oct((second / "vendor/magento").stat().st_mode & 0o777) == "0o775"


def _elsewhere(here: Path) -> Path:
    """Return a directory on another device."""
    places = (Path("/dev/shm"), Path("/var/tmp"))
    return next(place for place in places if place.stat().st_dev != here.stat().st_dev)


async def test_a_base_on_another_device_is_copied(tmp_path: Path, tree: Path) -> None:
    """Hard links can't cross devices (EXDEV): what can't be linked is a copy, checked by its contents."""
    root, away = tmp_path / "web1", _elsewhere(tmp_path) / f"mageconsole-{os.getpid()}"
    target = shop.target_side(root)
    first, _ = await send(shop.build_side(tree), target, 1)
    other = next_tree(tree, tmp_path / "tree2")
    try:
        shutil.move(first, away)
        first.symlink_to(away)
        second, report = await send(shop.build_side(other), target, 2)
        assert shop.same(other, second)
        assert shop.same(tree, away)
        assert not shared_inodes(first, second)
        assert report.bytes_sent <= shop.manifest_of(other).size
    finally:
        shutil.rmtree(away)


class Meddler:
    """Something else that writes into a release right before it is completed, so many times."""

    def __init__(self, release: Path, times: int) -> None:
        self.release, self.times = release, times

    def __call__(self, address: str, script: str) -> str:
        if "approved=" not in script or self.times == 0:
            return script
        self.times -= 1
        place = shlex.quote(str(self.release))
        return f"mkdir {place}/made; echo evil > {place}/made/x.php; echo evil > {place}/bin/magento\n{script}"


async def test_a_release_that_was_meddled_with_is_put_right(tmp_path: Path, tree: Path) -> None:
    source, target = shop.build_side(tree), shop.target_side(tmp_path / "web1")
    release = name(1, source.manifest.id)
    place = Path(target.layout.release(release))

    await transfer(source, {"web1": target}, release, guard=Meddler(place, 1))

    assert shop.same(tree, place)


async def test_a_release_that_stays_wrong_is_not_complete(tmp_path: Path, tree: Path) -> None:
    source, target = shop.build_side(tree), shop.target_side(tmp_path / "web1")
    release = name(1, source.manifest.id)
    place = Path(target.layout.release(release))

    with pytest.raises(ConsoleError) as caught:
        await transfer(source, {"web1": target}, release, guard=Meddler(place, 9))

    assert caught.value.code == "release-not-verified"
    found = (await take_inventory(target.host, target.layout)).find(release)
    assert found and not found.complete
    await transfer(source, {"web1": target}, release)
    assert shop.same(tree, place)


async def test_what_arrives_is_never_written_into_a_shared_file(tmp_path: Path, tree: Path) -> None:
    """A path that arrives is, meanwhile, one inode with a file of the live release."""
    target = shop.target_side(tmp_path / "web1")
    first, _ = await send(shop.build_side(tree), target, 1)
    other = next_tree(tree, tmp_path / "tree2")
    source = shop.build_side(other)
    release = name(2, source.manifest.id)
    place = Path(target.layout.release(release))
    shared = one_of(first, "vendor/magento/**/*.php")
    changed = "vendor/acme/new module/Made.php"
    times = 1

    def link_to_the_live_one(address: str, script: str) -> str:
        nonlocal times
        if "approved=" not in script or times == 0:
            return script
        times -= 1
        return f"ln -f {shlex.quote(str(shared))} {shlex.quote(str(place / changed))}\n{script}"

    await transfer(source, {"web1": target}, release, guard=link_to_the_live_one)

    assert times == 0
    assert shop.same(other, place)
    assert shop.same(tree, first)


async def test_rights_of_the_build_do_not_travel(tmp_path: Path, tree: Path) -> None:
    target = shop.target_side(tmp_path / "web1")
    (tree / "vendor/magento").chmod(0o2700)
    one_of(tree, "vendor/magento/**/*.php").chmod(0o4600)

    release, _ = await send(shop.build_side(tree), target, 1)

    found = {path.stat().st_mode & 0o7777 for path in (release / "vendor/magento").rglob("*")}
    assert found == {0o644, 0o755}
    assert (release / "vendor/magento").stat().st_mode & 0o7777 == 0o755


async def test_an_artifact_changed_after_its_build_is_refused(tmp_path: Path, tree: Path) -> None:
    source, target = shop.build_side(tree), shop.target_side(tmp_path / "web1")
    victim = one_of(tree, "vendor/magento/**/*.php")
    data = bytearray(victim.read_bytes())
    data[0] ^= 1
    victim.write_bytes(data)

    with pytest.raises(ConsoleError) as caught:
        await send(source, target, 1)

    assert caught.value.code == "artifact-changed"
    assert victim.name in caught.value.what


async def test_nothing_is_left_on_the_build_host(tmp_path: Path, tree: Path) -> None:
    before = shop.manifest_of(tmp_path)
    await send(shop.build_side(tree), shop.target_side(tmp_path / "web1"), 1)
    shutil.rmtree(tmp_path / "web1")
    assert shop.manifest_of(tmp_path).id == before.id
