"""Patches of `composer.json`: one that does not fit is no success, and one that fits is not left out."""

import json
from pathlib import Path

import pytest

from core.demo.history import git
from core.release.artifact import tree
from tests.build.rig import Rig
from tests.build.test_build import failed_at, told

_PACKAGE = "magento/module-store"
_FILE = "registration.php"
_PATCH = """diff --git a/{file} b/{file}
index 1234567..2345678 100644
--- a/{file}
+++ b/{file}
@@ -1,2 +1,3 @@
 {first}
+// mended
 {second}
"""


def _ask_for_patch(rig: Rig, first: str = "") -> None:
    """Commit a patch of a package; `first`: what it takes the first line for."""
    lines = (rig.shop.tree / "vendor" / _PACKAGE / _FILE).read_text().split("\n")
    composer = json.loads((rig.shop.tree / "composer.json").read_text())
    composer.setdefault("extra", {})["patches"] = {_PACKAGE: {"Mend it": "patches/mend.patch"}}
    files = {
        "patches/mend.patch": _PATCH.format(file=_FILE, first=first or lines[0], second=lines[1]),
        "composer.json": json.dumps(composer, indent=4) + "\n",
    }
    rig.shop.write("Mend the framework", files)


def _outer_repository(rig: Rig) -> None:
    """Let the build's directory lie in a repository: a shop's own checkout, or a home that is in git."""
    rig.path.mkdir(exist_ok=True)
    git(rig.path, "init", "--quiet")


@pytest.mark.parametrize("inside", [False, True], ids=["alone", "in a repository"])
def test_a_patch_is_in_the_artifact(rig: Rig, inside: bool) -> None:
    if inside:
        _outer_repository(rig)
    _ask_for_patch(rig)
    _, state = rig.run()
    assert state.outcome == "done", (state.what, rig.said())
    top = Path(tree(rig.layout, rig.artifact(state).id))
    assert "// mended" in (top / "vendor" / _PACKAGE / _FILE).read_text()


def test_a_patch_that_does_not_fit_ends_the_build(rig: Rig) -> None:
    _ask_for_patch(rig, first="<?php // of another version")
    _, state = rig.run()
    assert failed_at(state, "composer") == "patch-failed"
    assert "patches/mend.patch" in told(state, "composer")
    assert rig.left()["artifacts"] == []


def test_git_in_a_step_of_the_shops_own_takes_the_tree_for_no_part_of_a_repository(rig: Rig) -> None:
    _outer_repository(rig)
    _ask_for_patch(rig)
    composer = json.loads((rig.shop.tree / "composer.json").read_text())
    del composer["extra"]["patches"]
    rig.shop.write("By a step", {"composer.json": json.dumps(composer, indent=4) + "\n"})
    rig.steps = (
        '[[steps]]\nname = "Patches"\non = "build"\nafter = "composer"\n'
        f'run = "cd vendor/{_PACKAGE} && git apply -p1 ../../../patches/mend.patch"\n'
    )
    _, state = rig.run()
    assert state.outcome == "done", (state.what, rig.said())
    top = Path(tree(rig.layout, rig.artifact(state).id))
    assert "// mended" in (top / "vendor" / _PACKAGE / _FILE).read_text()
