"""Manifests: the id, the canonical form, what is refused."""

import hashlib
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.release.difference import difference, shared_weight
from core.release.linkable import linkable
from core.release.manifest import Entry, Manifest, ManifestError, decode, directory, file, link

NO_BYTES = hashlib.sha256(b"").hexdigest()

component = st.binary(min_size=1, max_size=12).filter(
    lambda name: b"\0" not in name and b"/" not in name and name not in (b".", b"..")
)
paths = st.lists(component, min_size=1, max_size=4).map(lambda parts: os.fsdecode(b"/".join(parts)))
entries = st.one_of(
    st.builds(
        lambda path, size, run: file(path, size, NO_BYTES, executable=run), paths, st.integers(0, 10**12), st.booleans()
    ),
    st.builds(link, paths, paths),
    st.builds(directory, paths),
)  # fmt: skip


@given(st.lists(entries, unique_by=lambda entry: entry.path))
def test_whatever_is_encoded_is_read_again(found: list[Entry]) -> None:
    manifest = Manifest.of(found)
    again = decode(manifest.encoded, manifest.id)
    assert again == manifest
    assert again.id == hashlib.sha256(manifest.encoded).hexdigest()
    assert [os.fsencode(e.path) for e in again.entries] == sorted(os.fsencode(e.path) for e in found)


def test_the_id_depends_on_contents_and_the_executable_bit_alone() -> None:
    plain = Manifest.of([file("b", 1, NO_BYTES), file("a", 1, NO_BYTES)])
    assert plain.id == Manifest.of([file("a", 1, NO_BYTES), file("b", 1, NO_BYTES)]).id
    assert plain.id != Manifest.of([file("a", 1, NO_BYTES), file("b", 1, NO_BYTES, executable=True)]).id
    assert plain.encoded == (f"mageconsole manifest 1\0f 644 1 {NO_BYTES} a\0f 644 1 {NO_BYTES} b\0".encode())


@pytest.mark.parametrize(
    "record",
    [
        f"f 644 0 {NO_BYTES} /etc/passwd", f"f 644 0 {NO_BYTES} ../up", f"f 644 0 {NO_BYTES} a/../../up",
        f"f 644 0 {NO_BYTES} a//b", f"f 644 0 {NO_BYTES} ./a", f"f 644 0 {NO_BYTES} a/", f"f 644 0 {NO_BYTES} ",
        f"f 4755 0 {NO_BYTES} a", "f 644 0 short a", f"f 644 x {NO_BYTES} a", "q a", "l a",
    ],
)  # fmt: skip
def test_what_no_artifact_may_hold_is_refused(record: str) -> None:
    with pytest.raises(ManifestError):
        decode(b"mageconsole manifest 1\0" + record.encode() + b"\0")


def test_a_cut_or_changed_manifest_is_refused() -> None:
    manifest = Manifest.of([file("a", 1, NO_BYTES), link("l", "a")])
    for damaged in (manifest.encoded[:-1], manifest.encoded[:-3], b"", manifest.encoded + b"x"):
        with pytest.raises(ManifestError):
            decode(damaged)
    with pytest.raises(ManifestError):
        decode(manifest.encoded, "0" * 64)


def test_a_path_given_twice_is_refused() -> None:
    with pytest.raises(ManifestError):
        Manifest.of([file("a", 1, NO_BYTES), link("a", "b")])


def test_directories_follow_from_paths() -> None:
    manifest = Manifest.of([file("a/b/c", 0, NO_BYTES), directory("d/e")])
    assert manifest.directories == {"a", "a/b", "d", "d/e"}


def test_differences() -> None:
    old = Manifest.of(
        [file("same", 1, NO_BYTES), file("mode", 1, NO_BYTES), file("gone", 1, NO_BYTES), link("l", "x")]
    )
    new = Manifest.of(
        [
            file("same", 1, NO_BYTES),
            file("mode", 1, NO_BYTES, executable=True),
            file("new", 1, NO_BYTES),
            link("l", "y"),
        ]
    )
    found = difference(old, new)
    assert (found.added, found.changed, found.removed) == (("new",), ("l", "mode"), ("gone",))
    assert difference(new, new).empty


def test_only_linkable_files_weigh() -> None:
    manifest = Manifest.of([file("vendor/a", 100, NO_BYTES), file("bin/magento", 10**9, NO_BYTES)])
    assert shared_weight(manifest, manifest) == 100 + 4096


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("vendor/magento/module-a/x.php", True), ("lib/web/jquery.js", True), ("setup/index.php", True),
        ("app/code/A/B/registration.php", True), ("app/design/frontend/A/b/theme.xml", True),
        ("generated/metadata/global.php", True), ("pub/static/frontend/A/b/en_US/a.css", True),
        ("app/etc/config.php", False), ("app/etc/di.xml", False), ("pub/static/.htaccess", False),
        ("vendor/a/.htaccess", False), ("pub/static/deployed_version.txt", False),
        ("pub/static/_cache/merged/a.css", False), ("var/view_preprocessed/a.less", False),
        ("pub/index.php", False), ("bin/magento", False), ("pub/staticfoo/a", False), ("vendor", False),
    ],
)  # fmt: skip
def test_what_may_be_linked(path: str, expected: bool) -> None:
    assert linkable(path) is expected
