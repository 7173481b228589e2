"""Which files releases may share by hard links, and which must be copies of their own (decision 18). Pure."""

from typing import Final

TOPS: Final = ("vendor", "lib", "setup", "app/code", "app/design", "generated", "pub/static")
"""The trees that hold linkable files; scanned on hosts, so nothing else there costs time."""

_PREFIXES: Final = tuple(f"{top}/" for top in TOPS)
# Magento, or a person on the host, rewrites these in place.
_OWN_TREES: Final = ("pub/static/_cache/", "pub/static/_requirejs/")
_OWN_NAMES: Final = frozenset({".htaccess", ".user.ini", "config.php", "env.php", "deployed_version.txt"})


def linkable(path: str) -> bool:
    """Return whether a release may share the file at `path` with other releases.

    Only trees that nothing writes into after the build: code, compiled code, static content. Never
    `.htaccess`, `config.php`, `pub/static/deployed_version.txt`, `var/**`: a write there would go
    through the link into the live release.
    """
    if not path.startswith(_PREFIXES) or path.startswith(_OWN_TREES):
        return False
    return path.rpartition("/")[2] not in _OWN_NAMES
