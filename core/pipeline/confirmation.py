"""Whether a plan was approved beforehand, and the name that some environments want typed for it. Pure."""

from collections.abc import Mapping
from typing import Any

from core.environments.model import Environment
from core.errors import Refused


def approved_beforehand(environment: Environment, options: Mapping[str, Any]) -> bool:
    """Tell whether no person is waited for at the gate. Raises Refused `confirm-missing` (decision 2)."""
    if not (options.get("yes") or options.get("approved")):
        return False
    name = environment.name
    if environment.confirm == "name" and options.get("confirm") != name:
        raise Refused(
            "confirm-missing",
            f"{name} wants its name typed before it changes.",
            where=name,
            remedy=f"Give --confirm {name}, or leave --yes out and answer at the gate.",
        )
    return True
