"""Settings of all kinds for the demo's four systems, and three mistakes among them that are to be found.

- development's config.php holds the payment module's key: it is in git, would be in the next artifact, and a
  promotion of that is refused;
- it also holds staging's secure base URL, copied by a full dump, and production has no other;
- web2 allows another domain for downloads than web1.

The first two stand in the newest commit alone: what is promoted before it is built goes through.
"""

from typing import Final

from core.demo import source
from core.demo.source import Files
from core.demo.standin import phpfile
from core.demo.standin.phpfile import Array, Value
from core.demo.standin.settings import encrypted

_PLACE: Final = "app/code/Acme/Payment"
KEY: Final = "acme_live_4f9Kq2ZrT7vXw0Lm"
"""What must not be in git."""
SHARED: Final[dict[str, Value]] = {
    "payment/acme/private_key": KEY,
    "web/secure/base_url": "https://staging.example.com/",
    "catalog/frontend/grid_per_page": "12",
    "sales/msrp/enabled": None,
}
_FIELD: Final = """\
                <field id="{name}" translate="label" type="{kind}" showInDefault="1" showInWebsite="1">
                    <label>{label}</label>{more}
                </field>
"""
_SYSTEM_XML: Final = """<?xml version="1.0"?>
<config>
    <system>
        <section id="payment" showInDefault="1" showInWebsite="1" showInStore="1">
            <label>Payment Methods</label>
            <group id="acme" showInDefault="1" showInWebsite="1">
                <label>Acme Pay</label>
{fields}            </group>
        </section>
    </system>
</config>
"""
_ENCRYPTED: Final = (
    "\n                    <backend_model>Magento\\Config\\Model\\Config\\Backend\\Encrypted</backend_model>"
)
_YES_NO: Final = (
    "\n                    <source_model>Magento\\Config\\Model\\Config\\Source\\Yesno</source_model>"
)
_DI_XML: Final = """<?xml version="1.0"?>
<config>
    <type name="Magento\\Config\\Model\\Config\\TypePool">
        <arguments>
            <argument name="sensitive" xsi:type="array">
                <item name="payment/acme/private_key" xsi:type="string">1</item>
            </argument>
            <argument name="environment" xsi:type="array">
                <item name="payment/acme/gateway_url" xsi:type="string">1</item>
            </argument>
        </arguments>
    </type>
</config>
"""
_CONFIG_XML: Final = """<?xml version="1.0"?>
<config>
    <default>
        <payment>
            <acme>
                <active>0</active>
                <gateway_url>https://pay.acme.example/</gateway_url>
            </acme>
        </payment>
    </default>
</config>
"""
TOML: Final = """
# What each system has of its own. `mageconsole settings diff production` compares it with what is there.
[environments.staging.settings.default]
"web/unsecure/base_url" = "http://staging.example.com/"

[environments.production.settings.default]
"web/unsecure/base_url" = "http://shop.example.com/"
"payment/acme/gateway_url" = "https://pay.acme.example/v2/"

[environments.production.env]
"downloadable_domains/0" = "shop.example.com"
"""


def module() -> Files:
    """Return a payment module that says of its settings what they are."""
    fields = "".join(
        _FIELD.format(name=name, kind=kind, label=label, more=more)
        for name, kind, label, more in (
            ("active", "select", "Enabled", _YES_NO),
            ("gateway_url", "text", "Gateway URL", ""),
            ("private_key", "obscure", "Private Key", _ENCRYPTED),
        )
    )
    return source.module("Payment") | {
        f"{_PLACE}/etc/adminhtml/system.xml": _SYSTEM_XML.format(fields=fields),
        f"{_PLACE}/etc/di.xml": _DI_XML.replace(
            "<config>", '<config xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        ),
        f"{_PLACE}/etc/config.xml": _CONFIG_XML,
    }


def env(values: Array, environment: str) -> None:
    """Give an env.php the settings of its system."""
    system: dict[str, Value] = {
        "default/trans_email/ident_general/email": f"shop+{environment}@acme.example",
        "default/payment/acme/gateway_url": "https://sandbox.acme.example/",
        "default/payment/payflowpro/pwd": encrypted(f"payflow-{environment}-77120", values),
        "stores/de/general/locale/code": "de_DE",
    }
    if environment != "production":
        system["default/web/secure/base_url"] = f"https://{environment}.example.com/"
    for place, value in system.items():
        phpfile.plant(values, f"system/{place}", value)


def drift(values: Array) -> None:
    """Let one web host differ from the other."""
    phpfile.plant(values, "downloadable_domains/0", "old-shop.example.com")


def database(environment: str) -> dict[str, Value]:
    """Return what somebody set in the Admin, and a value that the files hide."""
    return {
        "default/general/region/display_all": "1",
        "default/catalog/frontend/grid_per_page": "24",
        "websites/base/design/head/default_title": f"Acme ({environment})",
        "default/system/smtp/port": "25",
    }
