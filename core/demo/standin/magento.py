"""`bin/magento`: starts in a release, finds the command, plays it, and ends with its exit code."""

import shutil
import sys
from importlib import import_module
from pathlib import Path
from typing import Final

from core.demo.standin import world
from core.demo.standin.call import Call
from core.demo.standin.commands import Command, available
from core.demo.standin.console import Aborted, Terminal, Uncaught, UsageError, parse
from core.demo.standin.database import DatabaseError
from core.demo.standin.finding import Namespace, find
from core.demo.standin.shop import Broken, Shop

VERSION: Final = "2.4.7-p3"
_WIPERS: Final = ("setup:di:compile", "module:enable", "module:disable", "module:uninstall")


def main(script: Path, words: list[str]) -> int:
    """Play `bin/magento` with its words; return the exit code."""
    shop = Shop(script.resolve().parent.parent)
    if not (shop.root / "vendor/autoload.php").exists():
        print(
            "Autoload error: Vendor autoload is not found. "
            "Please run 'composer install' under application root directory."
        )
        return 1
    terminal = Terminal()
    terminal.quiet = any(word in ("-q", "--quiet") for word in words)
    if "--ansi" in words:
        terminal.ansi = True
    elif "--no-ansi" in words:
        terminal.ansi = False
    try:
        shop.write_stub()
        return _dispatch(shop, terminal, words)
    except Broken as error:
        print(error)
        return 1
    except BrokenPipeError:
        return 0


def _dispatch(shop: Shop, terminal: Terminal, words: list[str]) -> int:
    named = next((word for word in words if not word.startswith("-")), "")
    if not named and any(word in ("-V", "--version") for word in words):
        terminal.line(f"Magento CLI {VERSION}")
        return 0
    commands = available(shop.installed)
    try:
        command = find(named or "list", commands)
    except UsageError as error:
        terminal.error("")
        terminal.box(str(error))
        return 1
    except Namespace:
        from core.demo.standin import listing

        listing.namespace(terminal, commands, named)
        return 1
    rest = list(words)
    if named:
        rest.remove(named)
    return _play(shop, terminal, command, rest)


def _play(shop: Shop, terminal: Terminal, command: Command, words: list[str]) -> int:
    try:
        parsed = parse(words, command.options)
        if "help" not in parsed.options:
            _check_arguments(command, parsed.arguments)
    except UsageError as error:
        terminal.error("")
        terminal.box(str(error))
        terminal.error(f"{command.synopsis}\n", "info")
        return 1
    if "help" in parsed.options:
        terminal.line(f"Description:\n  {command.description}\n\nUsage:\n  {command.synopsis}")
        return 0
    call = Call(command.name, shop, terminal, parsed, interactive="no-interaction" not in parsed.options)
    _start(call)
    world.book("start", command.name, arguments=words, root=str(shop.root))
    code = play(call, command)
    world.book("end", command.name, exit=code, root=str(shop.root))
    return code


def _check_arguments(command: Command, given: list[str]) -> None:
    required = command.required
    if len(given) < len(required):
        missing = ", ".join(required[len(given) :])
        raise UsageError(f'Not enough arguments (missing: "{missing}").')
    endless = any(name.endswith("*") for name in command.arguments)
    if not endless and len(given) > len(command.arguments):
        raise UsageError(f'No arguments expected for "{command.name}" command, got "{given[-1]}".')


def _start(call: Call) -> None:
    """Do what every start does to the tree: a cache in `var`, and generated code that goes when asked for."""
    root = call.shop.root
    generated = root / "generated"
    if call.name in _WIPERS or (root / "var/.regenerate").exists():
        try:
            for name in ("code", "metadata"):
                if (generated / name).exists():
                    shutil.rmtree(generated / name)
            generated.mkdir(exist_ok=True)
            (root / "var/.regenerate").unlink(missing_ok=True)
        except PermissionError:
            raise Broken(
                "Command line user does not have read and write permissions on generated directory."
            ) from None
    for name in ("var/page_cache", "var/cache/mage-tags"):
        try:
            (root / name).mkdir(parents=True, exist_ok=True)
        except PermissionError:
            words = "cannot be created Warning!mkdir(): Permission denied"
            raise Broken(f'Directory "{root}/{name.removesuffix("/mage-tags")}" {words}') from None
    if call.name != "list":
        (root / "var/cache/mage-tags/mage---CONFIG").write_text(call.name)
    call.pause(float(call.knob("command_s", 0)))


def play(call: Call, command: Command) -> int:
    """Play a command; return its exit code."""
    if not command.play:
        call.terminal.error(f"The stand-in does not play {command.name}.")
        return 1
    module, _, function = command.play.partition(":")
    play = getattr(import_module(f"core.demo.standin.{module}"), function)
    try:
        code: int = play(call)
    except Aborted:
        call.terminal.line("Aborted.", "error")
        return 1
    except DatabaseError as error:
        said = str(error)
        places = ("Abstract.php line 148", "Abstract.php line 128")
        return _show(call, command, Uncaught(*((place, said) for place in places), code=255))
    except Uncaught as error:
        return _show(call, command, error)
    finally:
        sys.stdout.flush()
    return code


def _show(call: Call, command: Command, error: Uncaught) -> int:
    """Show an exception with what led to it, and the usage line, on standard error."""
    call.terminal.error("")
    for place, message in error.chain:
        call.terminal.box(message, place)
    call.terminal.error(f"{command.synopsis}\n", "info")
    return error.code
