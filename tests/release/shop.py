"""Trees like those of a built Magento, and the sides of transfers between directories of this machine."""

import hashlib
import os
import random
import subprocess
from pathlib import Path

from core.release.artifact import Info
from core.release.layout import Layout
from core.release.manifest import Entry, Manifest, directory, file, link
from core.release.sides import BuildSide, TargetSide
from tests.release.streaming import StreamingHost

ODD_NAMES = (
    "vendor/acme/odd/with blank.php",
    "vendor/acme/odd/-rf",
    "vendor/acme/odd/quote'double\".js",
    "vendor/acme/odd/new\nline.txt",
    "vendor/acme/odd/tab\there.txt",
    "vendor/acme/odd/back\\slash",
    "vendor/acme/odd/$(touch pwned)",
    "vendor/acme/odd/umläut.css",
    "vendor/acme/odd/" + os.fsdecode(b"latin-\xe4.css"),
    "vendor/acme/odd/*",
    "-dash/file",
)


def write(root: Path, path: str, data: bytes, *, executable: bool = False) -> None:
    """Write a file and the directories above it."""
    place = root / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(data)
    place.chmod(0o755 if executable else 0o644)


def make_tree(root: Path, files: int = 300, seed: int = 1, size: int = 3000) -> None:
    """Make a tree of about `files` files."""
    dice = random.Random(seed)
    for number in range(files):
        place = dice.choice(("vendor/acme/module-%d/Model", "vendor/magento/module-%d", "generated/code/M%d"))
        path = f"{place % (number % 17)}/File{number}.php"
        write(root, path, dice.randbytes(dice.randrange(1, size)))
    for name in ODD_NAMES:
        write(root, name, name.encode("utf-8", "surrogateescape"))
    write(root, "app/etc/config.php", b"<?php return ['modules' => []];\n")
    write(root, "bin/magento", b"#!/usr/bin/env php\n", executable=True)
    write(root, "vendor/bin/tool", b"#!/bin/sh\n", executable=True)
    write(root, "pub/static/deployed_version.txt", b"1700000000")
    write(root, "pub/static/.htaccess", b"Deny from all\n")
    write(root, "pub/static/frontend/Acme/theme/en_US/a.css", b"a{}")
    write(root, "pub/index.php", b"<?php")
    write(root, "var/view_preprocessed/pub/static/a.less", b"@a: 1;")
    write(root, "app/design/frontend/Acme/theme/empty.phtml", b"")
    (root / "lib/internal/nothing").mkdir(parents=True)
    (root / "vendor/bin/link").symlink_to("../acme/odd/-rf")
    (root / "pub/dangling").symlink_to("nowhere")


def manifest_of(root: Path) -> Manifest:
    """Return the manifest of a tree, made here without the code under test."""
    entries: list[Entry] = []
    for place, directories, files in os.walk(root):
        inside = os.path.relpath(place, root)
        lead = "" if inside == "." else f"{inside}/"
        if lead and not directories and not files:
            entries.append(directory(inside))
        for name in [*files, *(d for d in directories if Path(place, d).is_symlink())]:
            entries.append(_entry(Path(place, name), lead + name))
    return Manifest.of(entries)


def _entry(place: Path, path: str) -> Entry:
    if place.is_symlink():
        return link(path, str(place.readlink()))
    data = place.read_bytes()
    return file(
        path, len(data), hashlib.sha256(data).hexdigest(), executable=bool(place.stat().st_mode & 0o100)
    )


def build_side(tree: Path, host: StreamingHost | None = None) -> BuildSide:
    """Return a tree as an artifact."""
    manifest = manifest_of(tree)
    return BuildSide(
        host=host or StreamingHost("build"),
        tree=str(tree),
        manifest=manifest,
        info=Info(id=manifest.id, commit="c" * 40),
    )


def target_side(root: Path, address: str = "web1", **more: str) -> TargetSide:
    """Return a directory as a target."""
    root.mkdir(parents=True, exist_ok=True)
    return TargetSide(host=StreamingHost(address), layout=Layout(str(root)), **more)


def same(left: Path, right: Path) -> bool:
    """Whether two trees are equal in names, kinds, contents and executable bits, by `diff` and `find`."""
    differ = subprocess.run(["diff", "-r", "--no-dereference", left, right], capture_output=True, check=False)
    return differ.returncode == 0 and _modes(left) == _modes(right)


def _modes(root: Path) -> list[bytes]:
    found = subprocess.run(
        ["find", ".", "-type", "f", "-printf", "%m %p\\0", "-o", "-printf", "%y %l %p\\0"],
        cwd=root,
        capture_output=True,
        check=True,
    )
    return sorted(found.stdout.split(b"\0"))
