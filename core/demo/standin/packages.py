"""What is in a package: made from its entry in composer.lock, always the same for the same entry."""

import hashlib
import os
import re
from pathlib import Path
from typing import Any

from core.demo.standin.phpfile import quoted


def files(item: dict[str, Any]) -> dict[str, str]:
    """Return the files of a package: name -> content."""
    extra = item.get("extra", {})
    found = {"composer.json": f'{{"name": "{item["name"]}", "version": "{item["version"]}"}}\n'}
    found |= _classes(item, extra)
    if "module" in extra:
        found |= _module(extra["module"], extra.get("sequence", []))
    elif "theme" in extra:
        found |= _theme(extra["theme"], extra.get("parent", ""), extra["title"])
    else:
        found["registration.php"] = "<?php\n"
    return found


def _classes(item: dict[str, Any], extra: dict[str, Any]) -> dict[str, str]:
    space = extra.get("module", item["name"].title().replace("/", "_").replace("-", "")).replace("_", "\\")
    found = {}
    for number in range(int(extra.get("classes", 8))):
        name = f"{('Model', 'Block', 'Helper', 'Plugin')[number % 4]}/Part{number}"
        digest = hashlib.sha256(f"{item['name']} {item['version']} {number}".encode()).hexdigest()
        *spaces, short = name.split("/")
        body = "".join(f"    // {digest[start : start + 16]}\n" for start in range(0, 64, 16))
        found[f"{name}.php"] = (
            f"<?php\nnamespace {space}\\{chr(92).join(spaces)};\n\nclass {short}\n{{\n{body}}}\n"
        )
    return found


def _module(name: str, sequence: list[str]) -> dict[str, str]:
    needed = "".join(f'            <module name="{other}"/>\n' for other in sequence)
    inner = f">\n        <sequence>\n{needed}        </sequence>\n    </module>" if sequence else "/>"
    kind = "ComponentRegistrar::MODULE"
    return {
        "registration.php": _registration(kind, name),
        "etc/module.xml": f'<?xml version="1.0"?>\n<config>\n    <module name="{name}"{inner}\n</config>\n',
        "etc/di.xml": '<?xml version="1.0"?>\n<config>\n</config>\n',
        "view/frontend/web/js/main.js": f"define([], function () {{ return {quoted(name)}; }});\n",
        "view/frontend/web/css/source/_module.less": f".{name.lower()} {{ color: #333; }}\n",
        "view/adminhtml/web/js/admin.js": f"define([], function () {{ return {quoted(name)}; }});\n",
        "view/base/web/templates/main.html": f'<div class="{name.lower()}"></div>\n',
    }


def _theme(name: str, parent: str, title: str) -> dict[str, str]:
    over = f"\n    <parent>{parent}</parent>" if parent else ""
    found = {
        "registration.php": _registration("ComponentRegistrar::THEME", name),
        "theme.xml": f"<theme>\n    <title>{title}</title>{over}\n</theme>\n",
        "web/css/styles-m.less": f"// {name}\n.page-header {{ color: #1979c3; }}\n",
        "web/css/styles-l.less": f"// {name}\n.page-footer {{ color: #666; }}\n",
    }
    for number in range(30):
        found[f"web/images/icon-{number:02d}.svg"] = f"<svg><title>{name} {number}</title></svg>\n"
    return found


def _registration(kind: str, name: str) -> str:
    return (
        "<?php\nuse Magento\\Framework\\Component\\ComponentRegistrar;\n\n"
        f"ComponentRegistrar::register({kind}, '{name}', __DIR__);\n"
    )


def class_map(root: Path) -> dict[str, str]:
    """Return the classes under vendor, app/code and generated/code: name -> path in the tree."""
    found = {}
    for base in ("vendor", "app/code", "generated/code"):
        for place, directories, names in os.walk(root / base):
            directories.sort()
            for name in sorted(names):
                if name.endswith(".php") and name[0].isupper():
                    path = Path(place, name)
                    space = re.search(r"^namespace ([\w\\]+);", path.read_text(), re.M)
                    if space:
                        found[f"{space[1]}\\{path.stem}"] = str(path.relative_to(root))
    return found
