"""The shapes that values in environments.toml have: paths, locales, URLs, names, settings."""

import datetime
import posixpath
import re
from typing import Any
from urllib.parse import urlsplit

from core.environments.place import WRONG, Place, shown
from core.environments.readers import Reader, choice, filled, line, table, wrong_type


def _matching(pattern: str, expected: str, code: str) -> Reader:
    """Return a reader of strings that match as a whole."""
    compiled = re.compile(pattern)

    def read(place: Place, value: Any) -> Any:
        value = line(place, value)
        if value is WRONG or compiled.fullmatch(value):
            return value
        return place.wrong(code, shown(value), expected)

    return read


# The shapes that `bin/magento info:language:list` prints, and those of CLDR that it may come to.
locale = _matching(
    r"[a-z]{2,3}(_[A-Z][a-z]{3})?_([A-Z]{2}|[0-9]{3})", 'a locale such as "en_US"', "wrong-locale"
)
theme = _matching(r"[\w-]+/[\w-]+", 'a theme such as "Magento/luma"', "wrong-theme")
account = _matching(r"([A-Za-z0-9_][A-Za-z0-9_.-]*\$?)?", "the name of a user or group", "wrong-name")
umask = _matching(r"(0?0[0-7]{2})?", 'a umask such as "0022" that leaves the owner all rights', "wrong-umask")
branch = _matching(r"([^\s~^:?*\[\\.-][^\s~^:?*\[\\]*)?", "the name of a branch", "wrong-name")
config_path = _matching(
    r"[A-Za-z0-9_-]+(/[A-Za-z0-9_.-]+){2,}", 'a path such as "web/unsecure/base_url"', "wrong-setting"
)
env_path = _matching(
    r"(?!system/)[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)+",
    'a path in env.php outside "system", such as "db/connection/default/host"',
    "wrong-setting",
)
secret_path = _matching(
    r"[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)+", 'a path such as "payment/acme/private_key"', "wrong-setting"
)
scope_code = _matching(r"[A-Za-z][A-Za-z0-9_]*", 'the code of a website or store, such as "eu"', "wrong-scope")


def host_path(place: Place, value: Any) -> Any:
    """Read an absolute path on a host, without a slash at its end."""
    value = filled(place, value)
    if value is WRONG:
        return WRONG
    if not value.startswith("/"):
        return place.wrong("relative-path", shown(value), 'an absolute path such as "/srv/shop"')
    if ".." in value.split("/"):
        return place.wrong("unsafe-path", shown(value), 'a path without ".."')
    normal = "/" + posixpath.normpath(value).lstrip("/")
    if normal == "/":
        return place.wrong("unsafe-path", shown(value), "a directory of the shop's own")
    return normal


def inner_path(place: Place, value: Any) -> Any:
    """Read a path within a release."""
    value = filled(place, value)
    if value is WRONG:
        return WRONG
    normal = posixpath.normpath(value)
    if value.startswith("/") or ".." in value.split("/") or normal == ".":
        return place.wrong("unsafe-path", shown(value), "a path within the shop, without a leading slash")
    return normal


def request_path(place: Place, value: Any) -> Any:
    """Read the path of a web request."""
    value = line(place, value)
    if value is not WRONG and (not value.startswith("/") or re.search(r"\s", value)):
        return place.wrong("wrong-value", shown(value), 'a path that begins with "/"')
    return value


def web_host(place: Place, value: Any) -> Any:
    """Read the name for a Host header; it may be empty, and may have a port."""
    value = line(place, value)
    if (
        value is not WRONG
        and value
        and not re.fullmatch(r"[\w.-]+(:\d{1,5})?|\[[0-9A-Fa-f:.]+\](:\d{1,5})?", value)
    ):
        return place.wrong("wrong-value", shown(value), 'a host name such as "shop.example.com"')
    return value


def url(place: Place, value: Any) -> Any:
    """Read the address of a shop; it may be empty."""
    value = line(place, value)
    if value is WRONG or not value:
        return value
    try:
        parts = urlsplit(value)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or re.search(r"\s", value):
        return place.wrong("wrong-url", shown(value), 'an address such as "https://shop.example.com/"')
    return value


def _value(place: Place, value: Any) -> Any:
    if isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, dict):
        hint = 'Write the whole path as one key in quotes: "web/unsecure/base_url" = "..."'
        return place.wrong("wrong-type", "a table", "a string, a number, true or false", hint)
    return wrong_type(place, value, "a string, a number, true or false")


def values(path: Reader) -> Reader:
    """Return a reader of tables that map paths to values."""

    def read(place: Place, value: Any) -> Any:
        if not isinstance(value, dict):
            return wrong_type(place, value, "a table")
        found = {}
        for key, raw in value.items():
            item = _value(place / key, raw)
            if item is not WRONG and path(place / key, key) is not WRONG:
                found[key] = item
        return found

    return read


def _scopes(place: Place, value: Any) -> Any:
    if not isinstance(value, dict):
        return wrong_type(place, value, "a table")
    for key in value:
        scope_code(place / key, key)
    return {key: values(config_path)(place / key, raw) for key, raw in value.items()}


def settings(place: Place, value: Any) -> Any:
    """Read declared settings: `default`, `websites.<code>` and `stores.<code>`."""
    return table(place, value, {"default": values(config_path), "websites": _scopes, "stores": _scopes})


def reasons(place: Place, value: Any) -> Any:
    """Read a table of reasons: each a text of one line that is not empty."""
    return _mapped(place, value, filled)


_header = _matching(
    r"(?i:(?!(host|connection|content-length|transfer-encoding)$)[a-z0-9-]+)",
    'the name of a header, such as "X-Forwarded-Proto"',
    "wrong-name",
)


def headers(place: Place, value: Any) -> Any:
    """Read headers of a request. What would let somebody in is a secret, and may not stand in the file."""
    found = _mapped(place, value, filled, _header)
    for name in found if isinstance(found, dict) else ():
        if name.lower() in ("authorization", "cookie", "proxy-authorization"):
            hint = "Let the host itself in without a password: `satisfy any; allow 127.0.0.1;` in nginx."
            (place / name).wrong("secret-in-environments", "a secret", "none in this file", hint)
    return found


_kind = choice(("shared", "system", "sensitive"))


def kinds(place: Place, value: Any) -> Any:
    """Read a table that says of settings what kind they are."""
    return _mapped(place, value, _kind, config_path)


def _day(place: Place, value: Any) -> Any:
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return value
    return wrong_type(place, value, "a day such as 2030-01-31, without quotes")


def ignore(place: Place, value: Any) -> Any:
    """Read a table that says of settings and keys of env.php until which day a difference is let be."""
    return _mapped(place, value, _day, secret_path)


def _mapped(place: Place, value: Any, reader: Reader, path: Reader = filled) -> Any:
    if not isinstance(value, dict):
        return wrong_type(place, value, "a table")
    found = {}
    for key, raw in value.items():
        item = reader(place / key, raw)
        if item is not WRONG and path(place / key, key) is not WRONG:
            found[key] = item
    return found
