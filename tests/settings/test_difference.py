"""What environments.toml declares against what is there."""

import datetime
from pathlib import Path

import pytest

from core.environments.load import load
from core.environments.mistake import EnvironmentsError
from core.magento.php_values import Array
from core.magento.scope import DEFAULT, store, website
from core.magento.setting_key import SettingKey
from core.secret import Secret
from core.settings.column import ABSENT
from core.settings.desired import Desired, declaration_findings, desired, secret_place
from core.settings.difference import Choice, Difference, Standing, compare
from core.settings.kind import Kind
from core.settings.reading import Raw, layers
from core.settings.value import Sensitive, fingerprint
from tests.settings.systems import CLASSIFIER, KEY, TREE, php_settings

TOML = """
[project]
name = "Acme"
[environments.build]
role = "build"
hosts = ["b"]
path = "/b"
repository = "git@example.com:a.git"
[environments.production]
role = "production"
hosts = ["p"]
path = "/p"
url = "https://shop.example.com/"
sensitive = [
    "payment/payflowpro/pwd",
    "websites/eu/payment/payflowpro/pwd",
    "db/connection/default/password",
    "system/smtp/password",
]
[environments.production.settings.default]
"web/unsecure/base_url" = "https://shop.example.com/"
"web/secure/base_url" = "https://shop.example.com/"
"acme/x/endpoint" = "https://api/"
"acme/x/port" = 8080
[environments.production.settings.websites.eu]
"web/unsecure/base_url" = "https://shop.example.eu/"
[environments.production.ignore]
"acme/x/other_url" = 2026-12-31
[environments.production.env]
"db/connection/default/host" = "10.0.0.5"
"cache/frontend/default/id_prefix" = "a_"
"""
ENV: Array = {
    "db": {"connection": {"default": {"host": "10.0.0.6", "password": "database pass"}}},
    "cache": {"frontend": {"default": {"id_prefix": "a_"}}},
}


@pytest.fixture
def wanted(tmp_path: Path) -> Desired:
    file = tmp_path / "environments.toml"
    file.write_text(TOML)
    return desired(load(file).environments["production"])


def differences(wanted: Desired, today: datetime.date | None = None) -> dict[str, Difference]:
    env = ENV | php_settings({
        DEFAULT: {"web/unsecure/base_url": "https://shop.example.com/", "web/secure/base_url": "http://changed/",
                  "acme/x/port": "8080", "acme/x/other_url": "https://x/", "payment/payflowpro/pwd": "right pass"},
        website("eu"): {"web/unsecure/base_url": "https://shop.example.eu/"},
    })  # fmt: skip
    variables = {"CONFIG__DEFAULT__WEB__UNSECURE__BASE_URL": "https://else/"}
    found = layers(Raw(env=env, config={}, variables=variables, scopes=TREE), CLASSIFIER, KEY)
    secrets = {
        path: Sensitive(Secret(value), fingerprint=fingerprint(value, KEY))
        for path, value in {
            "payment/payflowpro/pwd": "right pass",
            "db/connection/default/password": "another",
        }.items()
    }
    compared = compare(wanted, found, env, CLASSIFIER, secrets=secrets, key=KEY, today=today)
    return {item.name: item for item in compared}


def test_how_each_declaration_stands(wanted: Desired) -> None:
    found = {name: (item.kind, item.standing) for name, item in differences(wanted).items()}
    assert found == {
        "web/unsecure/base_url": (Kind.SYSTEM, Standing.OVERRIDDEN),
        "web/secure/base_url": (Kind.SYSTEM, Standing.DIFFERS),
        "acme/x/endpoint": (Kind.SYSTEM, Standing.MISSING),
        "acme/x/port": (Kind.SYSTEM, Standing.AS_DECLARED),
        "web/unsecure/base_url (websites/eu)": (Kind.SYSTEM, Standing.AS_DECLARED),
        "payment/payflowpro/pwd": (Kind.BOTH, Standing.AS_DECLARED),
        "payment/payflowpro/pwd (websites/eu)": (Kind.BOTH, Standing.MISSING),
        "db/connection/default/password": (Kind.BOTH, Standing.DIFFERS),
        "system/smtp/password": (Kind.SENSITIVE, Standing.MISSING),
        "db/connection/default/host": (Kind.SYSTEM, Standing.DIFFERS),
        "cache/frontend/default/id_prefix": (Kind.SYSTEM, Standing.AS_DECLARED),
        "acme/x/other_url": (Kind.SYSTEM, Standing.NOT_DECLARED),
    }


def test_what_can_be_done_about_it(wanted: Desired) -> None:
    found = differences(wanted)
    assert found["acme/x/other_url"].choices == (Choice.ADOPT, Choice.REMOVE, Choice.IGNORE)
    assert found["web/secure/base_url"].choices == (Choice.APPLY, Choice.ADOPT, Choice.IGNORE)
    assert found["acme/x/endpoint"].choices == (Choice.APPLY, Choice.IGNORE)
    assert found["acme/x/port"].choices == ()
    assert (found["acme/x/endpoint"].real, found["acme/x/other_url"].declared) == (ABSENT, ABSENT)
    by = found["web/unsecure/base_url"].by
    assert by is not None
    assert by.value == "https://else/"


def test_no_secret_is_told(wanted: Desired) -> None:
    told = f"{differences(wanted)}"
    assert not any(secret in told for secret in ("right pass", "database pass", "another"))


def test_a_difference_is_let_be_until_a_day_and_no_longer(wanted: Desired) -> None:
    until = datetime.date(2026, 12, 31)

    def matters(today: datetime.date) -> bool:
        return differences(wanted, today)["acme/x/other_url"].matters

    assert not matters(until)
    assert matters(until + datetime.timedelta(days=1))
    assert differences(wanted)["acme/x/other_url"].ignored_until == until
    assert not differences(wanted)["acme/x/port"].matters
    assert differences(wanted)["acme/x/endpoint"].matters


@pytest.mark.parametrize("day", ['"2026-12-31"', "2026-12-31T10:00:00Z", "true"])
def test_a_day_that_is_none_is_told(day: str, tmp_path: Path) -> None:
    file = tmp_path / "environments.toml"
    file.write_text(TOML.replace("2026-12-31", day))
    with pytest.raises(EnvironmentsError, match=r"ignore.*a day such as 2030-01-31"):
        load(file)


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("payment/acme/private_key", SettingKey("payment/acme/private_key")),
        ("websites/eu/payment/acme/key", SettingKey("payment/acme/key", website("eu"))),
        ("stores/de/payment/acme/key", SettingKey("payment/acme/key", store("de"))),
        ("db/connection/default/password", "db/connection/default/password"),
        ("system/smtp/password", SettingKey("system/smtp/password")),
    ],
)
def test_what_a_required_secret_names(path: str, place: SettingKey | str) -> None:
    assert secret_place(path) == place


def test_declarations_that_do_not_belong_there_are_found() -> None:
    wanted = Desired(
        {
            SettingKey("trans_email/ident_sales/email"): "sales@example.com",
            SettingKey("csp/mode/admin/report_uri"): "x",
            SettingKey("web/secure/base_url"): "https://x/",
            SettingKey("acme/x/flag"): "1",
        },
        {"db/connection/default/password": "oh no"},
    )
    found = declaration_findings("production", wanted, CLASSIFIER)
    assert [(finding.code, str(finding.key or finding.env), finding.blocks) for finding in found] == [
        ("secret-in-environments", "trans_email/ident_sales/email", True),
        ("secret-in-environments", "db/connection/default/password", True),
        ("shared-declared", "csp/mode/admin/report_uri", False),
    ]
    assert "oh no" not in f"{found}"
