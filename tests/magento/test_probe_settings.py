"""What the probe tells of settings, asked of real PHP on a miniature of Magento with a database."""

import hashlib
import hmac
import os
from pathlib import Path
from typing import Any

import pytest

from core.errors import ConsoleError
from core.magento.module_defaults import module_defaults
from core.magento.probe_result import read
from core.magento.scope import DEFAULT, Scope
from core.magento.settings_facts import SettingsFacts
from core.magento.system_fields import system_fields
from core.magento.type_pool import type_pool
from core.settings.declared import declared
from tests.magento import php, shop

PROBE = php.script("mageconsole-probe")
KEY = bytes(range(32))
MORE = r"""
namespace Magento\Framework\App { class ResourceConnection {
    public function getConnection() { return $this; }
    public function getTableName($name) { return 'pre_' . $name; }
    public function fetchAll($query) {
        if (file_exists(BP . '/down')) { throw new \Exception('SQLSTATE[HY000] [2002] Connection refused'); }
        if (!preg_match('/^SELECT ([a-z_, ]+) FROM pre_(\w+)$/', $query, $found)) { throw new \Exception($query); }
        $columns = explode(', ', $found[1]);
        return array_map(static function ($row) use ($columns) { return array_combine($columns, $row); }, [
            'store_website' => [['0', 'admin'], ['1', 'base']],
            'store' => [['0', 'admin', '0'], ['1', 'default', '1'], ['2', 'de', '1']],
            'core_config_data' => [
                ['default', '0', 'web/unsecure/base_url', 'http://db.example.com/'],
                ['stores', '2', 'general/locale/code', null],
                ['websites', '1', 'payment/acme/key', '0:3:' . base64_encode("plain\xffbytes")],
                ['websites', '77', 'gone/with/website', '1'],
            ],
        ][$found[2]]);
    }
} }
namespace Magento\Framework\Encryption { class EncryptorInterface {
    public function decrypt($value) { return base64_decode(substr($value, 4)); }
} }
namespace Magento\Framework\Module { class ModuleList {
    public function getNames() { return ['Acme_Base', 'Acme_Pay']; }
} }
namespace Magento\Framework\Component { class ComponentRegistrar {
    public function getPath($kind, $name) { return BP . '/app/code/' . str_replace('_', '/', $name); }
} }
"""
VALIDATOR = r"""
namespace Magento\Framework\Exception { class ValidatorException extends \Exception {} }
namespace Magento\Config\Model\Config { class PathValidator { public function validate($path) {
    if (\Magento\Framework\App\State::$area !== 'adminhtml') { throw new \Exception('area'); }
    if (strpos($path, 'hidden/') === 0) { throw new \Magento\Framework\Exception\ValidatorException('no'); }
} } }
"""
SYSTEM = """<config><system><section id="payment"><label>Payment</label><group id="acme"><label>Acme</label>
<include path="Acme_Pay::system/inner.xml"/></group></section></system></config>"""
INNER = '<include><field id="key" type="obscure"><label>Key</label></field></include>'
DI = """<config xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<type name="Magento\\Config\\Model\\Config\\TypePool"><arguments><argument name="sensitive" xsi:type="array">
<item name="payment/acme/key" xsi:type="string">1</item></argument></arguments></type></config>"""


@pytest.fixture
def release(tmp_path: Path) -> Path:
    root = shop.make(tmp_path / "shop/release")
    bootstrap = root / "app/bootstrap.php"
    text = bootstrap.read_text()
    bootstrap.write_text(text.replace("namespace {\n    define", MORE + "namespace {\n    define", 1))
    cipher = "0:3:cGxhaW7/Ynl0ZXM="
    env = shop.ENV.replace("'canary-setting'", f"'{cipher}'")
    (root.parent / "shared-env.php").write_text(env)
    (root / "app/etc/config.php").write_text(
        "<?php return ['system' => ['stores' => ['de' => ['a' => ['b' => '1']]]]];"
    )
    for name in ("Base", "Pay"):
        (root / f"app/code/Acme/{name}/etc/adminhtml/system").mkdir(parents=True)
    pay = root / "app/code/Acme/Pay/etc"
    (pay / "di.xml").write_text(DI)
    (pay / "adminhtml/system.xml").write_text(SYSTEM)
    (pay / "adminhtml/system/inner.xml").write_text(INNER)
    (pay / "config.xml").write_text(
        "<config><default><payment><acme><key>none</key></acme></payment></default></config>"
    )
    (root / "app/code/Acme/Base/etc/di.xml").write_text("<config/>")
    return root


def _ask(release: Path, **more: Any) -> SettingsFacts:
    settings = {"key": KEY.hex(), **more}
    question = {"root": str(release), "ask": [], "forecast": False, "settings": settings}
    temporary = release.parent / "tmp"
    temporary.mkdir(exist_ok=True)
    done = php.run(PROBE, question, env={**os.environ, "TMPDIR": str(temporary)})
    assert list(temporary.iterdir()) == []
    facts = read(done.stdout + b"\n" + done.stderr, where="web1").settings
    assert facts is not None
    return facts


def test_rows_and_scopes_of_the_database(release: Path) -> None:
    facts = _ask(release)
    assert facts.database() == {
        DEFAULT: {"web/unsecure/base_url": "http://db.example.com/"},
        Scope("stores", "de"): {"general/locale/code": None},
        Scope("websites", "base"): {"payment/acme/key": "0:3:cGxhaW7/Ynl0ZXM="},
    }
    assert facts.tree.chain(Scope("stores", "de")) == (
        Scope("stores", "de"),
        Scope("websites", "base"),
        DEFAULT,
    )
    assert facts.modules == ""


def test_ciphertexts_are_compared_by_their_plain_text(release: Path) -> None:
    wanted = hmac.new(KEY, b"plain\xffbytes", hashlib.sha256).hexdigest()
    assert set(_ask(release).fingerprints) == {
        ("database", "websites", "base", "payment/acme/key", wanted),
        ("env.php", "default", "", "a/b/c", wanted),
    }


def test_what_modules_declare_comes_in_their_order(release: Path) -> None:
    modules = _ask(release, modules=True).module_xml()
    assert [one.name for one in modules] == ["Acme_Base", "Acme_Pay"]
    assert modules[0].di == ""  # it says nothing of settings
    assert type_pool((one.name, one.di.encode()) for one in modules if one.di).sensitive == {
        "payment/acme/key": "Acme_Pay"
    }
    partials = {name: xml.encode() for one in modules for name, xml in one.partials.items()}
    fields = system_fields([(one.name, one.system.encode()) for one in modules if one.system], partials)
    assert fields["payment/acme/key"].labels == ("Payment", "Acme", "Key")
    defaults = module_defaults([(one.name, one.config.encode()) for one in modules if one.config])
    assert defaults.values == {DEFAULT: {"payment/acme/key": "none"}}


def test_includes_areas_and_app_etc_are_found_wherever_they_lie(release: Path) -> None:
    pay, base = (release / f"app/code/Acme/{name}/etc" for name in ("Pay", "Base"))
    (pay / "adminhtml/system/inner.xml").write_text(
        "<include><include path='Acme_Base::parts/deep/one.xml'/><include path=\"Gone_Module::a.xml\"/>"
        '<include path="Acme_Base::../../../../../secret.xml"/></include>'
    )
    (base / "adminhtml/parts/deep").mkdir(parents=True)
    (base / "adminhtml/parts/deep/one.xml").write_text(
        '<include><include path="Acme_Pay::system/inner.xml"/><field id="deep"/></include>'
    )
    (release / "secret.xml").write_text("<include/>")
    (base / "frontend").mkdir()
    (base / "frontend/di.xml").write_text(DI)
    (release / "app/etc/di.xml").write_text(DI)
    (release / "app/etc/sub/di.xml").write_text("<config/>")
    modules = _ask(release, modules=True).module_xml()
    assert [one.name for one in modules] == ["app/etc", "Acme_Base", "Acme_Pay"]
    assert (modules[0].di, modules[1].areas, modules[2].areas) == (DI, {"frontend": DI}, {})
    assert set(modules[2].partials) == {"Acme_Pay::system/inner.xml", "Acme_Base::parts/deep/one.xml"}
    fields = declared(modules).fields
    assert list(fields) == ["payment/acme/deep"]


def test_magento_itself_is_asked_which_paths_its_command_takes(release: Path) -> None:
    assert _ask(release).without_field is None
    assert _ask(release, paths=["a/b/c"]).without_field is None  # a Magento that can't tell
    bootstrap = release / "app/bootstrap.php"
    bootstrap.write_text(bootstrap.read_text().replace("namespace Shop {", VALIDATOR + "namespace Shop {", 1))
    assert _ask(release, paths=["hidden/b/c", "a/b/c", "hidden/b/c"]).without_field == ("hidden/b/c",)


def test_a_host_that_is_not_asked_for_the_database_tells_of_its_own_files(release: Path) -> None:
    facts = _ask(release, rows=False)
    assert facts.rows == ()
    assert [one[0] for one in facts.fingerprints] == ["env.php"]
    assert facts.tree.stores == {"admin": "admin", "default": "base", "de": "base"}


def test_a_database_out_of_reach_is_told(release: Path) -> None:
    (release / "down").touch()
    with pytest.raises(ConsoleError) as caught:
        _ask(release)
    assert "Connection refused" in caught.value.what
