"""What modules declare, all together: areas of their own, and files that are broken."""

from core.magento.settings_facts import ModuleXml
from core.settings.classify import Classifier
from core.settings.declared import declared
from core.settings.kind import Kind

DI = """<config xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<type name="Magento\\Config\\Model\\Config\\TypePool"><arguments><argument name="{kind}" xsi:type="array">
<item name="{path}" xsi:type="{type}">{on}</item></argument></arguments></type></config>"""


def _di(path: str, *, kind: str = "sensitive", on: str = "1", type: str = "string") -> str:
    return DI.format(path=path, kind=kind, on=on, type=type)


def test_an_area_adds_what_it_lists_and_takes_nothing_off() -> None:
    acme = ModuleXml(
        name="Acme_Pay",
        di=_di("payment/acme/key", on="true", type="boolean"),
        areas={"adminhtml": _di("payment/acme/pin"), "frontend": _di("payment/acme/key", on="0")},
    )
    found = declared([acme])
    assert set(found.pool.sensitive) == {"payment/acme/key", "payment/acme/pin"}
    told = Classifier(found.pool)("payment/acme/pin")
    assert (told.kind, told.is_guessed) == (Kind.SENSITIVE, False)
    assert told.why == "di.xml of Acme_Pay (in adminhtml alone, where a dump does not look) says so"


def test_a_later_module_takes_off_what_an_earlier_one_lists() -> None:
    found = declared(
        [
            ModuleXml(name="app/etc", di=_di("a/b/c") + ""),
            ModuleXml(name="Acme_One", di=_di("a/b/d", kind="environment")),
            ModuleXml(name="Acme_Two", di=_di("a/b/c", on="false", type="boolean")),
            ModuleXml(name="Acme_Three", di=_di("a/b/d", kind="environment", on="", type="null")),
        ]
    )
    assert (found.pool.sensitive, found.pool.environment) == ({}, {})


def test_a_module_whose_xml_is_broken_is_left_out_and_named() -> None:
    good = ModuleXml(
        name="Acme_Good",
        di=_di("a/b/c"),
        config="<config><default><a><b><c>1</c></b></a></default></config>",
        system='<config><system><section id="a"><include path="Acme_Good::x.xml"/></section></system></config>',
        partials={"Acme_Good::x.xml": "<include><group></include>"},
    )
    bad = ModuleXml(
        name="Acme_Bad",
        di='<!DOCTYPE c [<!ENTITY a "b">]><config>&a;</config>',
        config="\n\n<config><default></config>",
        system=" <?xml version='1.0'?><config/>",
        areas={"adminhtml": "<config>"},
    )
    found = declared([bad, good])
    assert found.pool.sensitive == {"a/b/c": "Acme_Good"}
    assert list(found.defaults.values.values()) == [{"a/b/c": "1"}]
    assert found.broken == (
        "Acme_Bad etc/di.xml",
        "Acme_Bad etc/config.xml:3",
        "Acme_Bad etc/adminhtml/system.xml:1",
        "Acme_Bad etc/*/di.xml, adminhtml:1",
        "Acme_Good::x.xml:1",
    )
