"""`config:show` and `config:set`."""

import base64
import hashlib
import re
import secrets
from typing import Any, Final
from xml.etree import ElementTree

from core.demo.standin import phpfile
from core.demo.standin.call import Call
from core.demo.standin.console import ask
from core.demo.standin.database import DatabaseError
from core.demo.standin.phpfile import Array, dig, leaves, section
from core.demo.standin.shop import Shop, hash_of

_NAMES = """
    general web trans_email catalog cataloginventory checkout contact currency customer design dev google
    newsletter payment paypal reports rss sales sales_email sendfriend sitemap system tax admin carriers
    shipping wishlist analytics crontab twofactorauth"""
_SECTIONS: Final = frozenset(_NAMES.split())
"""The first parts of paths that Magento's own system.xml files declare; of others, what an enabled module declares."""
_WITHOUT_FIELD: Final = ("crontab/default/jobs/", "analytics/url/")
"""Settings that modules read and the Admin does not show."""
_ENCRYPTED: Final = ("/pwd", "password", "private_key", "api_key", "secret")
_UNAVAILABLE: Final = (
    "This command is unavailable right now. To continue working with it please run app:config:import or "
    "setup:upgrade command before."
)
_PLURAL: Final = {"website": "websites", "store": "stores", "websites": "websites", "stores": "stores"}


class _Refused(Exception):
    """Words on standard output, exit code 1."""


def has_field(shop: Shop, path: str) -> bool:
    """Whether a system.xml of the shop declares a path."""
    known = path.count("/") >= 2 and path.split("/")[0] in _SECTIONS
    return (known and not path.startswith(_WITHOUT_FIELD)) or path in _fields(shop)


def _fields(shop: Shop) -> frozenset[str]:
    """Return the paths of the fields that the system.xml files of enabled modules declare."""
    found: set[str] = set()
    for name in shop.enabled:
        file = shop.modules[name] / "etc/adminhtml/system.xml" if name in shop.modules else None
        if file is not None and file.exists():
            _collect(ElementTree.parse(file).getroot(), (), found)
    return frozenset(found)


def _collect(node: ElementTree.Element, path: tuple[str, ...], found: set[str]) -> None:
    for child in node:
        if child.tag == "system":
            _collect(child, path, found)
        elif child.tag in ("section", "group"):
            _collect(child, (*path, child.get("id", "")), found)
        elif child.tag == "field":
            found.add("/".join((*path, child.get("id", ""))))


def _place(call: Call, path: str) -> str:
    """Return the path within `system`. Raises _Refused."""
    if not has_field(call.shop, path):
        raise _Refused(f'The "{path}" path doesn\'t exist. Verify and try again.')
    scope, code = str(call.option("scope") or "default"), str(call.option("scope-code") or "")
    if scope == "default":
        if code:
            raise _Refused(
                'The "default" scope can\'t include a scope code. Try again without entering a scope code.'
            )
        return f"default/{path}"
    plural = _PLURAL.get(scope)
    if plural is None:
        raise _Refused(f'The "{scope}" value doesn\'t exist. Enter another value and try again.')
    if not code:
        raise _Refused("A scope code is missing. Enter a code and try again.")
    if code not in call.database().state[plural]:
        raise _Refused(f'The "{code}" value doesn\'t exist. Enter another value and try again.')
    return f"{plural}/{code}/{path}"


def is_encrypted(path: str) -> bool:
    """Whether the field of a path encrypts what it keeps."""
    return any(path.endswith(tail) for tail in _ENCRYPTED)


def encrypted(value: str, env: Array) -> str:
    """Return what an encrypting field keeps: another text each time, which only this key opens."""
    nonce, raw = secrets.token_bytes(12), value.encode()
    stream = _stream(env, nonce, len(raw))
    body = bytes(a ^ b for a, b in zip(raw, stream, strict=True))
    return "0:3:" + base64.b64encode(nonce + _tag(env, nonce + body) + body).decode()


def decrypted(value: str, env: Array) -> str:
    """Return the plain text; as with Magento nothing where another key wrote it, and no word about it."""
    raw = base64.b64decode(value.removeprefix("0:3:"))
    nonce, tag, body = raw[:12], raw[12:20], raw[20:]
    if tag != _tag(env, nonce + body):
        return ""
    plain = bytes(a ^ b for a, b in zip(body, _stream(env, nonce, len(body)), strict=True))
    return plain.decode("utf-8", "ignore")


def _tag(env: Array, raw: bytes) -> bytes:
    return hashlib.sha256(str(dig(env, "crypt/key")).encode() + b"\1" + raw).digest()[:8]


def _stream(env: Array, nonce: bytes, size: int) -> bytes:
    key = str(dig(env, "crypt/key")).encode()
    return hashlib.shake_256(key + b"\0" + nonce).digest(size)


def show(call: Call) -> int:
    """Play `config:show`; without the database it ends with 1, not with 255."""
    try:
        return _show(call)
    except (_Refused, DatabaseError) as error:
        call.terminal.line(str(error), "error")
        return 1


def _show(call: Call) -> int:
    stored: dict[str, Any] = call.database().state["config"]
    system = call.shop.settings.get("system")
    if not call.arguments:
        values = stored | {f"default/{path}": value for path, value in leaves(section(system, "default"), "")}
        for path, value in values.items():
            if path.startswith("default/"):
                call.terminal.line(f"{path.removeprefix('default/')} - {value}")
        return 0
    place = _place(call, call.arguments[0])
    found: Any = dig(system, place)
    if found is None:
        found = stored.get(place)
    if found is not None:
        call.terminal.line("******" if is_encrypted(place) else str(found))
    return 0


def put(call: Call) -> int:
    """Play `config:set`."""
    try:
        _put(call, *call.arguments[:2])
    except _Refused as error:
        call.terminal.line(str(error), "error")
        return 1
    return 0


def _put(call: Call, path: str, value: str) -> None:
    database = call.database()
    if "system" in call.shop.changed(database.hashes):
        raise _Refused(_UNAVAILABLE)
    place = _place(call, path)
    if path.endswith("base_url") and not value.startswith(("http://", "https://", "{{base_url}}")):
        raise _Refused("Invalid Base URL. Value must be a URL or one of placeholders: {{base_url}}")
    kept = encrypted(value, call.shop.env) if is_encrypted(path) else value
    if call.option("lock-config"):
        _into(call.shop.config, place, kept)
        call.shop.save_config(call.shop.config)
        call.terminal.line("Value was saved in app/etc/config.php and locked.", "info")
    elif call.option("lock-env") or call.option("lock"):
        _into(call.shop.env, place, kept)
        call.shop.save_env(call.shop.env)
        call.terminal.line("Value was saved in app/etc/env.php and locked.", "info")
    else:
        if dig(call.shop.settings.get("system"), place) is not None:
            raise _Refused(
                "The value you set has already been locked. To change the value, use the --lock-env option."
            )
        database.state["config"][place] = kept
        call.terminal.line("Value was saved.", "info")
    if call.shop.section("system") is not None:
        database.hashes["system"] = hash_of(call.shop.section("system"))
    database.save()


def _into(file: Array, place: str, value: str) -> None:
    phpfile.plant(file, f"system/{place}", value)


_LISTED: Final = re.compile(r"^\s*\* CONFIG__[A-Z0-9_]+ for (\S+)$", re.M)


def put_sensitive(call: Call) -> int:
    """Play `config:sensitive:set`: it knows the paths that the comment in config.php names, and asks with echo."""
    try:
        _put_sensitive(call)
    except _Refused as error:
        call.terminal.line(str(error), "error")
        return 1
    return 0


def _put_sensitive(call: Call) -> None:
    database = call.database()
    if "system" in call.shop.changed(database.hashes):
        raise _Refused(_UNAVAILABLE)
    listed = _LISTED.findall(call.shop.config_path.read_text())
    if not listed:
        raise _Refused("There are no sensitive configurations to fill")
    path = call.arguments[0] if call.arguments else ask(call.terminal, ["Please enter config path: "])
    if path not in listed:
        raise _Refused("A configuration with this path does not exist or is not sensitive")
    value = call.arguments[1] if len(call.arguments) > 1 else ask(call.terminal, ["Please enter value: "])
    scope, code = str(call.option("scope") or "default"), str(call.option("scope-code") or "")
    # The scope is written as it was given: in the singular nothing reads it.
    place = f"{scope}/{code}/{path}" if code else f"{scope}/{path}"
    _into(call.shop.env, place, encrypted(value, call.shop.env) if is_encrypted(path) else value)
    call.shop.save_env(call.shop.env)
    database.hashes["system"] = hash_of(call.shop.section("system"))
    database.save()
    call.terminal.line("Configuration value saved in app/etc/env.php", "info")
