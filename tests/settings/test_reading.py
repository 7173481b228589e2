"""What was read becomes layers, and what is sensitive is hidden from the first moment."""

import pytest

from core.magento.php_config import read
from core.magento.php_values import Expression
from core.magento.scope import DEFAULT, ScopeTree, store
from core.magento.setting_key import SettingKey
from core.secret import MASK, Secret
from core.settings.layers import Layer
from core.settings.provenance import provenance
from core.settings.reading import Raw, layers
from core.settings.value import Sensitive, SettingValue, fingerprint, hide, same, shown
from tests.settings.systems import CLASSIFIER, KEY, system

CIPHER = "0:3:xKb1lZ0n0V5cO8Z5C7o6nV5q1m9mV0Xa3o1sWl1nG4Y0pQ=="
OTHER = "0:3:Yz9Qm2rT7uVbN4cXwL1kJ8hGfD5sA3pO6iU0yE2tR7qWm1Zk=="
CONFIG = b"""<?php return ['scopes' => ['websites' => ['eu' => ['website_id' => '1', 'code' => 'eu']],
    'stores' => ['de' => ['website_id' => '1', 'code' => 'de']]],
    'system' => ['default' => ['payment' => ['payflowpro' => ['pwd' => 'hunter22', 'user' => '', 'vendor' => null]],
    'acme' => ['a' => ['b' => 'x'], 'api' => ['secret' => getenv('S')]]],
    'stores' => ['de' => ['acme' => ['a' => ['b' => 'y']]]]]];"""


def test_files_variables_and_rows_are_layers_by_scope() -> None:
    raw = Raw(
        config=read(CONFIG).values,
        database={DEFAULT: {"acme/a/b": "db"}},
        variables={"CONFIG__STORES__DE__ACME__A__B": "var", "HOME": "/root"},
    )
    found = layers(raw, CLASSIFIER, KEY)
    assert set(found.values) == {Layer.VARIABLE, Layer.CONFIG, Layer.DATABASE}
    assert found.scopes == ScopeTree(("eu",), {"de": "eu"})
    ladder = provenance(found, SettingKey("acme/a/b", store("de"))).found
    assert [(item.layer, str(item.scope), item.value) for item in ladder] == [
        (Layer.VARIABLE, "stores/de", "var"),
        (Layer.CONFIG, "stores/de", "y"),
        (Layer.CONFIG, "default", "x"),
        (Layer.DATABASE, "default", "db"),
    ]


def test_sensitive_values_are_hidden_and_nothing_prints_them() -> None:
    raw = Raw(config=read(CONFIG).values)
    found = layers(raw, CLASSIFIER, KEY)
    values = found.values[Layer.CONFIG][DEFAULT]
    password = values["payment/payflowpro/pwd"]
    assert isinstance(password, Sensitive)
    assert password.secret.reveal() == "hunter22"
    assert password.fingerprint == fingerprint("hunter22", KEY)
    assert (values["payment/payflowpro/user"], values["payment/payflowpro/vendor"]) == ("", None)
    computed = values["acme/api/secret"]
    assert isinstance(computed, Sensitive)
    assert computed.type == "expression"
    told = f"{raw!r} {found!r} {password!r} {shown(password)} {provenance(found, SettingKey('payment/payflowpro/pwd'))!r}"
    assert "hunter22" not in told
    assert MASK in told


@pytest.mark.parametrize(
    ("one", "other", "answer"),
    [
        ("1", 1, True),
        ("1", True, True),
        ("", False, True),
        ("0", False, False),
        (1.0, "1", True),
        (1.5, 1.5, True),
        (None, "", False),
        (None, None, True),
        ({}, {}, True),
        ({}, "", False),
        (Expression("a()"), Expression("a()"), None),
        (Expression("a()"), "x", None),
        (hide("secret1", KEY), hide("secret1", KEY), True),
        (hide("secret1", KEY), hide("secret2", KEY), False),
        (hide(CIPHER, KEY), hide(CIPHER, KEY), True),
        (hide(CIPHER, KEY), hide(OTHER, KEY), None),
        (hide(CIPHER, KEY, fingerprint("secret1", KEY)), hide("secret1", KEY), True),
        (hide(CIPHER, KEY, fingerprint("secret1", KEY)), hide(OTHER, KEY, fingerprint("secret1", KEY)), True),
        (hide(CIPHER, KEY, fingerprint("secret1", KEY)), hide(OTHER, KEY, fingerprint("secret2", KEY)), False),
        (hide("secret1", KEY), "", False),
        (hide("secret1", KEY), None, False),
        (hide("secret1", KEY), "secret1", None),
    ],
)  # fmt: skip
def test_whether_two_values_are_the_same(one: SettingValue, other: SettingValue, answer: bool | None) -> None:
    assert same(one, other) is answer
    assert same(other, one) is answer


def test_a_host_s_fingerprint_of_a_ciphertext_is_kept() -> None:
    raw = Raw(
        env=read(
            f"<?php return ['system' => ['default' => ['payment' => ['payflowpro' => ['pwd' => '{CIPHER}']]]]];".encode()
        ).values
    )
    place = (Layer.ENV, DEFAULT, "payment/payflowpro/pwd")
    value = layers(raw, CLASSIFIER, KEY, {place: "known"}).values[Layer.ENV][DEFAULT]["payment/payflowpro/pwd"]
    assert value == Sensitive(Secret(CIPHER), True, "known")


def test_a_secret_is_found_by_its_value_too() -> None:
    value = system(config={"acme/x/y": "q7Xz2LmP9vRt4WcY8bNd3KfHs6GjQa1E"}).values[Layer.CONFIG][DEFAULT][
        "acme/x/y"
    ]
    assert isinstance(value, Sensitive)


@pytest.mark.parametrize(("code", "wins"), [("de", "var"), ("De", "db")])
def test_variables_of_a_scope_with_capitals_lose_to_all_that_has_their_section(code: str, wins: str) -> None:
    raw = Raw(
        database={store(code): {"acme/a/other": "db"}},
        variables={
            f"CONFIG__STORES__DE__{path}": "var" for path in ("ACME__A__OTHER", "ACME__A__B", "WEB__A__B")
        },
        scopes=ScopeTree(("eu",), {code: "eu"}),
    )
    found = layers(raw, CLASSIFIER, KEY)
    variables = found.values[Layer.VARIABLE][store(code)]
    assert provenance(found, SettingKey("acme/a/other", store(code))).value == wins
    assert ("acme/a/b" in variables) == (wins == "var")
    assert variables["web/a/b"] == "var"
