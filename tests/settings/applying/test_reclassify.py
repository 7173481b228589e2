"""Moving a setting to another kind at all its scopes: what each system does stays the same."""

from typing import Any

import pytest

from core.demo.history import git
from tests.settings.applying.stage import Stage

pytestmark = [pytest.mark.xdist_group("applying"), pytest.mark.timeout(300)]
_PATH = "general/store_information/name"
_EU = ("--scope", "websites", "--scope-code", "base")
_SYSTEMS = ("development", "staging", "production")


def _values(stage: Stage) -> dict[str, Any]:
    """Return what each system comes to, by default and for the website."""
    found = {}
    for name in _SYSTEMS:
        for scope in ((), _EU):
            layers = stage.settings("show", name, _PATH, *scope, "--json").json["layers"]
            found[f"{name} {len(scope)}"] = layers[0]["value"]
    return found


def test_a_shared_setting_becomes_each_system_s_own_at_every_scope(stage: Stage) -> None:
    tree = stage.shop.path("dev1")
    ran = stage.settings("set", "development", _PATH, "Acme in Europe", *_EU, "--yes")
    assert ran.code == 0, ran.said
    before = _values(stage)
    assert (before["development 4"], before["production 4"]) == ("Acme in Europe", before["production 0"])
    ran = stage.settings("reclassify", _PATH, "system", "--yes", "--confirm", "all")
    assert ran.code == 0, ran.said
    assert _values(stage) == before
    config = (tree / "app/etc/config.php").read_text()
    assert "store_information" not in config
    assert git(tree, "status", "--porcelain") == ""
    layers = stage.settings("show", "development", _PATH, *_EU, "--json").json["layers"]
    assert (layers[0]["layer"], layers[0]["scope"]) == ("env.php", "websites/base")
    assert stage.settings("diff", "development", "--exit-code").code == 0
    assert stage.answers() == [200, 200]
    # Back it can't go as long as the systems say different things.
    text = stage.shop.toml.read_text()
    ran = stage.settings("reclassify", _PATH, "shared", "--yes")
    assert (ran.code, "[values-differ]" in ran.err) == (3, True), ran.said
    assert stage.shop.toml.read_text() == text
