"""What an artifact is made from, and the key under which an earlier build of the same is found."""

import hashlib
from typing import Final

import msgspec

from core.environments.model import CustomStep, Environment, Locales

RECIPE: Final = 1
"""Raised whenever a build of the same inputs would come out differently: another order, other options."""


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
    steps: tuple[CustomStep, ...]
    umask: str
    php: str
    extensions: tuple[str, ...]
    composer_version: str
    manifest_schema: int
    recipe: int = RECIPE


def build_inputs(
    environment: Environment, commit: str, tools: Tools, *, umask: str, manifest_schema: int
) -> BuildInputs:
    """Return the inputs of a build of one commit with these tools."""
    return BuildInputs(
        commit=commit,
        composer=environment.composer,
        locales=environment.locales,
        static=environment.static,
        exclude=tuple(sorted(environment.artifact_exclude)),
        steps=environment.steps,
        umask=umask,
        php=tools.php,
        extensions=tools.extensions,
        composer_version=tools.composer if environment.composer else "",
        manifest_schema=manifest_schema,
    )


def input_key(inputs: BuildInputs) -> str:
    """Return the key of the inputs, 64 hexadecimal characters."""
    return hashlib.sha256(msgspec.json.encode(inputs, order="deterministic")).hexdigest()


def content_version(key: str) -> str:
    """Return the version of the static content of these inputs: digits only.

    Magento itself takes `[A-Za-z0-9_.]+`, but its nginx.conf.sample rewrites `/static/version\\d*/` alone: with
    letters in it every static file would answer 404. 15 digits stay exact in PHP and JavaScript.
    """
    return str(int(key[:16], 16) % 10**15).zfill(15)
