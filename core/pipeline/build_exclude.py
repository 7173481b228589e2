"""What never goes into an artifact, as arguments of `find`. Pure."""

from collections.abc import Iterable
from typing import Final

from core.environments.model import Environment, Project, Role

ALWAYS: Final = ("app/etc/env.php", "auth.json", "pub/static/_cache")
"""Secrets, and what is written anew on a target."""

NAMES: Final = (".git",)
"""Left out wherever they are: packages installed from source have one each."""

KEPT_IN_VAR: Final = ("view_preprocessed", ".htaccess")
"""All else in `var` belongs to one system; `var/.regenerate` would wipe `generated` at the first request."""


def shared_paths(project: Project) -> tuple[str, ...]:
    """Return the paths that are shared on any target: they live beside the releases, not in them."""
    targets = [*project.of_role(Role.STAGING), *project.of_role(Role.PRODUCTION)]
    return tuple(sorted({path for item in targets for path in (*item.shared_files, *item.shared_dirs)}))


def excluded(project: Project, environment: Environment) -> tuple[str, ...]:
    """Return all patterns: ours, the targets' shared paths, those of `artifact_exclude`."""
    return tuple(dict.fromkeys((*ALWAYS, *NAMES, *shared_paths(project), *environment.artifact_exclude)))


def _literal(path: str) -> str:
    """Return a path as a pattern of find that stands for itself alone."""
    return "".join(f"\\{letter}" if letter in "*?[\\" else letter for letter in path)


def find_arguments(patterns: Iterable[str], literal: Iterable[str] = ()) -> list[str]:
    """Return the test of `find .` that is true for what the patterns name; empty when there are none.

    A pattern with a slash in it is a path from the root of the tree, `*` matches slashes too; one without
    is a name anywhere, unless it ends with a slash or is `literal`.
    """
    exact = set(literal)
    tests: list[str] = []
    for pattern in patterns:
        bare = pattern.strip("/")
        if not bare:
            continue
        if pattern in exact:
            test = ["-path", f"./{_literal(bare)}"]
        elif "/" in pattern:
            test = ["-path", f"./{bare}"]
        else:
            test = ["-name", bare]
        tests += ["-o", *test] if tests else test
    return tests
