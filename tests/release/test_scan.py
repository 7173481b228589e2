"""The manifest of a tree, made by the tools of a host; what is kept out of it."""

import os
import socket
from pathlib import Path

import pytest

from core.errors import ConsoleError
from core.release.exclusion import excluder
from core.release.scan import scan
from tests.release import shop
from tests.release.streaming import StreamingHost


async def test_any_name_and_kind(tmp_path: Path) -> None:
    shop.make_tree(tmp_path, files=60)
    assert await scan(StreamingHost(), str(tmp_path)) == shop.manifest_of(tmp_path)


async def test_an_empty_tree(tmp_path: Path) -> None:
    assert (await scan(StreamingHost(), str(tmp_path))).entries == ()


async def test_umask_and_times_do_not_change_the_id(tmp_path: Path) -> None:
    shop.make_tree(tmp_path / "a", files=20)
    shop.make_tree(tmp_path / "b", files=20)
    for place in (tmp_path / "b").rglob("*"):
        if place.is_file() and not place.is_symlink():
            place.chmod(place.stat().st_mode | 0o060)
        os.utime(place, (1, 1), follow_symlinks=False)
    host = StreamingHost()
    assert (await scan(host, str(tmp_path / "a"))).id == (await scan(host, str(tmp_path / "b"))).id


async def test_what_is_never_in_it(tmp_path: Path) -> None:
    kept = ("app/etc/config.php", "var/view_preprocessed/a.less", "vendor/a/var/x.php", "vendor/a/.gitignore")
    never = (
        "app/etc/env.php", "auth.json", "vendor/a/auth.json", ".git/HEAD", "vendor/a/.git/config", "var/.regenerate",
        "var/cache/x", "pub/media/a.jpg", "pub/static/_cache/m.css", "pub/sitemap/s.xml", "node_modules/a/b.js",
        "vendor/b/node_modules/c.js", "docs/a.md",
    )  # fmt: skip
    for path in (*kept, *never):
        shop.write(tmp_path, path, b"x")
    excluded = excluder(shared=("pub/sitemap", "app/etc/env.php"), patterns=("node_modules/", "/docs/*.md"))
    found = await scan(StreamingHost(), str(tmp_path), excluded=excluded)
    assert {entry.path for entry in found.entries if entry.kind == "file"} == set(kept)


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("*.md", "a/b/README.md", True), ("*.md", "a.mdx", False), ("/*.md", "a/b.md", False), ("/*.md", "b.md", True),
        ("cache", "vendor/a/Cache/x", False), ("cache", "vendor/cache/x", True), ("dev/tests", "dev/tests/a", True),
        ("dev/tests", "vendor/dev/tests", False), ("**/Test/**", "vendor/a/Test/b.php", True), ("a?c", "abc", True),
        ("a?c", "a/c", False), ("[ab]x", "bx", True), ("[!ab]x", "bx", False), ("logs/", "logs", False),
        ("logs/", "logs/a", True), ("a.b", "axb", False),
    ],
)  # fmt: skip
def test_patterns(pattern: str, path: str, expected: bool) -> None:
    assert excluder(patterns=(pattern,))(path) is expected


@pytest.mark.parametrize("target", ["/etc/passwd", "../../outside", "a/../../../x"])
async def test_a_link_that_leads_out_is_told(tmp_path: Path, target: str) -> None:
    (tmp_path / "pub").mkdir()
    (tmp_path / "pub/link").symlink_to(target)
    with pytest.raises(ConsoleError) as caught:
        await scan(StreamingHost(), str(tmp_path))
    assert caught.value.code == "artifact-link-outside"
    assert "pub/link" in caught.value.what


async def test_a_socket_and_a_pipe_are_told(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(tmp_path / "socket"))
        with pytest.raises(ConsoleError) as caught:
            await scan(StreamingHost(), str(tmp_path))
    assert caught.value.code == "artifact-special-file"
    assert "pipe" in caught.value.what and "socket" in caught.value.what


async def test_a_tree_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ConsoleError) as caught:
        await scan(StreamingHost(), str(tmp_path / "none"))
    assert caught.value.code == "artifact-unread"
