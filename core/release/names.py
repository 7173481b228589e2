"""Names of releases: `<n>-<the first 12 characters of the artifact's id>`. Pure."""

import re
from collections.abc import Iterable
from typing import Final

ID_LENGTH: Final = 12
_NAME = re.compile(rf"([1-9][0-9]{{0,8}})-([0-9a-f]{{{ID_LENGTH}}})")


def parse(name: str) -> tuple[int, str] | None:
    """Return a release's number and the head of its artifact's id; None when it is no name of ours."""
    match = _NAME.fullmatch(name)
    return (int(match[1]), match[2]) if match else None


def number(name: str) -> int:
    """Return a release's number, 0 when it is no name of ours."""
    parsed = parse(name)
    return parsed[0] if parsed else 0


def next_name(artifact_id: str, names: Iterable[str]) -> str:
    """Return the name of the next release, given every name on every host, finished or not."""
    return f"{max((number(name) for name in names), default=0) + 1}-{artifact_id[:ID_LENGTH]}"


def newest_of(artifact_id: str, names: Iterable[str]) -> str:
    """Return the newest name that carries this artifact, to go on with it; empty when there is none."""
    mine = [name for name in names if (parsed := parse(name)) and parsed[1] == artifact_id[:ID_LENGTH]]
    return max(mine, key=number, default="")
