"""What modules say of settings: di.xml, system.xml, config.xml."""

import pytest

from core.errors import ConsoleError
from core.magento.module_defaults import module_defaults
from core.magento.scope import DEFAULT, store, website
from core.magento.system_fields import Field, system_fields
from core.magento.type_pool import type_pool

DI = b"""<?xml version="1.0"?>
<config xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
    <type name="Magento\\Config\\Model\\Config\\TypePool">
        <arguments>
            <argument name="sensitive" xsi:type="array">
                <item name="payment/acme/private_key" xsi:type="string">1</item>
                <item name="payment/acme/mode" xsi:type="string">0</item>
            </argument>
            <argument name="environment" xsi:type="array">
                <item name="payment/acme/endpoint" xsi:type="string">1</item>
                <item name="payment/acme/private_key" xsi:type="string">1</item>
            </argument>
        </arguments>
    </type>
    <type name="Other"><arguments><argument name="sensitive"><item name="no/no/no">1</item></argument></arguments></type>
</config>"""
LATER = b"""<config><type name="\\Magento\\Config\\Model\\Config\\TypePool"><arguments>
    <argument name="environment"><item name="payment/acme/endpoint">false</item></argument></arguments></type>
    <type name="Magento\\Config\\Model\\Config\\Export\\ExcludeList"><arguments>
    <argument name="configs"><item name="old/way/path">1</item></argument></arguments></type></config>"""

SYSTEM = b"""<config><system>
    <section id="payment"><label>Payment Methods</label>
        <include path="Acme_Pay::system/keys.xml"/>
        <group id="acme" showInDefault="1"><label>Acme</label>
            <field id="active" type="select" showInDefault="1" showInWebsite="1" showInStore="0" canRestore="1">
                <label>Enabled</label><source_model>Magento\\Config\\Model\\Config\\Source\\Yesno</source_model></field>
            <field id="mode" type="select"><label>Mode</label>
                <options><option label="Test">test</option>
                    <option label="Live">{{Acme\\Mode::LIVE}}</option></options></field>
            <field id="stored"><label>Elsewhere</label><config_path>other/place/path</config_path></field>
            <group id="inner"><field id="key" type="obscure"><label>Key</label>
                <backend_model>Acme\\Pay\\Model\\Encrypted</backend_model>
                <comment>A <b>bold</b> word</comment></field></group>
        </group>
    </section></system></config>"""
PARTIAL = b"""<include><group id="keys"><field id="pwd" type="password"><label>Password</label>
    <backend_model>\\Magento\\Config\\Model\\Config\\Backend\\Encrypted</backend_model></field></group></include>"""
OVER = b"""<config><system><section id="payment"><group id="acme">
    <field id="active" showInStore="1"><label>Switched on</label></field></group></section></system></config>"""


def test_the_types_that_modules_declare_are_merged_in_their_order() -> None:
    found = type_pool([("Acme_Pay", DI), ("Acme_Later", LATER)])
    assert found.sensitive == {"payment/acme/private_key": "Acme_Pay", "old/way/path": "Acme_Later"}
    assert found.environment == {"payment/acme/private_key": "Acme_Pay"}


def fields() -> dict[str, Field]:
    files = [("Acme_Pay", SYSTEM), ("Acme_Over", OVER)]
    return system_fields(files, {"Acme_Pay::system/keys.xml": PARTIAL})


def test_a_field_has_its_labels_type_and_scopes_and_later_modules_add_to_it() -> None:
    active = fields()["payment/acme/active"]
    assert active.labels == ("Payment Methods", "Acme", "Switched on")
    assert (active.type, active.is_yes_no, active.can_restore, active.module) == (
        "select",
        True,
        True,
        "Acme_Over",
    )
    assert (active.default, active.websites, active.stores) == (True, True, True)


def test_choices_other_paths_and_groups_within_groups() -> None:
    found = fields()
    assert found["payment/acme/mode"].options == (("test", "Test"), ("{{Acme\\Mode::LIVE}}", "Live"))
    assert found["other/place/path"].label == "Elsewhere"
    inner = found["payment/acme/inner/key"]
    assert (inner.is_encrypted, inner.comment, inner.type) == (True, "A bold word", "obscure")


def test_included_files_are_part_of_the_section_that_names_them() -> None:
    assert fields()["payment/keys/pwd"].is_encrypted


def test_an_include_of_itself_ends() -> None:
    circle = b'<include><include path="A::a.xml"/><group id="g"><field id="f"/></group></include>'
    xml = b'<config><system><section id="s"><include path="A::a.xml"/></section></system></config>'
    assert list(system_fields([("A", xml)], {"A::a.xml": circle})) == ["s/g/f"]


BASE = b"""<config><system><section id="payment_all"><label>All</label>
    <group id="express" showInDefault="1"><label>Express</label><comment>of all</comment>
        <field id="active" type="select" showInDefault="1" showInWebsite="1"><label>Enable</label>
            <config_path>payment/express/active</config_path></field>
        <group id="keys"><label>Keys</label><field id="pwd" type="obscure"><label>Password</label>
            <config_path>payment/express/pwd</config_path>
            <backend_model>Magento\\Config\\Model\\Config\\Backend\\Encrypted</backend_model></field>
            <field id="here" sortOrder="1"><label>Here</label></field></group></group></section>
    <section id="payment_us"><group id="express" extends="payment_all/*"><label>Express in the US</label>
        <group id="keys"><field id="here" showInStore="1"/></group></group>
        <group id="more" extends="payment_us/express"/><group id="gone" extends="nowhere/at/all"/>
        <field id="one" extends="payment_all/express/active"><config_path>payment/one</config_path></field>
        <group id="round" extends="payment_us/round"><field id="f"/></group>
    </section></system></config>"""


def test_a_group_that_extends_another_has_its_fields_and_its_own_word_first() -> None:
    found = system_fields([("Acme_Pay", BASE)])
    assert found["payment_us/express/keys/here"].labels == ("", "Express in the US", "Keys", "Here")
    assert found["payment_us/express/keys/here"].stores
    assert not found["payment_all/express/keys/here"].stores
    assert found["payment_us/more/keys/here"].stores  # by way of the one that extends itself
    assert found["payment/express/pwd"].is_encrypted
    assert found["payment/express/active"].labels == ("All", "Express", "Enable")
    one = found["payment/one"]
    assert (one.label, one.type, one.default, one.websites) == ("Enable", "select", True, True)
    assert "payment_us/round/f" in found
    assert not any(path.startswith("payment_us/gone") for path in found)


def test_a_path_is_encrypted_when_one_of_its_fields_is() -> None:
    xml = b"""<config><system><section id="a"><group id="b"><field id="c"><config_path>x/y/z</config_path></field>
        <field id="d"><config_path>x/y/z</config_path><backend_model>A\\Encrypted</backend_model></field>
        </group></section></system></config>"""
    assert system_fields([("A", xml)])["x/y/z"].is_encrypted


def test_defaults_are_by_scope_and_empty_ones_are_null_as_in_magento() -> None:
    xml = b"""<config><default><web><a><url> http://x/ </url><none/>
        <pwd backend_model="M\\Backend\\Encrypted"/></a></web></default>
        <websites><eu><web><a><url>eu</url></a></web></eu></websites><stores><de><web><a><url>de</url></a></web></de></stores></config>"""
    found = module_defaults(
        [("A", xml), ("B", b"<config><default><web><a><none>now</none></a></web></default></config>")]
    )
    assert found.values == {
        DEFAULT: {"web/a/url": " http://x/ ", "web/a/none": "now", "web/a/pwd": None},
        website("eu"): {"web/a/url": "eu"},
        store("de"): {"web/a/url": "de"},
    }
    assert found.encrypted == {"web/a/pwd"}


@pytest.mark.parametrize(
    "xml",
    [
        b"<config><broken></config>",
        b"",
        b'<!DOCTYPE c [<!ENTITY a "b">]><config>&a;</config>',
        b'<!DOCTYPE c SYSTEM "file:///etc/passwd"><config/>',
        b'<?xml version="1.0" encoding="none-such"?><config/>',
    ],
)
def test_a_file_that_is_broken_or_means_harm_is_told_with_its_module(xml: bytes) -> None:
    for reader in (type_pool, system_fields, module_defaults):
        with pytest.raises(ConsoleError) as caught:
            reader([("Acme_Pay", xml)])
        assert caught.value.code == "module-xml-broken"
        assert "Acme_Pay" in caught.value.where
