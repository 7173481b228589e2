"""The sources of the demo's shop: what its developers keep in git, commit by commit."""

import json
from typing import Final

from core.demo.lock_file import lock

Files = dict[str, str]

IGNORED: Final = """/vendor/
/generated/*
!/generated/.htaccess
/pub/static/*
!/pub/static/.htaccess
/pub/media/*
!/pub/media/.htaccess
/var/*
!/var/.htaccess
/app/etc/env.php
/auth.json
"""
_MAGENTO: Final = """#!/usr/bin/env php
<?php
if (PHP_SAPI !== 'cli') {
    echo 'bin/magento must be run as a CLI application';
    exit(1);
}
require __DIR__ . '/../app/bootstrap.php';
$application = new Magento\\Framework\\Console\\Cli('Magento CLI');
$application->run();
"""
_REGISTRATION: Final = """<?php
use Magento\\Framework\\Component\\ComponentRegistrar;

ComponentRegistrar::register(ComponentRegistrar::{kind}, '{name}', __DIR__);
"""
_DENY: Final = "Require all denied\n"


def base(scale: int) -> Files:
    """Return the shop as it was imported: Magento's own skeleton."""
    files = {
        ".gitignore": IGNORED,
        "bin/magento": _MAGENTO,
        "app/bootstrap.php": "<?php\nrequire_once __DIR__ . '/autoload.php';\numask(0002);\n",
        "app/autoload.php": "<?php\nreturn require __DIR__ . '/../vendor/autoload.php';\n",
        "app/etc/di.xml": '<?xml version="1.0"?>\n<config>\n</config>\n',
        "app/etc/registration_globlist.php": "<?php\nreturn ['app/code/*/*/registration.php'];\n",
        "composer.json": json.dumps(
            {
                "name": "acme/store",
                "type": "project",
                "require": {"magento/product-community-edition": "2.4.7-p3"},
            },
            indent=4,
        )
        + "\n",
        "composer.lock": json.dumps(lock(scale), indent=4) + "\n",
        "pub/index.php": "<?php\nrequire __DIR__ . '/../app/bootstrap.php';\n",
        "pub/health_check.php": "<?php\nhttp_response_code(200);\n",
        "pub/get.php": "<?php\n",
        "pub/static.php": "<?php\n",
        "pub/errors/default/503.phtml": "<h1>Service Temporarily Unavailable</h1>\n",
        "pub/static/.htaccess": "Options -MultiViews\n",
        "pub/media/.htaccess": "Options -Indexes\n",
        "generated/.htaccess": _DENY,
        "var/.htaccess": _DENY,
        "setup/index.php": "<?php\n",
        "dev/tests/unit/readme.txt": "Not for production.\n",
        "nginx.conf.sample": "root $MAGE_ROOT/pub;\n",
    }
    for number in range(40):
        files[f"lib/web/mage/part-{number:02d}.js"] = f"define([], function () {{ return {number}; }});\n"
    for number in range(12):
        files[f"lib/web/css/source/lib/_part-{number:02d}.less"] = (
            f".lib-part-{number} {{ margin: {number}px; }}\n"
        )
    return files


def theme() -> Files:
    """Return the theme of the shop."""
    place = "app/design/frontend/Acme/shop"
    files = {
        f"{place}/registration.php": _REGISTRATION.format(kind="THEME", name="frontend/Acme/shop"),
        f"{place}/theme.xml": "<theme>\n    <title>Acme</title>\n    <parent>Magento/luma</parent>\n</theme>\n",
        f"{place}/web/css/source/_theme.less": "@acme: #0b5a3c;\n.page-header { background: @acme; }\n",
    }
    for number in range(20):
        files[f"{place}/web/images/banner-{number:02d}.svg"] = f"<svg><title>Banner {number}</title></svg>\n"
    return files


def module(name: str, model: str = "Main") -> Files:
    """Return a module of the shop's own."""
    place = f"app/code/Acme/{name}"
    return {
        f"{place}/registration.php": _REGISTRATION.format(kind="MODULE", name=f"Acme_{name}"),
        f"{place}/etc/module.xml": _module_xml(f"Acme_{name}"),
        f"{place}/etc/di.xml": '<?xml version="1.0"?>\n<config>\n</config>\n',
        f"{place}/Model/{model}.php": f"<?php\nnamespace Acme\\{name}\\Model;\n\nclass {model}\n{{\n}}\n",
        f"{place}/view/frontend/web/js/{name.lower()}.js": f"define([], function () {{ return '{name}'; }});\n",
        f"{place}/view/frontend/web/css/source/_module.less": f".acme-{name.lower()} {{ color: #0b5a3c; }}\n",
    }


def _module_xml(name: str) -> str:
    return (
        f'<?xml version="1.0"?>\n<config>\n    <module name="{name}">\n        <sequence>\n'
        '            <module name="Magento_Catalog"/>\n        </sequence>\n    </module>\n</config>\n'
    )


def table(place: str, name: str, columns: tuple[str, ...]) -> Files:
    """Return the declaration of a table of the module at `place`."""
    rows = "".join(
        f'        <column xsi:type="varchar" name="{column}" nullable="true"/>\n' for column in columns
    )
    whitelist = {name: {"column": dict.fromkeys(columns, True)}}
    return {
        f"{place}/etc/db_schema.xml": (
            f'<?xml version="1.0"?>\n<schema>\n    <table name="{name}" resource="default">\n{rows}'
            "    </table>\n</schema>\n"
        ),
        f"{place}/etc/db_schema_whitelist.json": json.dumps(whitelist, indent=4) + "\n",
    }


def patch(place: str, name: str) -> Files:
    """Return a data patch of the module at `place`, such as app/code/Acme/Gift."""
    space = place.removeprefix("app/code/").replace("/", "\\")
    body = f"<?php\nnamespace {space}\\Setup\\Patch\\Data;\n\nclass {name}\n{{\n}}\n"
    return {f"{place}/Setup/Patch/Data/{name}.php": body}
