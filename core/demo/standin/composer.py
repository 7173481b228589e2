"""`composer`: installs from composer.lock out of the lock file alone, and writes the autoloader."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))


def main(words: list[str]) -> int:
    """Play `composer`; return the exit code."""
    from core.demo.standin import world

    asked = [word for word in words if not word.startswith("-")]
    if "--version" in words or "-V" in words:
        print("Composer version 2.7.7 2024-06-10 22:11:12\nPHP version 8.2.28 (/usr/bin/php8.2)")
        return 0
    root = _directory(words)
    world.book("start", f"composer {asked[0] if asked else ''}", arguments=words, root=str(root))
    if asked[:1] == ["install"]:
        code = _install(root, float(world.behaviour().get("composer_s", 0)), dev="--no-dev" not in words)
    elif asked[:1] in (["dump-autoload"], ["dumpautoload"]):
        code = _dump(root)
    elif asked[:1] == ["validate"]:
        print("./composer.json is valid", file=sys.stderr)
        code = 0
    else:
        print(f'Command "{asked[0] if asked else ""}" is not defined.', file=sys.stderr)
        code = 1
    world.book("end", f"composer {asked[0] if asked else ''}", exit=code, root=str(root))
    return code


def _directory(words: list[str]) -> Path:
    for number, word in enumerate(words):
        if word.startswith("--working-dir="):
            return Path(word.partition("=")[2])
        if word in ("-d", "--working-dir") and number + 1 < len(words):
            return Path(words[number + 1])
    return Path.cwd()


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _install(root: Path, seconds: float, *, dev: bool) -> int:
    if not (root / "composer.json").exists():
        _say(f"Composer could not find a composer.json file in {root}")
        return 1
    if not (root / "composer.lock").exists():
        _say(
            "No composer.lock file present. "
            "Updating dependencies to latest instead of installing from lock file."
        )
        return 2
    lock: dict[str, Any] = json.loads((root / "composer.lock").read_text())
    packages = [*lock["packages"], *(lock.get("packages-dev", []) if dev else [])]
    missing = [item for item in packages if not _is_installed(root, item)]
    _say("Installing dependencies from lock file" + (" (including require-dev)" if dev else ""))
    _say("Verifying lock file contents can be installed on current platform.")
    if not missing:
        _say("Nothing to install, update or remove")
    else:
        _say(f"Package operations: {len(missing)} installs, 0 updates, 0 removals")
    for item in missing:
        _say(f"  - Installing {item['name']} ({item['version']}): Extracting archive")
        _unpack(root, item)
        if not _patched(root, item):
            return 1
        time.sleep(seconds / len(missing))
    return _dump(root)


def _is_installed(root: Path, item: dict[str, Any]) -> bool:
    mark = root / "vendor" / item["name"] / "composer.json"
    return mark.exists() and bool(json.loads(mark.read_text()).get("version") == item["version"])


def _unpack(root: Path, item: dict[str, Any]) -> None:
    """Write a package as its entry in the lock file describes it; the same entry makes the same bytes."""
    from core.demo.standin import packages

    place = root / "vendor" / item["name"]
    if place.exists():
        shutil.rmtree(place)
    for name, text in packages.files(item).items():
        path = place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def _patched(root: Path, item: dict[str, Any]) -> bool:
    """Apply `extra.patches` by git, as cweagans/composer-patches 1.7 does: what does not fit is left out."""
    patches = json.loads((root / "composer.json").read_text()).get("extra", {}).get("patches", {})
    for title, path in patches.get(item["name"], {}).items():
        _say(f"    {path} ({title})")
        apply = ["git", "-C", str(root / "vendor" / item["name"]), "apply", "-v", "-p1"]
        asked, ran = (
            subprocess.run([*apply, *more, str(root / path)], capture_output=True, text=True)
            for more in (["--check"], [])
        )
        if asked.returncode or ran.returncode or "Skipped patch" in ran.stderr:
            _say(f"   Could not apply patch! Skipping. The error was: Cannot apply patch {path}")
            if os.environ.get("COMPOSER_EXIT_ON_PATCH_FAILURE"):
                _say(f"\nIn Patches.php line 390:\n\n  Cannot apply patch {title} ({path})!\n")
                return False
    return True


def _dump(root: Path) -> int:
    """Write the autoloader with its class map, of generated classes too when they are there."""
    from core.demo.standin import packages

    _say("Generating optimized autoload files")
    place = root / "vendor/composer"
    place.mkdir(parents=True, exist_ok=True)
    classes = packages.class_map(root)
    lines = "".join(f"    '{name}' => $baseDir . '/{path}',\n" for name, path in sorted(classes.items()))
    (place / "autoload_classmap.php").write_text(f"<?php\n\nreturn array(\n{lines});\n")
    (place / "ClassLoader.php").write_text(
        "<?php\n\nnamespace Composer\\Autoload;\n\nclass ClassLoader\n{\n}\n"
    )
    (root / "vendor/autoload.php").write_text(
        "<?php\n\nreturn require __DIR__ . '/composer/ClassLoader.php';\n"
    )
    binaries = root / "vendor/bin"
    binaries.mkdir(exist_ok=True)
    link = binaries / "build.php"
    if not link.is_symlink():
        link.symlink_to("../magento/framework/registration.php")
    _say(f"Generated optimized autoload files containing {len(classes)} classes")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
