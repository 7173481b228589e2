"""Cutting what is missing into sub-archives."""

from core.release.chunks import Chunk, cut
from core.release.fanout import directories_of
from core.release.manifest import Manifest, directory, file

_TREE = Manifest.of(
    [
        file("index.php", 1, "0" * 64),
        file("vendor/acme/a/One.php", 1, "1" * 64),
        file("vendor/acme/b/Two.php", 1, "2" * 64),
        directory("var/empty"),
    ]
)


def _paths(chunk: Chunk) -> list[str]:
    return [entry.path for entry in chunk.entries]


def test_hosts_that_miss_the_same_share_sub_archives() -> None:
    all_of_it = frozenset(_TREE.by_path)
    one = frozenset({"vendor/acme/a/One.php"})

    found = {chunk.hosts: _paths(chunk) for chunk in cut(_TREE, {"c": all_of_it, "b": one, "a": all_of_it})}

    assert found == {
        ("a", "c"): ["index.php", "var/empty", "vendor/acme/b/Two.php"],
        ("a", "b", "c"): ["vendor/acme/a/One.php"],
    }


def test_a_host_makes_the_directories_that_it_needs_parents_first() -> None:
    missing = {"new": frozenset(_TREE.by_path), "old": frozenset({"vendor/acme/b/Two.php"})}

    made = {host: paths.data for host, paths in directories_of(cut(_TREE, missing)).items()}

    assert made == {
        "new": b"./var\0./vendor\0./vendor/acme\0./vendor/acme/a\0./vendor/acme/b\0",
        "old": b"./vendor\0./vendor/acme\0./vendor/acme/b\0",
    }
