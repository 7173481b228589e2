"""What an artifact's modules declare is read from its files: of those that config.php turns on, in its order."""

from pathlib import Path

from core.actions.site import Site
from core.console.artifact_modules import artifact_modules, artifact_type_pool, files_of
from core.environments.load import load
from core.environments.model import Role
from core.magento.php_values import Array
from core.release.artifact import tree
from core.settings.declared import declared
from tests.support.local_host import LocalHost

TOML = """
[project]
name = "Acme"
[environments.build]
role = "build"
hosts = ["build@localhost"]
path = "{path}"
repository = "git@example.com:acme.git"
branch = "main"
[environments.production]
role = "production"
hosts = ["web1"]
path = "/srv/acme"
"""
FIELD = '<field id="{id}"><label>A label</label></field>'
SYSTEM = '<config><system><section id="acme"><group id="{group}">{inner}</group></section></system></config>'
PARTIAL = '<include path="Acme_Deep::system/more.xml"/>'


def _module(place: Path, name: str, files: dict[str, str]) -> None:
    """Write a module whose module.xml names another one after itself, and a comment before."""
    after = '<sequence><module name="Z_Z"/></sequence>'
    module = f'<!-- <module name="No"/> --><module\n  setup_version="1" name="{name}">{after}</module>'
    for file, text in {"module.xml": f"<config>{module}</config>", **files}.items():
        path = place / "etc" / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def _build(tmp_path: Path) -> Site:
    file = tmp_path / "environments.toml"
    file.write_text(TOML.format(path=tmp_path / "build"))
    project = load(file)
    environment = project.of_role(Role.BUILD)[0]
    return Site(project=project, environment=environment, host=environment.hosts[0])


def _pool(path: str, on: str) -> str:
    argument = f'<argument name="sensitive" xsi:type="array"><item name="{path}" xsi:type="string">{on}</item></argument>'
    namespace = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    name = r"Magento\Config\Model\Config\TypePool"
    return f'<config {namespace}><type name="{name}"><arguments>{argument}</arguments></type></config>'


async def test_what_is_sensitive_is_told_by_enabled_modules_in_their_order(tmp_path: Path) -> None:
    site = _build(tmp_path)
    root = Path(tree(site.layout, "a" * 64))
    _module(root / "vendor/acme/deep/src", "Acme_Deep", {"di.xml": _pool("acme/deep/key", "1")})
    _module(root / "vendor/acme/early", "Acme_Late", {"di.xml": _pool("acme/both/name", "0")})
    _module(root / "vendor/acme/late", "Acme_Early", {"di.xml": _pool("acme/both/name", "1")})
    _module(root / "vendor/acme/off", "Acme_Off", {"di.xml": _pool("acme/off/name", "1")})
    _module(root / "vendor/acme/broken", "Acme_Broken", {"di.xml": "<config>TypePool"})
    config: Array = {
        "modules": {"Acme_Broken": 1, "Acme_Deep": 1, "Acme_Early": 1, "Acme_Late": 1, "Acme_Off": 0}
    }
    pool = await artifact_type_pool(LocalHost(), site, "a" * 64, config)
    assert pool is not None
    assert dict(pool.sensitive) == {"acme/deep/key": "Acme_Deep"}
    assert await artifact_type_pool(LocalHost(), site, "b" * 64, config) is None


async def test_fields_of_enabled_modules_wherever_they_lie(tmp_path: Path) -> None:
    site = _build(tmp_path)
    root = Path(tree(site.layout, "a" * 64))
    own = SYSTEM.format(group="own", inner=FIELD.format(id="one"))
    _module(root / "app/code/Acme/Own", "Acme_Own", {"adminhtml/system.xml": own})
    deep = {
        "adminhtml/system.xml": SYSTEM.format(group="deep", inner=PARTIAL),
        "adminhtml/system/more.xml": f"<include>{FIELD.format(id='two')}</include>",
        "config.xml": "<config><default><acme><deep><bare>ö 1\n</bare></deep></acme></default></config>",
        "di.xml": "<config><!-- nothing of TypePool --></config>",
    }
    _module(root / "vendor/acme/deep/src", "Acme_Deep", deep)
    off = SYSTEM.format(group="off", inner=FIELD.format(id="three"))
    _module(root / "vendor/acme/off", "Acme_Off", {"adminhtml/system.xml": off})
    config: Array = {"modules": {"Acme_Deep": 1, "Acme_Off": 0, "Acme_Own": 1, "Acme_Gone": 1}}
    found = await artifact_modules(LocalHost(), site, "a" * 64, config)
    assert [one.name for one in found] == ["Acme_Deep", "Acme_Own"]
    told = declared(found)
    assert set(told.fields) == {"acme/own/one", "acme/deep/two"}
    assert [dict(values) for values in told.defaults.values.values()] == [{"acme/deep/bare": "ö 1\n"}]


def test_what_was_cut_off_is_left_out() -> None:
    assert list(files_of(b"3 a/b.xml\nabc4 c.xml\nab")) == [("a/b.xml", b"abc")]
