"""The options that approve a plan beforehand."""

from typing import Any, Final

import click

STAY: Final = click.option(
    "--stay", is_flag=True, help="You stay until it has ended, where it can't log in again without your agent."
)
"""The explicit yes of a person whose agent the job needs (decision 25)."""


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
