"""The options that approve a plan beforehand."""

from typing import Any

import click


def approving(function: Any) -> Any:
    """Add the options that approve beforehand."""
    for option in (
        click.option("--yes", is_flag=True, help="Approve the plan, as long as nothing goes beyond it."),
        click.option(
            "--confirm", default="", metavar="NAME", help="The environment's name, where --yes needs it."
        ),
        click.option(
            "--plan", "approved", default="", metavar="DIGEST", help="Approve exactly the plan that was shown."
        ),
    ):
        function = option(function)
    return function
