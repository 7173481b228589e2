"""Measures the comparison of many settings on four systems: opening it, filters, text.

    python -m tests.benchmarks.settings_matrix [--settings 60000] [--rounds 5] [--save]

Milliseconds are of processor time, the best of the rounds. The screen has what remains of its 500 ms for itself.
"""

import random
import sys

from core.magento.php_values import Value
from core.magento.scope import DEFAULT, Scope, ScopeTree, store
from core.settings.classify import Classifier
from core.settings.layers import Layers
from core.settings.matrix import Matrix
from core.settings.reading import Raw, layers
from core.settings.row import Filter, State
from tests.benchmarks.measuring import best, machine, main, told
from tests.settings.systems import php_settings

GOALS = {"open": 500.0, "filter: differs": 50.0, "filter: text": 50.0, "filter: text, first time": 200.0}
NAMES = (
    "title",
    "enabled",
    "sort_order",
    "api_key",
    "endpoint",
    "cron_expr",
    "template",
    "allowed",
    "max_size",
    "label",
)


def system(number: int, settings: int, classifier: Classifier) -> Layers:
    """Return a system of which most values are in config.php and the database, as after years of use."""
    dice = random.Random(number)
    paths = [f"section_{n % 90}/group_{n % 700}/{NAMES[n % 10]}_{n}" for n in range(settings)]

    def values(chosen: list[str]) -> dict[str, Value]:
        return {
            path: f"value {len(path)}" if dice.random() < 0.98 else f"of system {number}" for path in chosen
        }

    database: dict[Scope, dict[str, Value]] = {DEFAULT: values(paths[settings // 4 : settings * 9 // 10])}
    for code in ("de", "fr", "it"):
        database[store(code)] = values(dice.sample(paths, settings // 60))
    raw = Raw(
        config=php_settings({DEFAULT: values(paths[: settings // 3])}),
        env=php_settings({DEFAULT: values(paths[: settings // 100])}),
        database=database,
        defaults={DEFAULT: values(paths[settings // 2 :])},
        scopes=ScopeTree(("eu",), dict.fromkeys(("de", "fr", "it"), "eu")),
    )
    return layers(raw, classifier, b"key")


def measure(settings: int, rounds: int) -> str:
    """Measure all, and return the report."""
    classifier = Classifier()
    systems = {
        name: system(number, settings, classifier)
        for number, name in enumerate(("development", "build", "staging", "production"))
    }
    matrix = Matrix(systems, classifier)
    differing = Filter(any_of=State.DIFFERING | State.MISSING, none_of=State.SENSITIVE)
    times = {
        "open": best(rounds, lambda: Matrix(systems, classifier)),
        "filter: differs": best(rounds, lambda: matrix.select(differing)),
        "filter: text, first time": best(1, lambda: matrix.select(Filter(text="api_key"))),
        "filter: text": best(rounds, lambda: matrix.select(Filter(text="section_7 api_key"))),
        "forty rows": best(rounds, lambda: [matrix.row(position) for position in range(1000, 1040)]),
    }
    lines = [
        f"{settings} settings, {len(matrix)} rows by {len(systems)} systems, {len(matrix.select(differing))} differ",
        machine(rounds),
        "",
    ]
    lines += [told(name, took, GOALS) for name, took in times.items()]
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    sys.exit(main(__file__, __doc__, 60_000, measure))
