"""The kind of settings, and how it is known."""

import pytest

from core.magento.built_in import built_in
from core.magento.php_values import Value
from core.magento.system_fields import Field
from core.magento.type_pool import TypePool
from core.settings import guess
from core.settings.classify import Classifier
from core.settings.kind import Evidence, Kind

DECLARED = TypePool({"a/b/secret": "Acme_A", "a/b/both": "Acme_A"}, {"a/b/both": "Acme_A", "a/b/own": "Acme_B"})
FIELDS = {
    "a/b/sealed": Field(
        path="a/b/sealed", backend_model="Magento\\Config\\Model\\Config\\Backend\\Encrypted", module="Acme_C"
    )
}
TOKEN = "q7Xz2LmP9vRt4WcY8bNd3KfHs6GjQa1E"


@pytest.mark.parametrize(
    ("path", "kind", "evidence", "why"),
    [
        ("a/b/secret", Kind.SENSITIVE, Evidence.DECLARED, "di.xml of Acme_A says so"),
        ("a/b/both", Kind.BOTH, Evidence.DECLARED, "di.xml of Acme_A says so"),
        ("a/b/own", Kind.SYSTEM, Evidence.DECLARED, "di.xml of Acme_B says so"),
        ("a/b/sealed", Kind.SENSITIVE, Evidence.DECLARED, "system.xml of Acme_C has it encrypted"),
        ("a/b/decrypted", Kind.SENSITIVE, Evidence.DECLARED, "config.xml has it encrypted"),
        ("web/unsecure/base_url", Kind.SYSTEM, Evidence.BUILT_IN, "Magento declares it so"),
        ("system/smtp/password", Kind.SENSITIVE, Evidence.BUILT_IN, "Magento encrypts it"),
        ("csp/mode/admin/report_uri", Kind.SHARED, Evidence.BUILT_IN, "Magento declares it neither way"),
        ("acme/api/secret_key", Kind.SENSITIVE, Evidence.GUESSED, '"secret_key" is what secrets are called'),
        ("acme/api/merchant_id", Kind.BOTH, Evidence.GUESSED, '"merchant_id" is what accounts are called'),
        ("acme/api/endpoint", Kind.SYSTEM, Evidence.GUESSED, '"endpoint" is what differs between systems'),
        ("acme/api/apiUrl", Kind.SYSTEM, Evidence.GUESSED, '"apiUrl" is what differs between systems'),
        ("general/locale/code", Kind.SHARED, Evidence.DECLARED, "no module declares it otherwise"),
    ],
)  # fmt: skip
def test_modules_come_first_then_the_table_then_the_name(
    path: str, kind: Kind, evidence: Evidence, why: str
) -> None:
    found = Classifier(DECLARED, FIELDS, ["a/b/decrypted"])(path)
    assert (found.kind, found.evidence, found.why) == (kind, evidence, why)


def test_without_the_systems_modules_the_table_counts() -> None:
    assert Classifier()("general/locale/code").evidence is Evidence.BUILT_IN


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (TOKEN, Kind.SENSITIVE),
        ("0:3:xKb1lZ0n0V5cO8Z5C7o6nV5q1m9mV0Xa3o1sWl1nG4Y0pQ==", Kind.SENSITIVE),
        ("-----BEGIN PRIVATE KEY-----\nMII", Kind.SENSITIVE),
        ("ghp_" + "a1B2" * 9, Kind.SENSITIVE),
        ("5f4dcc3b5aa765d61d8327deb882cf99", Kind.SENSITIVE),
        ("https://user:password@api.example.com/", Kind.SENSITIVE),
        ("http://127.0.0.1:9200", Kind.SYSTEM),
        ("10.0.3.7", Kind.SYSTEM),
        ("es.internal", Kind.SYSTEM),
        ("/srv/acme/feeds", Kind.SYSTEM),
        ("Magento\\Paypal\\Model\\Payflow\\AvsEmsCodeMapper", Kind.SHARED),
        ("AE,VI,MC,DI,JCB,SM,DN,UN", Kind.SHARED),
        ("Please enter your number, 24 digits at most.", Kind.SHARED),
        ("exports/commerce/orderStatuses", Kind.SHARED),
        ("sales_email_order_guest_template_2024", Kind.SHARED),
        ("https://payflowlink.paypal.com", Kind.SHARED),
        ("catalog_product_view_type_configurable", Kind.SHARED),
        ("1", Kind.SHARED),
        (None, Kind.SHARED),
    ],
)
def test_a_value_speaks_where_nothing_else_does(value: Value, kind: Kind) -> None:
    found = Classifier(DECLARED).of("acme/some/thing", value)
    assert found.kind is kind
    assert found.is_guessed == (kind is not Kind.SHARED)
    assert str(value) not in found.why or value in ("1", None)


def test_a_switch_is_no_secret_whatever_its_name() -> None:
    assert Classifier().of("acme/api/use_key", "1").kind is Kind.SHARED
    assert Classifier().of("acme/api/use_key", TOKEN).kind is Kind.SENSITIVE


def test_what_is_declared_is_not_overruled_by_a_value() -> None:
    assert Classifier(DECLARED).of("a/b/own", TOKEN).kind is Kind.SYSTEM


def test_encrypted_fields_are_known() -> None:
    classifier = Classifier(DECLARED, FIELDS, ["a/b/decrypted"])
    assert [classifier.is_encrypted(path) for path in ("a/b/sealed", "a/b/decrypted", "a/b/secret")] == [
        True,
        True,
        False,
    ]


def test_the_table_is_that_of_magento() -> None:
    table = built_in()
    assert {"payment/payflowpro/pwd", "trans_email/ident_sales/email"} <= table.sensitive
    assert {"web/secure/base_url", "web/cookie/cookie_domain"} <= table.environment
    assert "web/cookie/cookie_lifetime" not in table.environment | table.sensitive
    assert not table.encrypted & table.sensitive
    assert all(guess.by_name(path) for path in table.shared)
    assert not table.shared & (table.sensitive | table.environment | table.encrypted)
