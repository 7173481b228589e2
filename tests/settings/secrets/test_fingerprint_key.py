"""The project's key, without which fingerprints of secrets are worth nothing."""

import multiprocessing
from pathlib import Path

import pytest

from core.errors import ConsoleError
from core.settings.secrets.fingerprint_key import read_key


def test_the_key_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "new/acme.key"
    key = read_key(path)
    assert read_key(path) == key
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert list(path.parent.iterdir()) == [path]
    assert read_key(tmp_path / "other.key") != key


def test_many_at_once_agree_on_one_key(tmp_path: Path) -> None:
    path = tmp_path / "acme.key"
    with multiprocessing.get_context("fork").Pool(8) as pool:
        assert len(set(pool.map(read_key, [path] * 40))) == 1


def test_a_key_that_others_may_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "acme.key"
    read_key(path)
    path.chmod(0o640)
    with pytest.raises(ConsoleError) as caught:
        read_key(path)
    assert caught.value.code == "fingerprint-key-open"
