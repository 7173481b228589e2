"""Secrets that stand in environments.toml, where none may be."""

import re
from collections.abc import Iterator
from typing import Any

from core.environments.place import Path, Place

# What the last part of a path is called when its value is a secret. Names such as `password_lifetime` or
# `public_key` are none.
_SECRET_NAME = re.compile(
    r"(^|[_-])(pass(word|wd|phrase)?|pwd|secret|key|token|credentials?|salt|signature)$", re.I
)
_NOT_SECRET = re.compile(r"(^|_)((public|site|form|sort|cache)_key|forgot_password)$", re.I)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
# `scheme://user:password@host`; what a shell or Magento puts in later ($TOKEN) is none.
_IN_URL = re.compile(r"[a-z][a-z0-9+.-]*://[^\s/@:]*:(?!\$)[^\s/@]+@", re.I)
_TOKEN_IN_URL = re.compile(r"https?://(?!\$)[^\s/@:]{20,}@", re.I)
_IN_ADDRESS = re.compile(r"(^|,)[^\s/@:,]+:[^\s@,]+@")
_KNOWN_SHAPE = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----"
    r"|\b(gh[pousr]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|AKIA[A-Z0-9]{16})"
)
_KINDS = ("project", "kinds")
_ADDRESSES = {"hosts", "address", "jump"}


def is_secret_name(path: str) -> bool:
    """Tell whether a setting's path sounds like a password, token or key: `db/connection/default/password`."""
    name = _CAMEL.sub("_", path.rpartition("/")[2])
    return _SECRET_NAME.search(name) is not None and _NOT_SECRET.search(name) is None


def tell_secrets(top: Place, data: dict[str, Any]) -> None:
    """Tell every secret in the file; what it is is never part of what is told."""
    for path, value in _leaves((), data):
        if path[:2] == _KINDS or path[2:3] == ("exceptions",):
            continue  # what is said about a path, whatever the path is called
        if _is_secret(path, value) or (isinstance(value, str) and _holds_secret(path, value)):
            place = top
            for key in path:
                place /= key
            place.wrong(
                "secret-in-environments",
                "a secret",
                "none in this file",
                _remedy(path),
            )
    _tell_declared(top, data)


def _remedy(path: Path) -> str:
    if "repository" in path:
        return "Use an SSH key for the repository, or a credential helper of git on the build host."
    if "settings" in path or "env" in path:
        return (
            'Take it out, name the path under "sensitive", and give its value with: '
            "mageconsole settings secret set"
        )
    return "Take it out of the file, and change it: it may have been seen."


def _leaves(path: Path, value: Any) -> Iterator[tuple[Path, Any]]:
    """Yield every value that is neither table nor list."""
    children = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    )
    if children is None:
        yield path, value
        return
    for key, child in children:
        yield from _leaves((*path, key), child)


def _is_secret(path: Path, value: Any) -> bool:
    """Tell whether the value's key says that it is one. Switches and empty values are none."""
    names = [key for key in path if isinstance(key, str)]
    if isinstance(value, bool) or value in ("", "0", "1", 0, 1) or not names:
        return False
    return is_secret_name(names[-1])


def is_secret_shape(value: str) -> bool:
    """Tell whether a text is or holds a private key, a token of a known form, or a URL with a password."""
    return any(shape.search(value) for shape in (_IN_URL, _TOKEN_IN_URL, _KNOWN_SHAPE))


def _holds_secret(path: Path, value: str) -> bool:
    if is_secret_shape(value):
        return True
    return not _ADDRESSES.isdisjoint(path) and _IN_ADDRESS.search(value) is not None


def _tell_declared(top: Place, data: dict[str, Any]) -> None:
    """Tell values of paths that the environment itself calls sensitive."""
    environments = data.get("environments")
    for name, environment in environments.items() if isinstance(environments, dict) else ():
        if not isinstance(environment, dict) or not isinstance(environment.get("sensitive"), list):
            continue
        declared = environment["sensitive"]
        for group in ("settings", "env"):
            for path, value in _leaves((group,), environment.get(group, {})):
                if path[-1] in declared and value != "":
                    place = top / "environments" / name
                    for key in path:
                        place /= key
                    place.wrong("secret-in-environments", "a secret", "none in this file", _remedy(path))
