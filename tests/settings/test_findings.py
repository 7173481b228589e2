"""What is wrong with a system's settings: the wrong place, hosts that differ, keys that differ."""

from core.magento.php_values import Value
from core.magento.scope import DEFAULT
from core.magento.setting_key import SettingKey
from core.magento.system_fields import Field
from core.magento.type_pool import TypePool
from core.settings.classify import Classifier
from core.settings.finding import Finding
from core.settings.findings import place_findings
from core.settings.hosts import drift, env_drift
from core.settings.layers import Layer, Layers
from core.settings.reading import Raw, layers
from core.settings.unreadable import unreadable
from tests.settings.systems import CLASSIFIER, KEY, php_settings, system

CIPHER = "0:3:xKb1lZ0n0V5cO8Z5C7o6nV5q1m9mV0Xa3o1sWl1nG4Y0pQ=="
TOKEN = "q7Xz2LmP9vRt4WcY8bNd3KfHs6GjQa1E"


def told(findings: list[Finding]) -> list[tuple[str, str, bool]]:
    return [(finding.code, str(finding.key or finding.env), finding.blocks) for finding in findings]


def places(layers: Layers, classifier: Classifier = CLASSIFIER) -> list[tuple[str, str, bool]]:
    return told(place_findings("development", layers, classifier))


def test_secrets_and_system_specific_values_in_the_shared_file_are_found() -> None:
    config = {
        "web/unsecure/base_url": "https://shop.example.com/",
        "payment/payflowpro/pwd": CIPHER,
        "acme/api/secret_key": "hunter22",
        "acme/some/thing": TOKEN,
        "general/locale/code": "de_DE",
    }
    assert places(system(config=config)) == [
        ("secret-in-config", "payment/payflowpro/pwd", True),
        ("secret-in-config", "acme/api/secret_key", True),
        ("secret-in-config", "acme/some/thing", True),
        ("system-specific-in-config", "web/unsecure/base_url", False),
    ]


def test_a_finding_says_how_it_is_known_and_never_the_value() -> None:
    found = place_findings(
        "development", system(config={"acme/some/thing": TOKEN, "payment/payflowpro/pwd": CIPHER}), CLASSIFIER
    )
    assert "looks like a random token" in found[0].what
    assert "in plain text" in found[0].what
    assert "encrypted with another system's key: this one reads it as empty" in found[1].what
    assert "give each system its own" in found[1].remedy
    assert not any(value in f"{finding}" for finding in found for value in (TOKEN, CIPHER))


def test_nulls_switches_and_the_modules_own_values_of_a_full_dump_are_no_findings() -> None:
    config: dict[str, Value] = {
        "payment/payflowpro/pwd": None,
        "payment/payflowpro/user": "",
        "acme/x/api_key": "1",
        "acme/x/url": "https://api/",
    }
    config["trans_email/ident_sales/email"] = "sales@example.com"
    defaults = {"acme/x/url": "https://api/", "trans_email/ident_sales/email": "sales@example.com"}
    assert places(system(config=config, defaults=defaults)) == []


def test_plain_text_of_an_encrypted_field_is_found_in_env_php() -> None:
    classifier = Classifier(encrypted=["payment/payflowpro/pwd"])
    assert places(system(env={"payment/payflowpro/pwd": "plain text"}), classifier) == [
        ("secret-not-encrypted", "payment/payflowpro/pwd", False)
    ]
    assert places(system(env={"payment/payflowpro/pwd": CIPHER}), classifier) == []


def test_whose_key_a_ciphertext_in_the_shared_file_is_of_is_told_where_it_was_asked() -> None:
    raw = Raw(config=php_settings({DEFAULT: {"payment/payflowpro/pwd": CIPHER}}))
    (found,) = place_findings("build", layers(raw, CLASSIFIER, KEY), CLASSIFIER)
    assert "encrypted with one system's key;" in found.what
    known = {(Layer.CONFIG, DEFAULT, "payment/payflowpro/pwd"): "fingerprint"}
    (found,) = place_findings("development", layers(raw, CLASSIFIER, KEY, known), CLASSIFIER)
    assert "encrypted with this system's key: every other system reads it as empty;" in found.what


def test_a_ciphertext_in_a_field_that_is_not_encrypted_is_found() -> None:
    fields = {
        "acme/x/key": Field(path="acme/x/key"),
        "acme/x/pwd": Field(path="acme/x/pwd", backend_model="A\\Encrypted"),
    }
    classifier = Classifier(TypePool(), fields)
    env = {"acme/x/key": CIPHER, "acme/x/pwd": CIPHER, "acme/x/unknown": CIPHER}
    assert places(system(env=env), classifier) == [("secret-not-decrypted", "acme/x/key", False)]


def test_a_shared_setting_that_env_php_overrides_is_found() -> None:
    found = places(system(config={"catalog/x/y": "1"}, env={"catalog/x/y": "2", "catalog/x/z": "3"}))
    assert found == [("shared-in-env", "catalog/x/y", False)]


def test_hosts_with_other_values_are_found_type_and_ciphertext_too() -> None:
    hosts = {
        "web1": system(env={"a/b/same": "1", "a/b/type": "1", "a/b/c": "x", "payment/payflowpro/pwd": CIPHER}),
        "web2": system(env={"a/b/same": "1", "a/b/type": 1, "payment/payflowpro/pwd": CIPHER[:-5] + "AAA=="}),
        "web3": system(
            env={"a/b/same": "1", "a/b/type": "1", "a/b/c": "x", "payment/payflowpro/pwd": CIPHER},
            config={"n/e/w": "1"},
        ),
    }
    found = drift("production", hosts)
    assert [(str(finding.key), finding.hosts) for finding in found] == [
        ("a/b/type", ("web2",)),
        ("a/b/c", ("web2",)),
        ("payment/payflowpro/pwd", ("web2",)),
        ("n/e/w", ("web3",)),
    ]
    assert all(finding.blocks for finding in found)
    assert found[1].what == "env.php on web2 says something else than on web1"


def test_hosts_that_agree_and_a_single_host_have_no_drift() -> None:
    one = system(env={"a/b/c": "x", "payment/payflowpro/pwd": "secret1"})
    same = system(env={"a/b/c": "x", "payment/payflowpro/pwd": "secret1"}, database={DEFAULT: {"a/b/d": "1"}})
    assert drift("production", {"web1": one, "web2": same}) == drift("production", {"web1": one}) == []


def test_another_encryption_key_on_one_host_blocks_and_each_host_s_own_keys_are_let_be() -> None:
    one = {
        "crypt": {"key": "k1"},
        "MAGE_MODE": "production",
        "db": {"host": "a"},
        "cache": {"x": 1},
        "system": {"default": 1},
    }
    other = {
        "crypt": {"key": "k2"},
        "MAGE_MODE": "default",
        "db": {"host": "b"},
        "cache": {"x": 2},
        "system": {"default": 2},
    }
    found = env_drift("production", {"web1": one, "web2": other})  # type: ignore[dict-item] # arrays as PHP has them
    assert told(found) == [("crypt-key-differs", "crypt/key", True), ("host-drift", "MAGE_MODE", False)]
    assert not any(key in f"{finding}" for finding in found for key in ("k1", "k2"))


def test_findings_name_settings_for_the_matrix() -> None:
    found = place_findings("development", system(config={"web/unsecure/base_url": "https://x/"}), CLASSIFIER)
    assert found[0].key == SettingKey("web/unsecure/base_url")
    assert KEY.decode() not in f"{found}"


def _sealed(readable: dict[str, bool]) -> Layers:
    env = php_settings({DEFAULT: dict.fromkeys(readable, CIPHER)})
    fingerprints = {
        (Layer.ENV, DEFAULT, path): "known" for path, is_readable in readable.items() if is_readable
    }
    return layers(Raw(env=env, database={}), CLASSIFIER, KEY, fingerprints)


def test_values_that_the_system_can_not_decrypt_are_found() -> None:
    assert told(unreadable("staging", _sealed({"a/b/c": True, "a/b/d": True}))) == []
    assert told(unreadable("staging", _sealed({"a/b/c": True, "a/b/d": False}))) == [
        ("secret-unreadable", "a/b/d", False)
    ]
    assert told(unreadable("staging", _sealed({"a/b/c": False}))) == [("secret-unreadable", "a/b/c", False)]


def test_where_it_can_decrypt_nothing_the_key_has_changed_and_that_blocks() -> None:
    found = unreadable("staging", _sealed({f"a/b/c{number}": False for number in range(5)}))
    assert told(found) == [("crypt-key-changed", "crypt/key", True)]
    assert "none of the 5 encrypted values" in found[0].what
    assert CIPHER not in f"{found}"
