"""What an artifact is made from, and the key under which an earlier build of the same is found."""

from typing import Final

import msgspec

from core.environments.model import CustomStep, Environment, Locales, Project, Role
from core.release.artifact import input_key

RECIPE: Final = 1
"""Raised whenever a build of the same inputs would come out differently: another order or form of the manifest,
other options of a command."""


class Tools(msgspec.Struct, frozen=True, kw_only=True):
    """The tools of a build host, as the check found them."""

    php: str
    """`8.2.29`."""
    extensions: tuple[str, ...]
    """Sorted, lower case."""
    composer: str = ""
    """`2.7.1`; empty where composer is not used."""
    cores: int = 1


class BuildInputs(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that decides what an artifact holds (decision 20)."""

    commit: str
    composer: bool
    locales: tuple[str, ...]
    static: tuple[Locales, ...]
    exclude: tuple[str, ...]
    shared: tuple[str, ...]
    steps: tuple[CustomStep, ...]
    php: str
    extensions: tuple[str, ...]
    composer_version: str
    recipe: int = RECIPE


def shared_paths(project: Project) -> tuple[str, ...]:
    """Return the paths that are shared on any target: they live beside the releases, not in artifacts."""
    targets = [*project.of_role(Role.STAGING), *project.of_role(Role.PRODUCTION)]
    return tuple(sorted({path for item in targets for path in (*item.shared_files, *item.shared_dirs)}))


def build_inputs(project: Project, environment: Environment, commit: str, tools: Tools) -> BuildInputs:
    """Return the inputs of a build of one commit with these tools."""
    return BuildInputs(
        commit=commit,
        composer=environment.composer,
        locales=environment.locales,
        static=environment.static,
        exclude=tuple(sorted(environment.artifact_exclude)),
        shared=shared_paths(project),
        steps=environment.steps,
        php=tools.php,
        extensions=tools.extensions,
        composer_version=tools.composer if environment.composer else "",
    )


def key_of(inputs: BuildInputs) -> str:
    """Return the key of the inputs, 64 hexadecimal characters."""
    return input_key(
        {
            name: msgspec.json.encode(value, order="deterministic").decode()
            for name, value in msgspec.structs.asdict(inputs).items()
        }
    )
