"""Measures reading, hashing, editing and writing a dumped config.php against PHP that includes the same file.

    python -m tests.benchmarks.php_files [--settings 3000] [--rounds 9] [--save]

Milliseconds are of processor time, the best of the rounds; `php -r include` is one process, with its start.
"""

import hashlib
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from core.magento.configuration_hash import configuration_hash
from core.magento.php_config import read
from core.magento.php_edit import Changes, edit
from core.magento.php_values import Array, Value
from core.magento.php_writer import php_file
from core.magento.scope import DEFAULT
from core.magento.setting_key import file_settings
from tests.benchmarks.measuring import best, machine, main, told

GOALS = {"read": 150.0, "edit one value, prove it, write": 100.0}
"""Milliseconds, for 3,000 settings."""
COMMENT = (
    "Shared configuration was written to config.php.",
    *(f"CONFIG__DEFAULT__A__B__C{n}" for n in range(120)),
)


def dump(settings: int) -> bytes:
    """Return a file as app:config:dump writes it, with that many settings."""
    default: Array = {}
    values: list[Value] = [
        None,
        "0",
        "1",
        "Magento\\Catalog\\Model\\Thing",
        "it's a longer text, with words",
        "12.5",
    ]
    for number in range(settings):
        section, group = default.setdefault(f"section_{number // 60}", {}), f"group_{number // 8 % 8}"
        assert isinstance(section, dict)
        inner = section.setdefault(group, {})
        assert isinstance(inner, dict)
        inner[f"field_{number}"] = values[number % len(values)]
    modules: Array = {f"Magento_Module{number}": 1 for number in range(360)}
    return php_file({"modules": modules, "system": {"default": default}}, comments={"system": COMMENT})


def php_include(rounds: int, file: Path) -> float:
    """Return the processor time in milliseconds of a PHP process that includes the file."""
    times = []
    for _ in range(rounds):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(["php", "-r", f"include {str(file)!r};"], check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return statistics.median(times) * 1000


def measure(settings: int, rounds: int) -> str:
    """Measure all, and return the report."""
    source = dump(settings)
    read_before = read(source)
    values = read_before.values
    found = file_settings(values)[DEFAULT]
    assert len(found) == settings
    path = ("system", "default", *next(iter(found)).split("/"))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "config.php"
        file.write_bytes(source)

        def edited(changes: Changes) -> None:
            file.with_suffix(".new").write_bytes(edit(read_before, changes))

        work: dict[str, Callable[[], object]] = {
            "read": lambda: read(source),
            "edit one value, prove it, write": lambda: edited({path: "new"}),
            "edit and add twenty": lambda: edited({("system", "default", f"new_{n}", "a", "b"): "x" for n in range(20)}),
            "write the whole file": lambda: file.with_suffix(".new").write_bytes(php_file(values)),
            "configuration hash": lambda: configuration_hash(values, {}),
        }  # fmt: skip
        php = php_include(rounds, file)
        times = {name: best(rounds, item) for name, item in work.items()}
    digest = hashlib.sha256(source).hexdigest()[:12]
    count = source.count(b"\n")
    lines = [
        f"{settings} settings, {len(source) // 1024} KiB, {count} lines ({digest})",
        machine(rounds),
        "",
        f"{'php -r include':<34}{php:8.1f} ms",
    ]
    lines += [told(name, took, GOALS, f"{took / php:6.2f} x") for name, took in times.items()]
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    sys.exit(main(__file__, __doc__, 3000, measure))
