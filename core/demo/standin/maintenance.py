"""`maintenance:*`: a file in `var`, and another with the addresses that it lets through."""

import re
from pathlib import Path

from core.demo.standin.call import Call


def _flag(call: Call) -> Path:
    return call.shop.root / "var/.maintenance.flag"


def _addresses(call: Call) -> Path:
    return call.shop.root / "var/.maintenance.ip"


def _needs_database(call: Call) -> None:
    """Fail as the real one does when env.php names a database that is not to be had."""
    if call.shop.installed:
        call.database()


def _let_through(call: Call, addresses: list[str], *, none: bool) -> int:
    for address in addresses:
        if not re.fullmatch(r"\d{1,3}(\.\d{1,3}){3}|[0-9a-fA-F:]*:[0-9a-fA-F:]*", address):
            call.terminal.line(f"Invalid IP {address}", "error")
            return 1
    if none:
        _addresses(call).unlink(missing_ok=True)
        call.terminal.line("Set exempt IP-addresses: none", "info")
    elif addresses:
        _addresses(call).write_text(",".join(addresses))
        call.terminal.line(f"Set exempt IP-addresses: {', '.join(addresses)}", "info")
    return 0


def enable(call: Call) -> int:
    """Play `maintenance:enable`."""
    _needs_database(call)
    _flag(call).touch()
    call.terminal.line("Enabled maintenance mode", "info")
    return _with_addresses(call)


def disable(call: Call) -> int:
    """Play `maintenance:disable`."""
    _needs_database(call)
    _flag(call).unlink(missing_ok=True)
    call.terminal.line("Disabled maintenance mode", "info")
    return _with_addresses(call)


def _with_addresses(call: Call) -> int:
    given = call.parsed.many("ip")
    return _let_through(call, [item for item in given if item != "none"], none="none" in given)


def allow(call: Call) -> int:
    """Play `maintenance:allow-ips`."""
    known = _addresses(call).read_text().split(",") if call.option("add") and _addresses(call).exists() else []
    return _let_through(call, [*known, *call.arguments], none=bool(call.option("none")))


def status(call: Call) -> int:
    """Play `maintenance:status`, which always ends with 0."""
    state = "active" if _flag(call).exists() else "not active"
    shown = _addresses(call).read_text().replace(",", " ").strip() if _addresses(call).exists() else ""
    call.terminal.line(f"Status: maintenance mode is {state}", "info")
    call.terminal.line(f"List of exempt IP-addresses: {shown or 'none'}", "info")
    return 0
