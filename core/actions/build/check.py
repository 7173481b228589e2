"""The check of the build host: tools, rights, disk, PHP, composer. Changes nothing."""

import re
import time
from typing import Any, Final

import msgspec

from core.actions.build.base import BuildAction, composer_function, php_function, shell
from core.actions.running import expect
from core.actions.site import Site
from core.errors import Refused
from core.jobs.action import Context, Outcome
from core.model.plan import Step
from core.pipeline.build_inputs import Tools
from core.text import clean, one_line

_NEEDED_BYTES: Final = 1 << 30
_COMFORTABLE_BYTES: Final = 4 << 30
"""A work tree and an artifact of Magento take about 2.3 GB."""
_NEEDED_INODES: Final = 120_000
"""A built tree has about 105,000 files and directories."""
_PHP: Final = re.compile(r"^PHP (\d+\.\d+\.\d+)", re.MULTILINE)
_COMPOSER: Final = re.compile(r"^Composer (?:version )?v?(\d+\.\d+\.\d+)", re.MULTILINE)
_COMPOSER_PHP: Final = re.compile(r"^PHP version (\d+\.\d+)", re.MULTILINE)


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What the script said, sorted into facts and sections."""

    facts: dict[str, str]
    missing: tuple[str, ...]
    sections: dict[str, str]


def read(output: str) -> Found:
    """Sort the script's output; lines that are not ours belong to the section they are in. Pure."""
    facts: dict[str, str] = {}
    missing: list[str] = []
    sections: dict[str, list[str]] = {}
    section = ""
    for line in output.splitlines():
        word, _, rest = line.partition(" ")
        key, _, value = rest.partition(" ")
        if word != "mageconsole":
            sections.setdefault(section, []).append(line)
        elif key == "missing":
            missing.append(value)
        elif key in ("begin", "end"):
            section = value if key == "begin" else ""
        else:
            facts[key] = value
    return Found(
        facts=facts,
        missing=tuple(missing),
        sections={name: "\n".join(lines) for name, lines in sections.items()},
    )


def tools_of(found: Found, *, composer: bool, where: str) -> Tools:
    """Return the host's tools. Raises Refused for what is missing, all of it at once. Pure."""
    php = _PHP.search(found.sections.get("php", ""))
    version = _COMPOSER.search(found.sections.get("composer", ""))
    missing = [*found.missing]
    if php is None:
        missing.append("php")
    if composer and version is None:
        missing.append("composer")
    if missing or php is None:
        said = one_line(found.sections.get("php" if php is None else "composer", ""))
        raise Refused(
            "tools-missing",
            f"The build host lacks {', '.join(missing)}" + (f" ({said})" if said else "") + ".",
            where=where,
            remedy="Install it, or set `php`, `composer_command` or `composer = false` in environments.toml.",
        )
    lines = found.sections.get("extensions", "").splitlines()
    extensions = {line.strip().lower() for line in lines if line.strip() and not line.startswith("[")}
    cores = found.facts.get("cores", "1")
    return Tools(
        php=php[1],
        extensions=tuple(sorted(extensions)),
        composer=version[1] if version else "",
        cores=int(cores) if cores.isdigit() else 1,
    )


def room_of(found: Found, where: str) -> tuple[str, ...]:
    """Return warnings about room on the disk. Raises Refused when a build can't fit. Pure."""
    numbers = found.facts.get("disk", "").split()
    if len(numbers) != 4 or not all(number.isdigit() for number in numbers):
        return ("It can't be told how much room is left on the disk.",)
    blocks, block, inodes, free_inodes = map(int, numbers)
    free = blocks * block
    # File systems such as btrfs make inodes as they need them and say 0 of 0.
    short_of_inodes = inodes > 0 and free_inodes < _NEEDED_INODES
    if free < _NEEDED_BYTES or short_of_inodes:
        lack = f"{free_inodes} inodes" if short_of_inodes else f"{free / 1e9:.1f} GB"
        raise Refused(
            "disk-full",
            f"Only {lack} are left on the disk; a build takes about 2.5 GB and {_NEEDED_INODES} inodes.",
            where=where,
            remedy="Make room, or lower `keep_releases` of the build environment.",
        )
    if free < _COMFORTABLE_BYTES:
        return (f"Only {free / 1e9:.1f} GB are left on the disk.",)
    return ()


def _rights(found: Found, site: Site) -> None:
    place = found.facts.get("readonly", "")
    if place:
        raise Refused(
            "not-writable",
            f"{one_line(place)} is not writable for {one_line(found.facts.get('user', 'the login'))}.",
            where=site.address,
            remedy=f"Create {site.path} and give it to that user, or set `run_as`.",
        )


def _other_php(found: Found, tools: Tools) -> tuple[str, ...]:
    other = _COMPOSER_PHP.search(found.sections.get("composer", ""))
    if other is None or tools.php.startswith(f"{other[1]}."):
        return ()
    return (f"composer runs with PHP {other[1]}, the build with {tools.php}: set `composer_command`.",)


class Check(BuildAction):
    """See that the build host has what a build needs; its facts are the tools."""

    async def run(self, ctx: Context, step: Step) -> Outcome:
        """Ask, and refuse for what is missing."""
        site = self.site(step)
        composer = site.environment.composer
        script = (
            php_function(site)
            + (composer_function(site) if composer else "")
            + shell("check", root=site.path, use_composer="yes" if composer else "no")
        )
        host = ctx.host(site.address)
        result = await host.sh(script, limit_s=step.limit_s)
        output = expect(result, "check-failed", "The build host can't be checked", where=site.address)
        found = read(clean(output))
        _rights(found, site)
        tools = tools_of(found, composer=composer, where=site.address)
        warnings = (*room_of(found, site.address), *_other_php(found, tools))
        facts: dict[str, Any] = {"tools": msgspec.to_builtins(tools), "at": time.time()}
        return Outcome(facts=facts, note=f"PHP {tools.php}, {tools.cores} cores", warnings=warnings)


def known_tools(ctx: Context) -> Tools:
    """Return what the check found."""
    return msgspec.convert(ctx.facts("check")["tools"], Tools)
