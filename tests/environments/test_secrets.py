"""No secret may stand in environments.toml; and the error does not show it."""

import pytest

from core.environments.leaks import is_secret_name
from core.environments.load import load
from core.environments.mistake import EnvironmentsError
from tests.environments.conftest import GOOD, Write

SECRET = "Tr0ub4dor"
SETTING = '"web/unsecure/base_url" = "https://shop.example.com/"'
PRODUCTION = 'requires = "staging"'

LEAKS = {
    "database password": (PRODUCTION, f'env = {{ "db/connection/default/password" = "{SECRET}" }}'),
    "crypt key": (PRODUCTION, f'env = {{ "crypt/key" = "{SECRET}" }}'),
    "private key": (SETTING, f'"payment/acme/private_key" = "{SECRET}"'),
    "token": (SETTING, f'"analytics/general/token" = "{SECRET}"'),
    "camel case": (SETTING, f'"payment/acme/apiToken" = "{SECRET}"'),
    "declared as sensitive": (
        f"{PRODUCTION}\n\n[environments.production.settings.default]\n{SETTING}",
        f'sensitive = ["acme/account/id"]\nsettings.default = {{ "acme/account/id" = "{SECRET}" }}',
    ),
    "secret in a store's scope": (
        "[environments.production.settings.default]",
        f'[environments.production.settings.stores.eu]\n"acme/x/secret" = "{SECRET}"\n'
        "[environments.production.settings.default]",
    ),
    "repository with password": ("git@git.example.com:acme", f"https://bot:{SECRET}@git.example.com/acme"),
    "repository with password alone": ("git@git.example.com:acme", f"https://:{SECRET}@git.example.com/acme"),
    "repository with token": ("git@git.example.com:acme", f"https://{SECRET * 3}@git.example.com/acme"),
    "url with password": (PRODUCTION, f'url = "https://me:{SECRET}@shop.example.com/"'),
    "host with password": ("deploy@staging.example.com", f"deploy:{SECRET}@staging.example.com"),
    "jump with password": (PRODUCTION, f'jump = "ops@b,deploy:{SECRET}@c"'),
    "private key in a step": ('run = "npm ci"', f'run = "echo -----BEGIN RSA PRIVATE KEY-----{SECRET}"'),
    "token in a step": ('run = "npm ci"', f'run = "TOKEN=ghp_{SECRET * 4} npm ci"'),
    "password where no key is known": (PRODUCTION, f'password = "{SECRET}"'),
    "password that is a number": (PRODUCTION, "password = 47114711"),
    "password in a header": (
        PRODUCTION,
        f'health = {{ host = "a", headers = {{ Authorization = "Basic {SECRET}" }} }}',
    ),
    "password in a project": ('name = "Acme Store"', f'name = "x"\ndb_password = ["{SECRET}"]'),
}


@pytest.mark.parametrize("name", LEAKS)
def test_secret(name: str, write: Write) -> None:
    old, new = LEAKS[name]
    assert GOOD.count(old) == 1
    with pytest.raises(EnvironmentsError) as caught:
        load(write(GOOD.replace(old, new)))
    error = caught.value
    assert "secret-in-environments" in {item.code for item in error.mistakes}
    told = f"{error} {error!r} {error.args} {error.mistakes}"
    assert SECRET not in told
    assert "47114711" not in told


NONE = {
    "password policy": (SETTING, '"customer/password/required_character_classes_number" = 3'),
    "lifetime": (SETTING, '"admin/security/password_lifetime" = 90'),
    "public key": (SETTING, '"recaptcha_frontend/type_recaptcha/public_key" = "6Lcabc"'),
    "switch": (SETTING, '"admin/security/use_form_key" = "1"'),
    "emptied password": (SETTING, '"system/smtp/password" = ""'),
    "named, without its value": (PRODUCTION, 'sensitive = ["payment/acme/private_key", "crypt/key"]'),
    "repository over ssh": ("git@git.example.com:acme", "ssh://git@git.example.com:2222/acme"),
    "repository with a user": ("git@git.example.com:acme", "https://bot@git.example.com/acme"),
    "repository here": ("git@git.example.com:acme/store.git", "/srv/git/store.git"),
    "variable in a step": ('run = "npm ci"', "run = 'git clone https://bot:$TOKEN@git.example.com/x'"),
}


@pytest.mark.parametrize("name", NONE)
def test_no_secret(name: str, write: Write) -> None:
    old, new = NONE[name]
    assert GOOD.count(old) == 1
    load(write(GOOD.replace(old, new)))


# Paths of env.php and of the core configuration whose values are credentials, from Magento 2.4.7's own code.
@pytest.mark.parametrize(
    "path",
    [
        "db/connection/indexer/password", "db/slave_connection/default/password", "session/redis/password",
        "cache/frontend/page_cache/backend_options/password", "queue/amqp/password",
        "remote_storage/config/credentials/secret", "remote_storage/config/credentials/key",
        "carriers/fedex/secret_key", "payment/payflowpro/pwd", "twofactorauth/duo/integration_key",
        "newrelicreporting/general/insights_insert_key", "paypal/wpp/api_signature",
    ],
)  # fmt: skip
def test_names_of_secrets(path: str) -> None:
    assert is_secret_name(path)


@pytest.mark.parametrize(
    "path",
    [
        "web/unsecure/base_url", "db/connection/default/host", "oauth/access_token_lifetime/customer",
        "catalog/layered_navigation/display_product_count", "customer/account_share/scope",
        "recaptcha_frontend/type_for/customer_forgot_password",
        "customer/password/reset_link_expiration_period",
    ],
)  # fmt: skip
def test_names_of_what_is_none(path: str) -> None:
    assert not is_secret_name(path)


def test_what_is_said_about_a_path_is_no_secret_whatever_the_path_is_called(write: Write) -> None:
    text = GOOD.replace(
        'name = "Acme Store"', 'name = "Acme Store"\nkinds = { "acme/form/access_key" = "shared" }', 1
    ).replace(
        PRODUCTION, f'{PRODUCTION}\nexceptions = {{ "acme/form/token" = "until the new shop is there" }}', 1
    )
    project = load(write(text))
    assert project.kinds == {"acme/form/access_key": "shared"}
    assert list(project.environments["production"].exceptions) == ["acme/form/token"]
