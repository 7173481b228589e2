"""Secrets that an artifact or environments.toml holds keep it from being promoted, and are not shown."""

from pathlib import Path

import pytest

from core.console.artifact_reading import compare
from core.console.settings_at_promotion import refuse_secrets
from core.environments.load import load
from core.environments.model import Project
from core.errors import Refused
from core.magento.php_values import Array
from core.release.manifest import Manifest
from core.secret import MASK
from tests.cli.test_comparing import NEW, OLD

VALUE = "acme_live_4f9Kq2ZrT7vXw0Lm"
TOML = """
[project]
name = "Acme"
{kinds}
[environments.build]
role = "build"
hosts = ["build@localhost"]
path = "/srv/build"
repository = "git@example.com:acme.git"
branch = "main"
[environments.production]
role = "production"
hosts = ["web1"]
path = "/srv/acme"
{declared}
"""


def _project(tmp_path: Path, kinds: str = "", declared: str = "") -> Project:
    file = tmp_path / "environments.toml"
    file.write_text(TOML.format(kinds=kinds, declared=declared))
    return load(file)


def _config(path: str, value: str) -> Array:
    section, group, field = path.split("/")
    return {"modules": {"A_B": 1}, "system": {"default": {section: {group: {field: value}}}}}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("payment/payflowpro/pwd", "short"),
        ("acme/gate/api_token", VALUE),
        ("acme/gate/anything", "0:3:" + "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo="),
    ],
)
def test_a_secret_in_config_php_is_refused_by_name(tmp_path: Path, path: str, value: str) -> None:
    project = _project(tmp_path)
    with pytest.raises(Refused) as caught:
        refuse_secrets(project, project.environments["production"], _config(path, value))
    assert caught.value.code == "secret-in-config"
    assert path in caught.value.what and f"reclassify {path} sensitive" in caught.value.remedy
    assert value not in str(caught.value)


def test_what_is_none_and_what_a_person_says_is_none_go_through(tmp_path: Path) -> None:
    project = _project(tmp_path, 'kinds = { "acme/gate/api_token" = "shared" }')
    production = project.environments["production"]
    bare: Array = {"modules": {"A_B": 1}}
    configs = [
        _config("acme/gate/api_token", VALUE),
        _config("payment/payflowpro/pwd", ""),
        _config("general/store_information/name", "Acme Store"),
        bare,
    ]
    for config in configs:
        refuse_secrets(project, production, config)


def test_a_sensitive_value_in_environments_toml_is_refused(tmp_path: Path) -> None:
    declared = (
        '[environments.production.settings.default]\n"trans_email/ident_general/email" = "shop@example.com"'
    )
    project = _project(tmp_path, declared=declared)
    with pytest.raises(Refused) as caught:
        refuse_secrets(project, project.environments["production"], {})
    assert caught.value.code == "secret-in-environments"
    assert "shop@example.com" not in str(caught.value)


def test_a_plan_that_takes_a_secret_out_of_config_php_does_not_hold_it() -> None:
    assert isinstance(NEW, Manifest)
    found = compare(OLD, NEW, _config("acme/gate/api_token", VALUE), _config("acme/gate/name", "Acme"))
    shown = {row["path"]: (row["before"], row["after"]) for row in found.settings}
    assert shown == {"acme/gate/api_token": (MASK, None), "acme/gate/name": (None, "Acme")}
