"""Artifacts on the build host: kept whole or not at all."""

import hashlib
import shutil
from pathlib import Path

import pytest

from core.errors import ConsoleError
from core.release import artifact
from core.release.layout import Layout
from tests.release import shop
from tests.release.streaming import StreamingHost


async def keep(root: Path, key: str = "k" * 64, seed: int = 1) -> artifact.Info:
    work = root / "work"
    shop.make_tree(work, files=10, seed=seed)
    manifest = shop.manifest_of(work)
    info = artifact.Info(id=manifest.id, commit="c" * 40, input_key=key, built_at=float(seed))
    await artifact.keep(StreamingHost(), Layout(str(root)), str(work), manifest, info)
    return info


async def test_what_is_kept_is_found(tmp_path: Path) -> None:
    host, layout = StreamingHost(), Layout(str(tmp_path))
    first, second = await keep(tmp_path, "a" * 64, 1), await keep(tmp_path, "b" * 64, 2)
    assert await artifact.available(host, layout) == (second, first)
    assert await artifact.find(host, layout, first.id[:10]) == first
    assert await artifact.find_built(host, layout, "b" * 64) == second
    assert await artifact.find_built(host, layout, "c" * 64) is None
    manifest = await artifact.read_manifest(host, layout, first.id)
    assert manifest == shop.manifest_of(Path(artifact.tree(layout, first.id)))
    assert not (tmp_path / "work").exists()


async def test_what_is_half_made_is_no_artifact(tmp_path: Path) -> None:
    host, layout = StreamingHost(), Layout(str(tmp_path))
    info = await keep(tmp_path)
    home = Path(artifact.artifacts(layout)) / info.id
    (home / "complete").unlink()
    assert await artifact.available(host, layout) == ()
    assert await artifact.find_built(host, layout, info.input_key) is None
    await keep(tmp_path)
    assert await artifact.available(host, layout) == (info,)


async def test_a_stop_after_the_move_is_gone_on_from(tmp_path: Path) -> None:
    host, layout = StreamingHost(), Layout(str(tmp_path))
    info = await keep(tmp_path)
    home = Path(artifact.artifacts(layout)) / info.id
    manifest = shop.manifest_of(home / "tree")
    (home / "complete").unlink()
    await artifact.keep(host, layout, str(tmp_path / "work"), manifest, info)
    assert await artifact.available(host, layout) == (info,)


async def test_a_damaged_manifest_is_not_used(tmp_path: Path) -> None:
    host, layout = StreamingHost(), Layout(str(tmp_path))
    info = await keep(tmp_path)
    place = Path(artifact.artifacts(layout)) / info.id / "manifest"
    place.write_bytes(place.read_bytes().replace(b"644", b"755", 1))
    with pytest.raises(ConsoleError) as caught:
        await artifact.read_manifest(host, layout, info.id)
    assert caught.value.code == "manifest-damaged"


async def test_no_artifact_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConsoleError) as caught:
        await artifact.find(StreamingHost(), Layout(str(tmp_path)), "abc")
    assert caught.value.code == "no-artifact"
    shutil.rmtree(tmp_path)


def test_the_input_key_knows_no_order() -> None:
    assert artifact.input_key({"a": "1", "b": "2"}) == artifact.input_key({"b": "2", "a": "1"})
    assert artifact.input_key({"a": "1"}) != artifact.input_key({"a": "2"})
    assert len(artifact.input_key({})) == len(hashlib.sha256().hexdigest())
