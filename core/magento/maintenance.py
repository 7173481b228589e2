"""Maintenance mode is a file; who may pass is another. Neither needs a database, as the commands do."""

from collections.abc import Iterable
from typing import Final

FLAG: Final = "var/.maintenance.flag"
"""Relative to the release that is served. Being there is all that counts."""
IPS: Final = "var/.maintenance.ip"
"""Addresses that are let in, comma separated on one line. Ranges are understood from 2.4.8 on."""


def flag(root: str) -> str:
    """Return the flag's path in a release."""
    return f"{root.rstrip('/')}/{FLAG}"


def ips(root: str) -> str:
    """Return the path of the list of addresses in a release."""
    return f"{root.rstrip('/')}/{IPS}"


def parse_ips(text: str) -> tuple[str, ...]:
    """Return the addresses in the file's text, in their order."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def format_ips(addresses: Iterable[str]) -> str:
    """Return the file's text, each address once."""
    return ",".join(dict.fromkeys(addresses))


def with_ips(text: str, *addresses: str) -> str:
    """Return the file's text with addresses added: those of the hosts that ask themselves."""
    return format_ips((*parse_ips(text), *addresses))
