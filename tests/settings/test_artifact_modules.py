"""What an artifact's modules declare is read from its files: of those that config.php turns on, in its order."""

from pathlib import Path

from core.actions.site import Site
from core.console.artifact_modules import artifact_modules, files_of
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


async def test_fields_of_enabled_modules_wherever_they_lie(tmp_path: Path) -> None:
    file = tmp_path / "environments.toml"
    file.write_text(TOML.format(path=tmp_path / "build"))
    project = load(file)
    environment = project.of_role(Role.BUILD)[0]
    site = Site(project=project, environment=environment, host=environment.hosts[0])
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
