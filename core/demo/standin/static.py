"""`setup:static-content:deploy`."""

import re
import time
from pathlib import Path
from typing import Final

from core.demo.standin import static_files
from core.demo.standin.call import Call
from core.demo.standin.console import Uncaught
from core.demo.standin.locales import LOCALES
from core.demo.standin.phpfile import section

_NOTE: Final = (
    'NOTE: Manual static content deployment is not required in "default" and "developer" modes.\n'
    'In "default" and "developer" modes static contents are being deployed automatically on demand.\n'
    "If you still want to deploy in these modes, use -f option: 'bin/magento setup:static-content:deploy -f'"
)
_LESS: Final = (
    "Magento\\Framework\\Exception\\LocalizedException::__construct(): Argument #1 ($phrase) must be of type "
    "Magento\\Framework\\Phrase, string given, called in {root}/vendor/magento/module-deploy/Service/"
    "DeployPackage.php on line 142"
)


class Package:
    """One area, theme and locale, and how far its deployment is."""

    def __init__(self, area: str, theme: str, locale: str, files: dict[str, Path]) -> None:
        self.area = area
        self.theme = theme
        self.locale = locale
        self.files = files
        self.done = 0
        self.seconds = 0.0

    @property
    def name(self) -> str:
        """How the progress names it, and where it lies under pub/static."""
        return f"{self.area}/{self.theme}/{self.locale}"

    def line(self) -> str:
        """Its line of the progress."""
        total = len(self.files)
        percent = 100 * self.done // total if total else 100
        filled = 28 * percent // 100
        bar = "=" * 28 if percent == 100 else ("=" * filled + ">").ljust(28, "-")
        took = "< 1 sec" if self.seconds < 1 else f"{int(self.seconds)} sec{'s' if self.seconds >= 2 else ''}"
        count = f"{self.done}/{total}"
        return f"{self.name:<40}{count:<20}{bar} {f'{percent}%':<7}{took:<20}"


class Progress:
    """The lines of all packages so far, redrawn with escape sequences, on a pipe too."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self.shown: list[Package] = []
        self._height = 0

    def draw(self) -> None:
        """Draw all lines anew over the old ones."""
        over = "\x1b[1A\x1b[2K" * self._height
        text = "\n".join(package.line() for package in self.shown).rstrip()
        self._call.terminal.raw(over + text + "\n")
        self._height = len(self.shown)


def run(call: Call) -> int:
    """Play `setup:static-content:deploy`."""
    locales = [*call.arguments, *call.parsed.many("language")]
    _validate(call, locales)
    strategy = str(call.option("strategy") or "quick")
    started = time.monotonic()
    call.terminal.line(f"\nDeploy using {strategy} strategy", "info")
    if strategy not in ("quick", "standard", "compact"):
        call.terminal.error(
            f"Error happened during deploy process: Wrong deploy strategy type: {strategy}", "error"
        )
        return _finish(call, started, 1)
    version = str(call.option("content-version") or int(time.time()))
    public = call.shop.root / "pub/static"
    public.mkdir(parents=True, exist_ok=True)
    (public / "deployed_version.txt").write_text(version)
    if call.option("refresh-content-version-only"):
        return _finish(call, started, 0)
    failed = _deploy(call, _packages(call, locales or ["en_US"]))
    jobs = int(call.option("jobs") or 0)
    return _finish(call, started, 1 if failed and jobs < 2 else 0)


def _finish(call: Call, started: float, code: int) -> int:
    call.terminal.line(f"\nExecution time: {time.monotonic() - started:.12f}", "info")
    return code


def _validate(call: Call, locales: list[str]) -> None:
    if not call.option("force") and call.shop.settings.get("MAGE_MODE") != "production":
        raise Uncaught(("DeployStaticContentCommand.php line 158", _NOTE))
    for name in locales:
        if name not in LOCALES and name != "all":
            advice = "please run info:language:list for list of available locales"
            raise _invalid(f"{name} argument has invalid value, {advice}", 158)
    if not re.fullmatch(r"[A-Za-z0-9_.]+", str(call.option("content-version") or "1")):
        only = "content version should contain only characters, digits and dots"
        raise _invalid(f'Argument "content-version" has invalid value, {only}', 141)
    for kind in ("area", "theme", "language"):
        if call.parsed.many(kind) and call.parsed.many(f"exclude-{kind}"):
            raise _invalid(f"--{kind} (-{kind[0]}) and --exclude-{kind} cannot be used at the same time", 98)
    if not call.shop.installed and not section(call.shop.config, "scopes"):
        raise Uncaught(
            (
                "WebsiteRepository.php line 165",
                "The default website isn't defined. Set the website and try again.",
            )
        )


def _invalid(message: str, line: int) -> Uncaught:
    return Uncaught((f"InputValidator.php line {line}", message))


def _packages(call: Call, locales: list[str]) -> list[Package]:
    themes = call.shop.themes
    wanted = {name for name in themes if _asked(call, name)}
    if not call.option("no-parent"):
        for name in tuple(wanted):
            while (name := call.shop.parent_of(name, themes)) in themes:
                wanted.add(name)
    packages = []
    for name in (name for name in themes if name in wanted):
        area, _, theme = name.partition("/")
        for locale in locales:
            packages.append(Package(area, theme, locale, static_files.collect(call.shop, name)))
    return packages


def _asked(call: Call, name: str) -> bool:
    area, _, theme = name.partition("/")
    areas, no_areas = call.parsed.many("area"), call.parsed.many("exclude-area")
    some, no_some = call.parsed.many("theme"), call.parsed.many("exclude-theme")
    return not (
        (areas and "all" not in areas and area not in areas)
        or area in no_areas
        or (some and "all" not in some and theme not in some)
        or theme in no_some
    )


def _deploy(call: Call, packages: list[Package]) -> bool:
    """Write the packages; return whether one of them failed."""
    progress = Progress(call)
    failed = False
    for package in packages:
        progress.shown.append(package)
        progress.draw()
        if not _deploy_one(call, package, progress):
            failed = True
            if int(call.option("jobs") or 0) < 2:
                return True
    return failed


def _deploy_one(call: Call, package: Package, progress: Progress) -> bool:
    broken = static_files.broken_less(package.files)
    fails = call.knob("static_fails", "")
    stop = len(package.files) * 36 // 100 if broken or fails == "less" else len(package.files)
    if fails == "short":
        stop = len(package.files) // 2
    pause = float(call.knob("static_s", 0))
    names = sorted(package.files)
    half = stop // 2
    for number, name in enumerate(names[:stop], start=1):
        static_files.publish(call.shop, package.name, package.locale, name, package.files[name])
        package.done = number
        if number == half:
            call.pause(pause)
            package.seconds = pause
            progress.draw()
    progress.draw()
    if broken or fails == "less":
        _tell_less(call, package, broken or call.shop.root / "lib/web/mage/gallery/gallery.less")
        return False
    return True


def _tell_less(call: Call, package: Package, source: Path) -> None:
    lines = source.read_text().splitlines() if source.exists() else []
    call.terminal.error(
        f"Compilation from source: {source}\n"
        f"ParseError: missing closing `}}` in {source.name} on line {len(lines)}, column 9\n"
        f"{len(lines)}| {lines[-1] if lines else ''}\n",
        "error",
    )
    root = call.shop.root
    call.terminal.error(f"Error happened during deploy process: {_LESS.format(root=root)}", "error")
