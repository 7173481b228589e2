"""Which commit is meant, asked of the build host over SSH; and what git keeps elsewhere."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from core.actions.build.resolve import choose, resolve
from core.actions.site import Site
from core.demo.history import git
from core.environments.load import load
from core.errors import Refused
from core.release.artifact import tree
from core.ssh.connect import connect
from core.ssh.host import Host
from tests.build.rig import Rig

A, B, C = "a" * 40, "b" * 40, "c" * 40


def test_a_branch_goes_before_a_tag_and_a_tag_means_its_commit() -> None:
    refs = [
        (A, "HEAD"),
        (A, "refs/heads/main"),
        (B, "refs/tags/v1"),
        (C, "refs/tags/v1^{}"),
        (B, "refs/tags/main"),
    ]
    assert choose("main", refs) == A
    assert choose("v1", refs) == C
    assert choose("refs/tags/main", refs) == B
    assert choose("other", refs) == ""


@asynccontextmanager
async def connected(rig: Rig) -> AsyncIterator[tuple[Host, Site]]:
    environment = rig.environment
    project = load(rig.place / "environments.toml")
    host = await connect(rig.server.address, options=rig.server.options())
    try:
        yield host, Site(project=project, environment=environment, host=environment.hosts[0])
    finally:
        await host.close()


async def test_what_people_ask_for(rig: Rig) -> None:
    head, before = rig.shop.head, git(rig.shop.tree, "rev-parse", "HEAD~1")
    git(rig.shop.tree, "tag", "-a", "v1", "-m", "v1", before)
    git(rig.shop.tree, "push", "-q", "origin", "v1")
    async with connected(rig) as (host, site):
        assert (await resolve(host, site)).id == head
        assert (await resolve(host, site)).ref == "main"
        assert (await resolve(host, site, "v1")).id == before
        assert (await resolve(host, site, "d" * 40)).id == "d" * 40
        for unknown in ("no-such-branch", head[:9]):
            with pytest.raises(Refused) as caught:
                await resolve(host, site, unknown)
            assert caught.value.code == "no-such-ref"
        assert not rig.path.exists()
    assert rig.run(before)[1].outcome == "done"
    async with connected(rig) as (host, site):
        short = await resolve(host, site, before[:9])
    assert short.id == before
    assert short.subject == git(rig.shop.tree, "log", "-1", "--format=%s", before)


async def test_a_repository_that_can_not_be_read(rig: Rig) -> None:
    rig.shop.repository.rename(rig.shop.repository.with_suffix(".gone"))
    async with connected(rig) as (host, site):
        with pytest.raises(Refused) as caught:
            await resolve(host, site)
    assert caught.value.code == "repository-unreadable"


def test_submodules_are_checked_out(rig: Rig, tmp_path: Path) -> None:
    rig.server.home.mkdir(exist_ok=True)
    (rig.server.home / ".gitconfig").write_text('[protocol "file"]\n\tallow = always\n')
    other = tmp_path / "other"
    other.mkdir()
    git(other, "init", "-q", "-b", "main")
    (other / "inside.txt").write_text("inside\n")
    git(other, "add", ".")
    git(other, "commit", "-q", "-m", "Inside")
    allow = ("-c", "protocol.file.allow=always")
    git(rig.shop.tree, *allow, "submodule", "--quiet", "add", str(other), "lib/other")
    rig.shop.write("With a submodule", {"readme.txt": "x\n"})
    _, state = rig.run()
    assert state.outcome == "done", (state.what, [item.failure for item in state.steps], rig.said())
    files = rig.files(rig.artifact(state))
    assert "lib/other/inside.txt" in files
    assert "lib/other/.git" not in files

    moved = shutil.copytree(other, tmp_path / "moved")
    shutil.rmtree(other)
    (moved / "inside.txt").write_text("moved\n")
    git(moved, "commit", "-q", "-am", "Moved")
    git(rig.shop.tree, "submodule", "--quiet", "set-url", "lib/other", str(moved))
    git(rig.shop.tree / "lib/other", *allow, "pull", "-q", "origin", "main")
    git(rig.shop.tree, "add", ".gitmodules", "lib/other")
    rig.shop.write("The submodule's repository moved", {"readme.txt": "y\n"})
    _, state = rig.run()
    assert state.outcome == "done", (state.what, [item.failure for item in state.steps], rig.said())
    top = Path(tree(rig.layout, rig.artifact(state).id))
    assert (top / "lib/other/inside.txt").read_text() == "moved\n"


def test_a_submodule_that_can_not_be_fetched(rig: Rig, tmp_path: Path) -> None:
    lines = '[submodule "x"]\n\tpath = lib/x\n\turl = /no/such/place.git\n'
    git(rig.shop.tree, "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},lib/x")
    rig.shop.write("With a submodule", {".gitmodules": lines})
    _, state = rig.run()
    step = state.step("checkout")
    assert step is not None
    assert step.failure is not None, state.what
    assert step.failure.code == "submodule-failed"
    assert "/no/such/place.git" in step.failure.what
    assert rig.left()["work"] == []
