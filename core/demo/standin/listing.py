"""`bin/magento list`, for people and as JSON."""

import json

from core.demo.standin.call import Call
from core.demo.standin.commands import Command, available
from core.demo.standin.console import Terminal

_HEAD = """Magento CLI 2.4.7-p3

Usage:
  command [options] [arguments]

Options:
  -h, --help            Display help for the given command. When no command is given display help for the list command
  -q, --quiet           Do not output any message
  -V, --version         Display this application version
      --ansi|--no-ansi  Force (or disable --no-ansi) ANSI output
  -n, --no-interaction  Do not ask any interactive question
  -v|vv|vvv, --verbose  Increase the verbosity of messages: 1 for normal output, 2 for more verbose output and 3 for debug
"""


def run(call: Call) -> int:
    """List the commands."""
    commands = available(call.shop.installed)
    if call.option("format") == "json":
        call.terminal.line(_json(commands))
        return 0
    width = max(len(name) for name in commands) + 2
    lines = [_HEAD, "Available commands:"]
    space = ""
    for command in sorted(commands.values(), key=lambda item: (":" in item.name, item.name)):
        group = command.name.partition(":")[0] if ":" in command.name else ""
        if group != space:
            lines.append(f" {group}")
            space = group
        lines.append(f"  {command.name:<{width}}{command.description}")
    call.terminal.line("\n".join(lines))
    return 0


def namespace(terminal: Terminal, commands: dict[str, Command], word: str) -> None:
    """List the commands of one namespace on standard error."""
    names = [name for name in commands if name.startswith(f"{word}:")]
    width = max(len(name) for name in names) + 2
    lines = [f"  {name:<{width}}{commands[name].description}" for name in names]
    terminal.error("\n".join([_HEAD, f'Available commands for the "{word}" namespace:', *lines]))


def _json(commands: dict[str, Command]) -> str:
    described = [
        {
            "name": command.name,
            "description": command.description,
            "usage": [command.synopsis],
            "help": "",
            "definition": {
                "arguments": {
                    name.rstrip("?*"): {"is_required": name in command.required} for name in command.arguments
                },
                "options": {
                    option.name: {"name": f"--{option.name}", "accept_value": option.value != "none"}
                    for option in command.options
                },
            },
            "hidden": False,
        }
        for command in commands.values()
    ]
    text = json.dumps({"application": {"name": "Magento CLI", "version": "2.4.7-p3"}, "commands": described})
    return text.replace("/", "\\/")
