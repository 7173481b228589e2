"""What a person says in environments.toml of the kinds of settings, in the words of the comparison."""

from collections.abc import Mapping

from core.environments.model import Project
from core.settings.kind import Kind

_KINDS: Mapping[str, Kind] = {"shared": Kind.SHARED, "system": Kind.SYSTEM, "sensitive": Kind.SENSITIVE}


def kind_of(word: str) -> Kind:
    """Return the kind that one of environments.toml's words means."""
    return _KINDS[word]


def confirmed(project: Project) -> dict[str, Kind]:
    """Return the kinds of settings that a person has confirmed, by path."""
    return {path: _KINDS[word] for path, word in project.kinds.items()}
