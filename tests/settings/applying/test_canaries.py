"""Two hundred secrets are applied; each is in env.php, and nowhere else."""

import json
import os
import random
import time
from pathlib import Path

import pytest

from core.demo.standin import phpfile
from core.demo.standin.settings import decrypted, is_encrypted
from core.demo.standin.world import ROOT
from core.settings.secrets.name import SecretName
from tests.hardening.canary import Needles, Sampler
from tests.settings.applying.stage import PRODUCTION, YES, Stage

pytestmark = [pytest.mark.xdist_group("applying"), pytest.mark.timeout(240)]

_LETTERS = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_NASTY = "'\"\\$`/+=&%<>!ßü§ \n"
_PLAIN = {f"carriers/acme{number}/token" for number in range(100)}
_HIDDEN = {f"payment/acme{number}/private_key" for number in range(100)}


def _value(made: random.Random) -> str:
    ends = "".join(made.choices(_LETTERS, k=8)), "".join(made.choices(_LETTERS, k=8))
    return made.choice(_NASTY.strip()).join((ends[0], "".join(made.choices(_LETTERS + _NASTY, k=12)), ends[1]))


def _written(root: Path, since: float) -> dict[str, bytes]:
    """Return what was written below a directory since a time, by its path."""
    found = {}
    for place, _, names in os.walk(root):
        for name in names:
            path = Path(place, name)
            if path.is_file() and not path.is_symlink() and path.stat().st_mtime >= since:
                found[str(path.relative_to(root))] = path.read_bytes() + str(path).encode()
    return found


def test_two_hundred_secrets_are_nowhere_but_where_they_belong(stage: Stage) -> None:
    made = random.Random(time.time_ns())
    canaries = {path: _value(made) for path in sorted(_PLAIN | _HIDDEN)}
    stage.toml('role = "production"\n', f'role = "production"\nsensitive = {json.dumps(list(canaries))}\n')
    names = {path: SecretName("production", path) for path in canaries}
    kept = {f"{names[path].service('Acme Store')} {path}": value for path, value in canaries.items()}
    (stage.shop.root / "keyring.json").write_text(json.dumps(kept))
    assert f'name = "{next(iter(kept)).split("/")[1]}"' in stage.shop.toml.read_text()
    needles, began = Needles(canaries), time.time() - 1
    with Sampler(needles, frozenset(), f"{ROOT}={stage.shop.root}".encode()) as sampler:
        with stage.background("settings", "apply", "production", *YES) as process:
            assert process.wait(180) == 0
    assert sampler.hits == set()
    assert sampler.samples > 2 * (time.time() - began)
    written = _written(stage.shop.root, began)
    belongs = {"keyring.json", *(f"hosts/{host}/shop/shared/app/etc/env.php" for host in PRODUCTION)}
    assert belongs <= set(written)
    assert any("journal" in name for name in written) and any("process.log" in name for name in written)
    leaks = {
        name: found
        for name, data in written.items()
        if name not in belongs and (found := needles.found_in(data))
    }
    assert leaks == {}
    for host in PRODUCTION:
        env = stage.env(host)
        for path, value in canaries.items():
            there = str(phpfile.dig(env, f"system/default/{path}"))
            assert (decrypted(there, env) if is_encrypted(path) else there) == value
    assert stage.answers() == [200, 200]
    _a_planted_leak_is_found(stage, needles, canaries)


def _a_planted_leak_is_found(stage: Stage, needles: Needles, canaries: dict[str, str]) -> None:
    since, (path, value) = time.time() - 1, next(iter(canaries.items()))
    place = stage.shop.path("web2") / ".mageconsole/settings"
    place.mkdir(exist_ok=True)
    (place / "leak").write_text(json.dumps({"value": value}))
    found = {name for name, data in _written(stage.shop.root, since).items() if path in needles.found_in(data)}
    assert "hosts/web2/shop/.mageconsole/settings/leak" in found
