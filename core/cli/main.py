"""The `mageconsole` command line: one group, its commands in modules of their own."""

import click


@click.group()
def command() -> None:
    """Take a Magento shop from development to production."""
