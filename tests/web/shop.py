"""The demo's shop behind real sshd, its staging served by real nginx, php-fpm and PHP; promotions of it."""

import contextlib
import io
import re
import shutil
import textwrap
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from core.cli.main import run
from core.demo.load import Seen
from core.jobs.state import JobState
from core.jobs.store import Store
from tests.support.shop import Shop

PAGE: Final = "customer/account/login/"
CLIENTS: Final = 4
RATE: Final = 50.0
"""Requests a second, by all clients together."""
_INDEX: Final = """<?php
if (file_exists(__DIR__ . '/../var/.maintenance.flag')) {
    http_response_code(503);
    exit('closed');
}
require __DIR__ . '/../lib/internal/Acme/Page.php';
$release = basename(dirname(__DIR__));
$version = trim(file_get_contents(__DIR__ . '/static/deployed_version.txt'));
echo '<meta name="release" content="', $release, '"/><i>', Acme\\Page::TEXT, '</i>',
    '<link href="/static/version', $version, '/frontend/a.css"/>';
"""
_PAGE: Final = """<?php
namespace Acme;

final class Page
{{
    public const TEXT = '{text}';
}}
"""
_PHP: Final = """#!/bin/sh
# Magento is played; the script that asks the web server runs on the real PHP.
for word; do
    case $word in */mageconsole-ask-*) exec {php} "$@" ;; esac
done
exec {standin} "$@"
"""


@dataclass(frozen=True)
class Ran:
    """What a command came to."""

    code: int
    said: str

    @property
    def job(self) -> str:
        """The id of the job that it followed."""
        found = re.search(r"job (\d{8}-\d{4}-[0-9a-f]{4})", self.said)
        assert found, self.said
        return found[1]


@dataclass
class WebShop:
    """The shop, and what tests do with it."""

    shop: Shop
    artifacts: dict[str, str] = field(default_factory=dict)
    """By the text that their pages show."""

    @property
    def path(self) -> Path:
        """Where staging lies."""
        return self.shop.path("stg")

    @property
    def live(self) -> str:
        """The name of the release that is live on staging."""
        return self.shop.live("stg").name

    @property
    def other(self) -> str:
        """The text of the artifact that is not live."""
        return next(text for text in self.artifacts if not self.live.endswith(self.artifacts[text]))

    def cli(self, *words: str) -> Ran:
        """Run a command of the console here, to its end."""
        out = io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
            code = run(["-c", str(self.shop.toml), *words])
        return Ran(code, out.getvalue())

    def state(self, ran: Ran) -> JobState:
        """Return what the journal of a command's job adds up to."""
        return Store(str(self.shop.root / "state")).find(ran.job).state()

    def build(self, text: str, files: dict[str, str] | None = None) -> None:
        """Commit pages that show a text, and build them."""
        changes = {
            "pub/index.php": _INDEX,
            "lib/internal/Acme/Page.php": _PAGE.format(text=text),
            "lib/web/acme.css": f"/* {text} */\n",
        }
        self.shop.commit(f"Say {text}", {**changes, **(files or {})})
        ran = self.cli("build")
        found = re.search(r"artifact ([0-9a-f]{12})", ran.said)
        assert ran.code == 0 and found, ran.said
        self.artifacts[text] = found[1]

    def promote(self, text: str, *more: str) -> Ran:
        """Promote pages to staging."""
        return self.cli("promote", "build", "staging", "--artifact", self.artifacts[text], "--yes", *more)

    def release(self, text: str) -> str:
        """Return the name of the release that shows a text."""
        (found,) = (self.path / "releases").glob(f"*-{self.artifacts[text]}")
        return found.name

    def configure(self, *, port: int, reload: str = "", health_s: float = 20.0) -> None:
        """Let staging be served by a web server, with a command that reloads its php-fpm or without."""
        kept = self.shop.root / "environments.kept.toml"
        if not kept.exists():
            shutil.copy(self.shop.toml, kept)
        head, staging, rest = re.split(
            r"(?=\[\[environments\.staging\.hosts\]\]|\[environments\.staging\.health\])", kept.read_text()
        )
        line = f'reload = "{reload}"' if reload else ""
        staging = re.sub(r"^reload = .*$", lambda _: line, staging, flags=re.M)
        staging = re.sub(r"^web = .*$", f'web = "127.0.0.1:{port}"', staging, flags=re.M)
        head = head.replace('locales = ["en_US", "de_DE"]', 'locales = ["en_US"]')
        rest += f"\n[environments.staging.timeouts]\nhealth = {health_s}\n"
        self.shop.toml.write_text(head + staging + rest)

    def use_real_php(self) -> None:
        """Let staging's `php` run the script that asks the web server by the real PHP."""
        php = self.shop.systems.host("stg") / "bin/php"
        standin = php.with_name("php-standin")
        php.rename(standin)
        php.write_text(_PHP.format(php=shutil.which("php"), standin=standin))
        php.chmod(0o755)


def failures(seen: list[Seen], releases: set[str]) -> list[Seen]:
    """Return the answers that were none of a shop: another status, or a page of neither release."""
    return [answer for answer in seen if answer.status != 200 or answer.release not in releases]


def told(seen: list[Seen]) -> str:
    """Return answers in words, the first ones."""
    return textwrap.shorten("; ".join(str(answer) for answer in seen), 500)
