"""`module:*`."""

import shutil

from core.demo.standin.call import Call
from core.demo.standin.phpfile import section
from core.demo.standin.schema import modules_changed


def config_status(call: Call) -> int:
    """Play `module:config:status`; the order counts."""
    if modules_changed(call.shop)[1]:
        call.terminal.line(
            "The modules configuration in the 'app/etc/config.php' file is outdated. "
            "Run 'setup:upgrade' to fix it.",
            "error",
        )
        return 1
    call.terminal.line("The modules configuration is up to date.", "info")
    return 0


def status(call: Call) -> int:
    """Play `module:status`."""
    listed = section(call.shop.config, "modules")
    enabled = [name for name in call.shop.modules if listed.get(name)]
    disabled = [name for name in call.shop.modules if not listed.get(name)]
    if call.arguments:
        for name in call.arguments:
            state = "enabled" if name in enabled else "disabled" if name in disabled else "does not exist"
            word = f"{name} : Module is {state}" if state != "disabled" else f"{name} :  Module is disabled"
            call.terminal.line(word, "info")
        return 0
    if call.option("disabled"):
        call.terminal.line("\n".join(disabled or ["None"]))
        return 0 if disabled else 1
    if call.option("enabled"):
        call.terminal.line("\n".join(enabled or ["None"]))
        return 0 if enabled else 1
    call.terminal.line("\n".join(["List of enabled modules:", *(enabled or ["None"])]))
    call.terminal.line("\n".join(["", "List of disabled modules:", *(disabled or ["None"])]))
    return 0


def _turn(call: Call, on: int) -> int:
    names = list(call.shop.modules) if call.option("all") else call.arguments
    unknown = [name for name in names if name not in call.shop.modules]
    if unknown:
        call.terminal.line(f"Unknown module(s): '{', '.join(unknown)}'", "error")
        return 1
    listed = call.shop.module_list() | dict.fromkeys(names, on)
    call.shop.save_config(call.shop.config | {"modules": listed})
    word = "enabled" if on else "disabled"
    call.terminal.line(
        "\n".join([f"The following modules have been {word}:", *(f"- {name}" for name in names), ""])
    )
    if on:
        call.terminal.line(
            "To make sure that the enabled modules are properly registered, run 'setup:upgrade'."
        )
    call.terminal.line("Cache cleared successfully.")
    shutil.rmtree(call.shop.root / "var/cache", ignore_errors=True)
    (call.shop.root / "var/.regenerate").touch()
    call.terminal.line(
        "Generated classes cleared successfully. Please run the 'setup:di:compile' command to generate classes."
    )
    verb = "enable" if on else "disable"
    call.terminal.line(
        "Info: Some modules might require static view files to be cleared. To do this, run "
        f"'module:{verb}' with the --clear-static-content option to clear them."
    )
    return 0


def enable(call: Call) -> int:
    """Play `module:enable`."""
    return _turn(call, 1)


def disable(call: Call) -> int:
    """Play `module:disable`."""
    return _turn(call, 0)
