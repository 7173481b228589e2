"""The shop's git history: who changed what, and which commits a demonstration needs."""

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from core.demo import configuration, source
from core.demo.source import Files
from core.demo.standin import phpfile
from core.demo.standin.shop import Shop

BRANCH: Final = "main"
_ANNA: Final = "Anna Weber <anna.weber@acme.example>"
_JONAS: Final = "Jonas Keller <jonas.keller@acme.example>"
_PRIYA: Final = "Priya Nair <priya.nair@acme.example>"
_GIFT: Final = "app/code/Acme/Gift"
_SYSTEM: Final[dict[str, phpfile.Value]] = {
    "dev/js/merge_files": "1",
    "dev/css/minify_files": "1",
    "dev/template/minify_html": "0",
    "general/store_information/name": "Acme Store",
    "general/locale/code": "en_US",
}

_WRAPPING: Final[dict[str, phpfile.Value]] = {"sales/gift_options/wrapping_allow_order": "1"}


@dataclass(frozen=True)
class Commits:
    """The commits that a demonstration goes through, each a full id."""

    first: str
    """What is live to begin with."""
    window: str
    """A setting, a table with a data patch and new static files: needs the maintenance window."""
    quiet: str
    """Styles and a template only: needs none."""


def git(place: Path, *words: str, author: str = _ANNA) -> str:
    """Run git in a directory, free of the settings of whoever runs the demo; return what it printed."""
    name, _, mail = author.removesuffix(">").partition(" <")
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")} | {
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": name,
        "GIT_AUTHOR_EMAIL": mail,
        "GIT_COMMITTER_NAME": name,
        "GIT_COMMITTER_EMAIL": mail,
    }
    done = subprocess.run(
        ["git", "-c", "core.fsync=none", *words],
        cwd=place,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"git {' '.join(words)}: {done.stderr.strip()}")
    return done.stdout.strip()


def commit(tree: Path, message: str, files: Files, author: str = _ANNA) -> str:
    """Write files into a working tree, commit and push them; return the commit's id."""
    made = _commit(tree, message, files, author)
    push(tree)
    return made


def push(tree: Path) -> None:
    """Bring what was committed to the repository that the build fetches from."""
    git(tree, "push", "--quiet", "origin", f"HEAD:refs/heads/{BRANCH}")


def _commit(tree: Path, message: str, files: Files, author: str) -> str:
    for name, text in files.items():
        path = tree / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        if name.startswith("bin/"):
            path.chmod(0o755)
    git(tree, "add", "--force", "--", *files)
    git(tree, "commit", "--quiet", "--message", message, author=author)
    return git(tree, "rev-parse", "HEAD")


def config_php(tree: Path, *, outlet: bool = False, **more: phpfile.Value) -> str:
    """Return config.php with the modules that the tree has; `more`: settings, `__` for each slash."""
    return _config_php(tree, {name.replace("__", "/"): value for name, value in more.items()}, outlet=outlet)


def _config_php(tree: Path, settings: Mapping[str, phpfile.Value], *, outlet: bool = False) -> str:
    modules = list(Shop(tree).modules)
    return phpfile.write(configuration.config(modules, {**_SYSTEM, **settings}, outlet=outlet))


def begin(tree: Path, repository: Path, scale: int) -> None:
    """Make the bare repository and the working tree with what comes before the first release."""
    git(repository.parent, "init", "--quiet", "--bare", f"--initial-branch={BRANCH}", str(repository))
    git(tree, "init", "--quiet", f"--initial-branch={BRANCH}")
    git(tree, "remote", "add", "origin", str(repository))
    _commit(tree, "Import Magento Open Source 2.4.7-p3", source.base(scale), _JONAS)
    _commit(tree, "Add the Acme theme, based on Luma", source.theme(), _PRIYA)
    place = "app/code/Acme/Delivery"
    files = source.module("Delivery") | source.table(place, "acme_delivery_time", ("sku", "days"))
    _commit(tree, "Add a module that knows delivery times", files | source.patch(place, "AddTimes"), _ANNA)


def first_release(tree: Path, more: Files | None = None) -> str:
    """Add what goes live first; vendor must be there, for config.php lists its modules. more: a module's files."""
    place = "app/code/Acme/Delivery"
    if more:
        _commit(tree, "Take payments by Acme Pay", more, _ANNA)
    files = {"app/etc/config.php": config_php(tree)}
    _commit(tree, "Dump scopes and themes, so that the build needs no database", files, _JONAS)
    shown = {f"{place}/view/frontend/web/templates/time.html": '<p class="delivery">Tomorrow</p>\n'}
    _commit(tree, "Show the delivery time on the product page", shown, _PRIYA)
    links = {"app/design/frontend/Acme/shop/web/css/source/_footer.less": ".footer { line-height: 1.6; }\n"}
    return _commit(tree, "Keep the footer's links apart on small screens", links, _PRIYA)


def next_releases(tree: Path, first: str, planted: Mapping[str, phpfile.Value]) -> Commits:
    """Add the two commits that a demonstration promotes, and one with the planted settings of config.php, if any."""
    commits = Commits(first, _gift(tree), _quiet(tree))
    if planted:
        files = {"app/etc/config.php": _config_php(tree, {**_WRAPPING, **planted})}
        _commit(tree, "Dump what the test shop has set", files, _JONAS)
    push(tree)
    return commits


def _gift(tree: Path) -> str:
    files = source.module("Gift") | source.table(_GIFT, "acme_gift_wrapping", ("wrapping_id", "label", "price"))
    files |= source.patch(_GIFT, "AddWrappings")
    for number in range(8):
        files[f"{_GIFT}/view/frontend/web/images/paper-{number}.svg"] = (
            f"<svg><title>Paper {number}</title></svg>\n"
        )
    for name, text in files.items():
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_text(text)
    files["app/etc/config.php"] = _config_php(tree, _WRAPPING)
    return _commit(tree, "Sell gift wrapping: a table, a setting, eight papers", files, _ANNA)


def _quiet(tree: Path) -> str:
    files = {
        "app/design/frontend/Acme/shop/web/css/source/_newsletter.less": ".newsletter { padding: 1rem; }\n",
        "app/design/frontend/Acme/shop/Magento_Newsletter/templates/subscribe.phtml": "<p>Stay in touch</p>\n",
    }
    return _commit(tree, "Word the newsletter box more kindly", files, _PRIYA)
