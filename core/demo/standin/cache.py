"""`cache:*`."""

import shutil
from typing import Final

from core.demo.standin.call import Call
from core.demo.standin.phpfile import Array, section

TYPES: Final = (
    "config", "layout", "block_html", "collections", "reflection", "db_ddl", "compiled_config", "eav",
    "customer_notification", "config_integration", "config_integration_api", "graphql_query_resolver_result",
    "full_page", "config_webservice", "translate",
)  # fmt: skip


def _asked(call: Call) -> list[str] | None:
    unknown = [name for name in call.arguments if name not in TYPES]
    if not unknown:
        return call.arguments or list(TYPES)
    call.terminal.line(
        f"The following requested cache types are not supported: '{', '.join(unknown)}'.\n"
        "Supported types: " + ", ".join(TYPES),
        "error",
    )
    return None


def _empty(call: Call, title: str) -> int:
    types = _asked(call)
    if types is None:
        return 1
    place = call.shop.root / "var/cache"
    for entry in place.iterdir() if place.is_dir() else []:
        shutil.rmtree(entry, ignore_errors=True)
    call.terminal.line("\n".join([title, *types]))
    return 0


def flush(call: Call) -> int:
    """Play `cache:flush`."""
    return _empty(call, "Flushed cache types:")


def clean(call: Call) -> int:
    """Play `cache:clean`."""
    return _empty(call, "Cleaned cache types:")


def status(call: Call) -> int:
    """Play `cache:status`."""
    states = section(call.shop.env, "cache_types")
    call.terminal.line("Current status:")
    for name in TYPES:
        call.terminal.line(f"{name:>30}: {states.get(name, 0)}")
    return 0


def _states(names: list[str], on: int) -> Array:
    return dict.fromkeys(names, on)


def _turn(call: Call, on: int) -> int:
    types = _asked(call)
    if types is None:
        return 1
    states = section(call.shop.env, "cache_types")
    changed = [name for name in types if states.get(name, 0) != on]
    if not changed:
        call.terminal.line("There is nothing to change in cache status")
        return 0
    call.shop.save_env(call.shop.env | {"cache_types": states | _states(changed, on)})
    call.terminal.line("Changed cache status:")
    for name in changed:
        call.terminal.line(f"{name:>30}: {1 - on} -> {on}")
    return 0


def enable(call: Call) -> int:
    """Play `cache:enable`."""
    return _turn(call, 1)


def disable(call: Call) -> int:
    """Play `cache:disable`."""
    return _turn(call, 0)
