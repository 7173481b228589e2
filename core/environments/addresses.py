"""Addresses of hosts: `[user@]name[:port]`."""

import ipaddress
import re
from typing import Any

from core.environments.place import WRONG, Place, shown
from core.environments.readers import line

_EXPECTED = 'an address such as "deploy@web1.example.com:22"'
_PARTS = re.compile(r"(?:(?P<user>.*)@)?(?P<name>\[[^\[\]]*\]|[^\[\]:@]*)(?::(?P<port>.*))?")
# A name or user that begins with a dash would be read as an option by ssh.
_NAME = re.compile(r"[^\W_][\w.-]*")
_USER = re.compile(r"[^\s:/@-][^\s:/]*")


def address(place: Place, value: Any) -> Any:
    """Read the address of a host."""
    value = line(place, value)
    if value is WRONG:
        return WRONG
    if not value.strip():
        return place.wrong("empty-host", shown(value), _EXPECTED)
    if "://" in value:
        return place.wrong("wrong-host", shown(value), _EXPECTED, 'Leave out what is before and with "://".')
    if "[" not in value and value.count(":") > 1:
        hint = "An IPv6 address stands in brackets: [::1]:22"
        return place.wrong("wrong-host", shown(value), _EXPECTED, hint)
    parts = _PARTS.fullmatch(value)
    if parts is None:
        return place.wrong("wrong-host", shown(value), _EXPECTED)
    if not parts["name"] or parts["name"] == "[]":
        return place.wrong("empty-host", shown(value), _EXPECTED)
    if not _is_name(parts["name"]) or (parts["user"] is not None and not _USER.fullmatch(parts["user"])):
        return place.wrong("wrong-host", shown(value), _EXPECTED)
    if parts["port"] is not None and not _is_port(parts["port"]):
        return place.wrong("wrong-port", shown(value), "a port from 1 to 65535")
    return value


def jump(place: Place, value: Any) -> Any:
    """Read the hosts to go through, divided by commas; it may be empty."""
    value = line(place, value)
    if value is WRONG or not value:
        return value
    for hop in value.split(","):
        if address(place, hop) is WRONG:
            return WRONG
    return value


def _is_name(name: str) -> bool:
    if not name.startswith("["):
        return _NAME.fullmatch(name) is not None
    try:
        return bool(ipaddress.IPv6Address(name[1:-1]))
    except ValueError:
        return False


def _is_port(port: str) -> bool:
    return re.fullmatch(r"[0-9]{1,5}", port) is not None and 1 <= int(port) <= 65535
