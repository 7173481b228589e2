"""Magento's own system-specific and sensitive settings, for systems whose modules were not read.

`built_in.json` was gathered from the `di.xml` and `system.xml` of Magento Open Source 2.2.5 and 2.4.7; no path has
changed its kind between them. The lists:
sensitive, environment: `Magento\\Config\\Model\\Config\\TypePool`'s; some paths are in both;
encrypted: fields whose values Magento encrypts though no list names them: a dump writes them into config.php;
shared: settings of Magento that are in no list, though their names sound as if they were.
"""

import functools
from importlib.resources import files

import msgspec


class BuiltIn(msgspec.Struct, frozen=True):
    """The table."""

    sensitive: frozenset[str]
    environment: frozenset[str]
    encrypted: frozenset[str]
    shared: frozenset[str]


@functools.cache
def built_in() -> BuiltIn:
    """Return the table; read once."""
    data = files("core.magento").joinpath("built_in.json").read_bytes()
    return msgspec.json.decode(data, type=BuiltIn)
