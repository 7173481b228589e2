"""What a web host answers from the release that it serves: Magento's own reasons for 200, 503 and 500."""

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import msgspec

from core.demo.standin import phpfile, schema
from core.demo.standin.phpfile import Array, dig
from core.demo.standin.shop import SECTIONS, Broken, Shop, hash_of

_PAGES: Final = ("/", "/index.php", "/customer/account/login", "/contact", "/checkout/cart", "/gift.html")
_MAINTENANCE: Final = """<!doctype html>
<html xmlns="http://www.w3.org/1999/xhtml" >
<head><title>Error 503: Service Unavailable</title></head>
<body><main class="page-main"><h1>Service Temporarily Unavailable</h1>
<p>The server is temporarily unable to service your request due to maintenance downtime or capacity problems.
Please try again later.</p></main></body></html>
"""
_ERROR: Final = """<!doctype html>
<html xmlns="http://www.w3.org/1999/xhtml" >
<head><title>There has been an error processing your request</title></head>
<body><h1>There has been an error processing your request</h1>
<p>Exception printing is disabled by default for security reasons.</p></body></html>
"""
_PAGE: Final = """<!doctype html>
<html lang="en"><head><title>{title}</title><meta name="release" content="{release}"/>
<script>var require = {{'baseUrl': 'http\\u003A\\u002F\\u002F{host}\\u002Fstatic\\u002Fversion{version}\\u002F\
frontend\\u002FAcme\\u002Fshop\\u002Fen_US'}};</script>
<link rel="stylesheet" href="http://{host}/static/version{version}/frontend/Acme/shop/en_US/css/styles-m.css"/>
</head><body><h1>{title}</h1><p>Release {release}</p></body></html>
"""


@dataclass(frozen=True)
class Answer:
    """One answer, and why it is what it is, for the log."""

    status: int
    body: bytes
    kind: str = "text/html; charset=UTF-8"
    why: str = ""


class Release:
    """A release as php-fpm knows it: what it once read from a path stays, as with validate_timestamps=0."""

    def __init__(self, root: Path, env_files: dict[str, Array]) -> None:
        self._shop = Shop(root)
        self._env_files = env_files
        self.root = root

    @cached_property
    def _merged(self) -> Array:
        """Both files; env.php is shared by releases, so it was read once for all of them."""
        key = str(self._shop.env_path.resolve())
        if key not in self._env_files:
            self._env_files[key] = self._shop.env
        return phpfile.merged(self._shop.config, self._env_files[key])

    @cached_property
    def _hashes(self) -> dict[str, str]:
        return {name: hash_of(self._merged[name]) for name in SECTIONS if self._merged.get(name) is not None}

    @cached_property
    def _versions(self) -> dict[str, str]:
        return schema.versions(self._shop)

    def trouble(self, databases: Path) -> str:
        """Return why Magento throws before a page, empty when it does not."""
        try:
            if not (self.root / "vendor/autoload.php").exists():
                return "Vendor autoload is not found."
            if not dig(self._merged, "install/date"):
                return "The application is not installed."
            return self._database_trouble(databases)
        except Broken as error:
            return str(error)

    def _database_trouble(self, databases: Path) -> str:
        place = databases / str(dig(self._merged, "db/connection/default/host")) / "magento"
        if (place / "down").exists() or not (place / "state.json").exists():
            return "SQLSTATE[HY000] [2002] Connection refused"
        state: dict[str, Any] = msgspec.json.decode((place / "state.json").read_bytes())
        saved = state["flag"]["config_hash"]
        tolerant = dig(self._merged, "deployment/blue_green/enabled") is True
        if not tolerant and any(saved.get(name) != digest for name, digest in self._hashes.items()):
            return (
                'The configuration file has changed. Run the "app:config:import" or the "setup:upgrade" command '
                "to synchronize the configuration."
            )
        if not tolerant and any(state["modules"].get(name) != code for name, code in self._versions.items()):
            return (
                'Please upgrade your database: Run "bin/magento setup:upgrade" from the Magento root directory.'
            )
        return ""

    def version(self) -> str:
        """Return the version in URLs of static content, empty when there is none."""
        path = self.root / "pub/static/deployed_version.txt"
        return path.read_text().strip() if path.exists() else ""


def static(root: Path, path: str) -> Answer:
    """Answer as nginx does for static content: the version in the path is not looked at."""
    inner = re.sub(r"^/static/(version[A-Za-z0-9_.]+/)?", "", path)
    file = (root / "pub/static" / inner).resolve()
    if not file.is_relative_to(root / "pub/static") or not file.is_file():
        return Answer(404, b"not found\n", "text/plain")
    kind = {".css": "text/css", ".js": "application/javascript", ".svg": "image/svg+xml"}.get(
        file.suffix, "text/plain"
    )
    return Answer(200, file.read_bytes(), kind)


def closed(root: Path, client: str) -> bool:
    """Whether the maintenance flag shuts this client out."""
    if not (root / "var/.maintenance.flag").exists():
        return False
    try:
        through = (root / "var/.maintenance.ip").read_text().strip().split(",")
    except OSError:
        return True
    return client not in through


def page(release: Release, path: str, host: str, client: str, databases: Path) -> Answer:
    """Answer as php-fpm does."""
    if not (release.root / "pub/index.php").exists():
        return Answer(404, b"File not found.\n", "text/plain", "no pub/index.php")
    if path == "/health_check.php":
        return Answer(200, b"", why="health")
    if closed(release.root, client):
        return Answer(503, _MAINTENANCE.encode(), why="maintenance")
    trouble = release.trouble(databases)
    version = release.version()
    if not trouble and not version:
        trouble = "Unable to retrieve deployment version of static files from the file system."
    if trouble:
        return Answer(500, _ERROR.encode(), why=trouble)
    known = path.removesuffix("/") in {item.removesuffix("/") for item in _PAGES}
    title = "Home page" if known else "404 Not Found"
    body = _PAGE.format(title=title, release=release.root.name, host=host, version=version)
    return Answer(200 if known else 404, body.encode())
