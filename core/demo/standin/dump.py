"""`app:config:dump`."""

from typing import Any, Final

from core.demo.standin import phpfile
from core.demo.standin.call import Call
from core.demo.standin.phpfile import Array, leaves, section
from core.demo.standin.shop import SECTIONS, hash_of

_TYPES: Final = ("scopes", "system", "themes", "i18n")
_SENSITIVE: Final = ("payment/payflowpro/partner", "payment/payflowpro/user", "payment/payflowpro/pwd")
_ENVIRONMENT: Final = ("web/unsecure/base_url", "web/secure/base_url", *_SENSITIVE)


def run(call: Call) -> int:
    """Play `app:config:dump`: both files are written, and all hashes are made those of the files."""
    database = call.database()
    asked = [name for name in _TYPES if not call.arguments or name in call.arguments]
    config, env = dict(call.shop.config), dict(call.shop.env)
    if "scopes" in asked:
        config["scopes"] = _scopes(database.state)
    if "themes" in asked:
        config["themes"] = section(call.shop.config, "themes")
    if "i18n" in asked:
        config["i18n"] = {}
    if "system" in asked:
        config["system"], env["system"] = _system(call, database.state["config"])
    call.shop.save_config(config)
    call.shop.save_env(env)
    for name in SECTIONS:
        if call.shop.section(name) is not None:
            database.hashes[name] = hash_of(call.shop.section(name))
    database.save()
    if not asked:
        call.terminal.line("Nothing dumped. Check the config types specified and try again", "error")
        return 1
    if "system" in asked:
        _tell(call)
    call.terminal.line(f"Done. Config types dumped: {', '.join(asked)}", "info")
    return 0


def _scopes(state: dict[str, Any]) -> Array:
    groups: Array = {index: dict(row) for index, row in enumerate(state["groups"].values())}
    return {"websites": dict(state["websites"]), "groups": groups, "stores": dict(state["stores"])}


def _system(call: Call, stored: dict[str, Any]) -> tuple[Array, Array]:
    shared: Array = {}
    own: Array = {}
    everything: Array = {}
    for place, value in stored.items():
        phpfile.plant(everything, place, value)
    everything = phpfile.merged(everything, section(call.shop.settings, "system"))
    for place, value in leaves(everything, ""):
        path = place.partition("/")[2] if place.startswith("default/") else place.split("/", 2)[2]
        phpfile.plant(own if path in _ENVIRONMENT else shared, place, value)
    return shared, own


def _tell(call: Call) -> None:
    call.terminal.line(
        "Shared configuration was written to config.php and system-specific configuration to env.php.\n"
        "Shared configuration file (config.php) doesn't contain sensitive data for security reasons.\n"
        "Sensitive data can be stored in the following environment variables:"
    )
    for path in _SENSITIVE:
        call.terminal.line(f"CONFIG__DEFAULT__{path.replace('/', '__').upper()} for {path}")
