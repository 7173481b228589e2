"""Releases on a host: listing, switching, shared links, drift, retention."""

# ruff: noqa: ASYNC240 - a test has its event loop for itself

import asyncio
import grp
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from core.errors import ConsoleError, Refused
from core.release import switch
from core.release.drift import deep_verify, quick_drift
from core.release.inventory import Inventory, Release, take_inventory
from core.release.layout import Layout
from core.release.lost import lost_at_switch
from core.release.manifest import Manifest
from core.release.names import newest_of, next_name
from core.release.occupant import Kind, Occupant, refuse_unusable
from core.release.retention import artifacts_that_may_go, in_use, may_go, remove
from core.release.shared import Shared, link_shared, outermost, wrong_links
from core.release.sides import TargetSide
from core.release.survey import survey
from core.release.transfer import transfer
from tests.release import shop

SHARED = Shared(files=("app/etc/env.php", "var/.maintenance.ip"), dirs=("pub/media", "var/log"))


@pytest.fixture
def target(tmp_path: Path) -> TargetSide:
    return shop.target_side(tmp_path / "web1")


async def release(target: TargetSide, tmp_path: Path, number: int) -> tuple[str, Manifest]:
    """Lay out a release whose artifact differs from all others a little."""
    tree = tmp_path / f"tree{number}"
    shop.make_tree(tree, files=40)
    shop.write(tree, "vendor/acme/version.php", f"<?php // {number}".encode())
    source = shop.build_side(tree)
    name = f"{number}-{source.manifest.id[:12]}"
    await transfer(source, {"web1": target}, name)
    return name, source.manifest


async def go_live(target: TargetSide, name: str) -> None:
    await switch.prepare(target.host, target.layout, name)
    await switch.take(target.host, target.layout, name)


async def inventory(target: TargetSide) -> Inventory:
    return await take_inventory(target.host, target.layout)


async def test_switch_and_back(target: TargetSide, tmp_path: Path) -> None:
    first, _ = await release(target, tmp_path, 1)
    second, _ = await release(target, tmp_path, 2)
    await go_live(target, first)
    await switch.prepare(target.host, target.layout, second)
    links = await switch.links(target.host, target.layout)
    assert (Path(links.current).name, Path(links.next).name) == (first, second)
    for _ in range(2):
        await switch.take(target.host, target.layout, second)
    found = await inventory(target)
    assert found.live and found.previous
    assert (found.live.name, found.previous.name, found.next) == (second, first, "")
    for _ in range(2):
        await switch.take_back(target.host, target.layout, second, first)
    found = await inventory(target)
    assert found.live and found.live.name == first
    assert found.previous is None, "a switch that was taken back is no history"


async def test_taking_back_a_roll_back_keeps_the_history(target: TargetSide, tmp_path: Path) -> None:
    first, _ = await release(target, tmp_path, 1)
    second, _ = await release(target, tmp_path, 2)
    await go_live(target, first)
    await go_live(target, second)
    await go_live(target, first)
    await switch.take_back(target.host, target.layout, first, second)
    found = await inventory(target)
    assert found.live and found.previous
    assert (found.live.name, found.previous.name) == (second, first)


async def test_a_first_switch_is_taken_back_to_nothing(target: TargetSide, tmp_path: Path) -> None:
    first, _ = await release(target, tmp_path, 1)
    await go_live(target, first)
    await switch.take_back(target.host, target.layout, first, "")
    assert not os.path.lexists(target.layout.current)


async def test_no_switch_to_what_is_not_complete(target: TargetSide, tmp_path: Path) -> None:
    first, _ = await release(target, tmp_path, 1)
    Path(target.layout.mark(first), "complete").unlink()
    with pytest.raises(ConsoleError) as caught:
        await switch.prepare(target.host, target.layout, first)
    assert caught.value.code == "switch-not-prepared"


async def test_current_that_is_a_directory_stays(target: TargetSide, tmp_path: Path) -> None:
    first, _ = await release(target, tmp_path, 1)
    shop.write(Path(target.layout.current), "index.php", b"x")
    with pytest.raises(ConsoleError):
        await switch.prepare(target.host, target.layout, first)
    assert Path(target.layout.current, "index.php").exists()


async def test_shared_paths_are_linked_and_checked(target: TargetSide, tmp_path: Path) -> None:
    name, _ = await release(target, tmp_path, 1)
    place, layout = Path(target.layout.release(name)), target.layout
    shop.write(Path(layout.shared), "app/etc/env.php", b"<?php return [];")
    shop.write(place, "pub/media/shipped.txt", b"x")
    assert len(await wrong_links(target.host, layout, name, SHARED)) == 4
    for _ in range(2):
        await link_shared(target.host, layout, name, SHARED)
    assert await wrong_links(target.host, layout, name, SHARED) == ()
    assert (place / "app/etc/env.php").read_bytes() == b"<?php return [];"
    assert (place / "pub/media").resolve() == Path(layout.shared, "pub/media").resolve()
    assert not Path(layout.shared, "var/.maintenance.ip").exists()
    (place / "var/log").unlink()
    (place / "var/log").symlink_to("/tmp")
    assert [told.split(":")[0] for told in await wrong_links(target.host, layout, name, SHARED)] == ["var/log"]


async def test_what_commands_and_php_fpm_make_belongs_to_their_group(
    target: TargetSide, tmp_path: Path
) -> None:
    name, _ = await release(target, tmp_path, 1)
    group = grp.getgrgid(os.getgroups()[-1] if os.getuid() else 1).gr_name
    await link_shared(target.host, target.layout, name, SHARED, umask="0002", group=group)
    for place in (Path(target.layout.release(name), "var"), Path(target.layout.shared, "pub/media")):
        (place / "cache").mkdir()
        assert (place / "cache").group() == group


async def test_env_php_is_never_made(target: TargetSide, tmp_path: Path) -> None:
    name, _ = await release(target, tmp_path, 1)
    await link_shared(target.host, target.layout, name, SHARED)
    assert not Path(target.layout.shared, "app/etc/env.php").exists()


async def test_a_directory_of_the_live_release_is_never_replaced(target: TargetSide, tmp_path: Path) -> None:
    name, _ = await release(target, tmp_path, 1)
    await go_live(target, name)
    shop.write(Path(target.layout.release(name)), "pub/media/a.jpg", b"x")
    with pytest.raises(ConsoleError) as caught:
        await link_shared(target.host, target.layout, name, SHARED)
    assert caught.value.code == "not-linked"
    assert Path(target.layout.release(name), "pub/media/a.jpg").exists()


async def test_a_shared_path_behind_a_link_is_not_removed(target: TargetSide, tmp_path: Path) -> None:
    """`var` leads to a place of somebody's: `var/log` there is not ours to replace."""
    name, _ = await release(target, tmp_path, 1)
    place = Path(target.layout.release(name))
    shop.write(tmp_path / "elsewhere", "log/system.log", b"precious")
    shutil.rmtree(place / "var")
    (place / "var").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ConsoleError):
        await link_shared(target.host, target.layout, name, SHARED)
    assert (tmp_path / "elsewhere/log/system.log").read_bytes() == b"precious"


def test_shared_paths_in_shared_paths_need_no_link() -> None:
    assert outermost(("var", "var/log", "variant", "pub/media/")) == ("pub/media", "var", "variant")


async def test_what_a_switch_would_lose(target: TargetSide, tmp_path: Path) -> None:
    first, old = await release(target, tmp_path, 1)
    await go_live(target, first)
    await link_shared(target.host, target.layout, first, SHARED)
    place = Path(target.layout.release(first))
    new = shop.manifest_of(tmp_path / "tree1")
    none = await lost_at_switch(target.host, target.layout, first, old, new, SHARED)
    assert none.nothing
    for path in ("pub/google123.html", "pub/.well-known/apple", "vendor/acme/patch.php", "pub/feeds/a b.xml"):
        shop.write(place, path, b"by hand")
    for path in ("var/cache/x", "generated/code/New/Proxy.php", "pub/static/frontend/new.css"):
        shop.write(place, path, b"by Magento")
    (place / "vendor/acme/version.php").write_bytes(b"<?php // hot-fix")
    (place / "bin/magento").write_bytes(b"#!/bin/false")
    os.utime(place / "vendor/bin/tool")
    found = await lost_at_switch(target.host, target.layout, first, old, new, SHARED)
    assert found.added == (
        "pub/.well-known/apple",
        "pub/feeds/a b.xml",
        "pub/google123.html",
        "vendor/acme/patch.php",
    )
    assert found.changed == ("bin/magento", "vendor/acme/version.php")


async def test_deep_verification_finds_what_only_hashing_finds(target: TargetSide, tmp_path: Path) -> None:
    name, manifest = await release(target, tmp_path, 1)
    await link_shared(target.host, target.layout, name, SHARED)
    assert (await deep_verify(target.host, target.layout, name, manifest, SHARED)).nothing
    place = Path(target.layout.release(name), "vendor/acme/version.php")
    place.write_bytes(place.read_bytes().replace(b"1", b"7"))
    Path(target.layout.release(name), "lib/x.php").write_bytes(b"")
    Path(target.layout.release(name), "pub/index.php").unlink()
    for look in (deep_verify, quick_drift):
        found = await look(target.host, target.layout, name, manifest, SHARED)
        assert (found.changed, found.missing, found.extra) == (
            ("vendor/acme/version.php",), ("pub/index.php",), ("lib/x.php",),
        )  # fmt: skip


async def test_a_release_restored_from_a_copy_is_as_it_was_built(target: TargetSide, tmp_path: Path) -> None:
    name, manifest = await release(target, tmp_path, 1)
    place = Path(target.layout.release(name))
    shutil.copytree(place, tmp_path / "copy", symlinks=True)
    shutil.rmtree(place)
    shutil.copytree(tmp_path / "copy", place, symlinks=True)
    assert (await quick_drift(target.host, target.layout, name, manifest, SHARED)).nothing
    link = place / "vendor/bin/link"
    assert link.is_symlink()
    link.unlink()
    link.symlink_to("../elsewhere")
    assert (await quick_drift(target.host, target.layout, name, manifest, SHARED)).changed == (
        "vendor/bin/link",
    )


async def test_removal_leaves_no_doubt_about_what_stays(target: TargetSide, tmp_path: Path) -> None:
    names = [(await release(target, tmp_path, number))[0] for number in (1, 2, 3)]
    await go_live(target, names[2])
    tampered = Path(target.layout.release(names[1]), "vendor/acme/odd/umläut.css")
    kept = tampered.stat()
    tampered.write_bytes(bytes(reversed(tampered.read_bytes())))
    os.utime(tampered, ns=(kept.st_atime_ns, kept.st_mtime_ns))

    done = await remove(target.host, target.layout, [names[0]])

    assert (done.removed, done.left) == ((names[0],), ())
    assert not os.path.lexists(target.layout.release(names[0]))
    for name in names[1:]:
        found = await survey(target.host, target.layout, name)
        assert not found.changed and not found.extra
        assert set(found.touched) == {"vendor/acme/odd/umläut.css"}, "an edit by hand must stay in doubt"


async def test_the_live_release_is_never_removed(target: TargetSide, tmp_path: Path) -> None:
    first, _ = await release(target, tmp_path, 1)
    second, _ = await release(target, tmp_path, 2)
    await go_live(target, first)
    await switch.prepare(target.host, target.layout, second)
    for name in (first, second, "../shared"):
        with pytest.raises(ConsoleError) as caught:
            await remove(target.host, target.layout, [name])
        assert caught.value.code == "not-removed"
    assert {r.name for r in (await inventory(target)).releases if r.complete} == {first, second}


async def test_what_processes_and_links_use(target: TargetSide, tmp_path: Path) -> None:
    first, _ = await release(target, tmp_path, 1)
    second, _ = await release(target, tmp_path, 2)
    third, _ = await release(target, tmp_path, 3)
    Path(target.layout.root, "stable").symlink_to(f"releases/{second}")
    fourth, _ = await release(target, tmp_path, 4)
    consumer = await asyncio.create_subprocess_exec("sleep", "60", cwd=target.layout.release(first))
    magento = f"{target.layout.release(third)}/bin/magento"
    pipe = asyncio.subprocess.PIPE
    cron = await asyncio.create_subprocess_exec("sh", "-c", "read _", "php", magento, "cron:run", stdin=pipe)
    try:
        used = await in_use(target.host, target.layout, (first, second, third, fourth))
        assert used == {first, second, third}
    finally:
        for process in (consumer, cron):
            process.kill()
            await process.wait()


def listed(live: str, *releases: Release) -> Inventory:
    shown = tuple(
        Release(**{**{f: getattr(r, f) for f in r.__struct_fields__}, "live": r.name == live}) for r in releases
    )
    return Inventory(address="web", occupant=Occupant(Kind.OURS), releases=shown)


def named(number: int, **more: object) -> Release:
    facts: dict[str, object] = {"complete": True, "verified_at": 1.0, **more}
    return Release(name=f"{number}-{'a' * 12}", **facts)  # type: ignore[arg-type] # the test's own values


def going(inventories: list[Inventory], keep: int, used: tuple[str, ...] = ()) -> list[int]:
    return [int(name.split("-")[0]) for name in may_go(inventories, keep, used)]


def test_retention() -> None:
    all_of_them = [named(number) for number in range(1, 10)]
    live = all_of_them[7].name
    assert going([listed(live, *all_of_them)], 3) == [1, 2, 3, 4, 5, 6]
    assert going([listed(live, *all_of_them)], 3, (all_of_them[1].name,)) == [1, 3, 4, 5, 6]
    assert going([listed(live, *all_of_them), listed(all_of_them[2].name, *all_of_them)], 3) == [1, 2]
    assert going([listed("", *all_of_them)], 3) == [], "without a live release nothing may go"
    unverified = [
        named(1),
        named(2, verified_at=None),
        named(3, complete=False, verified_at=None),
        named(4),
        named(5),
    ]
    assert going([listed(unverified[4].name, *unverified)], 3) == [2, 3]
    before = [named(1, live_since=5.0), named(2), named(3), named(4, live_since=6.0)]
    assert going([listed(before[3].name, *before)], 1) == [2, 3]
    assert artifacts_that_may_go(["d", "c", "b", "a"], 2, {"a"}) == ("b",)
    assert artifacts_that_may_go(["d", "c", "b", "a"], 9, set()) == ()
    assert artifacts_that_may_go(["d", "c", "b", "a"], 0, set()) == ("c", "b", "a")


def test_names() -> None:
    artifact = "f" * 64
    names = ["9-" + "f" * 12, "10-" + "a" * 12, "20240101120000", "11-" + "f" * 12]
    assert next_name(artifact, names) == "12-" + "f" * 12
    assert newest_of(artifact, names) == "11-" + "f" * 12
    assert newest_of("0" * 64, names) == ""


def _nothing(root: Path) -> None:
    root.rmdir()


def _ready(root: Path) -> None:
    shop.write(root, "shared/app/etc/env.php", b"x")


def _magento(root: Path) -> None:
    shop.write(root, "bin/magento", b"x")


def _deployer(root: Path) -> None:
    shop.write(root, ".dep/releases_log", b"x")
    (root / "releases/1").mkdir(parents=True)


def _capistrano(root: Path) -> None:
    (root / "releases/20240101120000").mkdir(parents=True)
    shop.write(root, "repo/HEAD", b"x")


def _directory(root: Path) -> None:
    shop.write(root, "current/index.php", b"x")


def _other(root: Path) -> None:
    shop.write(root, "wp-config.php", b"x")


def _file(root: Path) -> None:
    root.rmdir()
    root.write_bytes(b"x")


@pytest.mark.parametrize(
    ("lay", "kind"),
    [
        (_nothing, Kind.NOTHING), (_ready, Kind.NOTHING), (_magento, Kind.MAGENTO), (_deployer, Kind.DEPLOYER),
        (_capistrano, Kind.CAPISTRANO), (_directory, Kind.CURRENT_IS_DIRECTORY), (_other, Kind.OTHER),
        (_file, Kind.OTHER),
    ],
)  # fmt: skip
async def test_what_lies_at_the_path(target: TargetSide, lay: Callable[[Path], None], kind: Kind) -> None:
    lay(Path(target.layout.root))
    found = (await take_inventory(target.host, Layout(target.layout.root))).occupant
    assert found.kind is kind
    if kind is Kind.NOTHING:
        refuse_unusable(found, "web1", target.layout.root)
    else:
        with pytest.raises(Refused):
            refuse_unusable(found, "web1", target.layout.root)


async def test_our_layout_is_known_as_ours(target: TargetSide, tmp_path: Path) -> None:
    name, _ = await release(target, tmp_path, 1)
    await go_live(target, name)
    assert (await inventory(target)).occupant.kind is Kind.OURS
