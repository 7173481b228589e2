"""What serves the shop: php-fpm's user and version, opcache after a switch, cron. Pure, from the facts of a host."""

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from core.actions.checks.facts import HostFacts
from core.actions.checks.finding import Finding, Weight
from core.environments.model import Environment, Host, HostRole

_NEEDS: Final = (("r", "fpm-cannot-read", "read", "g+r"), ("w", "fpm-cannot-write", "write to", "g+rwxs"))
_OFF: Final = ("0", "off", "no", "false", "none", "")
_TOOLS: Final = {"systemd": "systemctl", "supervisor": "supervisorctl"}


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """A path that php-fpm's user has to reach."""

    path: str
    """Under the environment's path."""
    need: str
    """`r` or `w`."""
    mode: int
    owner: str
    group: str


def needs(environment: Environment, live: str) -> str:
    """Return what php-fpm's user needs, a line for each, as `serving.sh` reads it."""
    wanted = [("r", "shared/app/etc/env.php"), *(("w", f"shared/{path}") for path in environment.shared_dirs)]
    if live:
        wanted += [("r", f"releases/{live}/pub/index.php"), ("w", f"releases/{live}/var")]
    return "\n".join(f"{need} {path.strip('/')}" for need, path in wanted)


def places(facts: HostFacts) -> list[Place]:
    """Read the places from the facts."""
    found = []
    for line in facts.all("place"):
        need, mode, owner, group, path = line.split(" ", 4)
        found.append(Place(path=path, need=need, mode=int(mode, 8), owner=owner, group=group))
    return found


def may(place: Place, user: str, groups: Sequence[str]) -> bool:
    """Whether a user may do what is needed, by owner, group and mode; of parents nothing is known."""
    if user == "root":
        return True
    bits = {"r": 0o4, "w": 0o3}[place.need]
    if user == place.owner:
        bits <<= 6
    elif place.group in groups:
        bits <<= 3
    return place.mode & bits == bits


def _finding(facts: HostFacts, weight: Weight, code: str, what: str, remedy: str) -> Finding:
    return Finding(code=code, weight=weight, where=facts.address, what=what, remedy=remedy)


def _rights(facts: HostFacts, environment: Environment) -> Iterator[Finding]:
    users = {words[0]: words[1:] for line in facts.all("fpm_groups") if (words := line.split())}
    if not users:
        yield _finding(
            facts, Weight.NOTES, "fpm-user-unknown", "Which user php-fpm runs as can't be told.",
            "Look that it can write to pub/media and var.",
        )  # fmt: skip
        return
    named = " or ".join(users)
    group = f"group {environment.web_group}" if environment.web_group else "a group that it is in (`web_group`)"
    closed = [place for place in places(facts) if not any(may(place, *user) for user in users.items())]
    for need, code, verb, flags in _NEEDS:
        there = [place for place in closed if place.need == need]
        if not there:
            continue
        listed = ", ".join(f"{one.path} ({one.mode:04o}, {one.owner}:{one.group})" for one in there)
        yield _finding(
            facts, Weight.WARNS, code, f"php-fpm ({named}) can't {verb} {listed}.",
            f"Give it to {group} and run: chmod {flags} {' '.join(one.path for one in there)}",
        )  # fmt: skip


def _php(facts: HostFacts) -> Iterator[Finding]:
    minors = {
        ".".join(line.split()[1].split(".")[:2]) for line in facts.all("fpm_php") if len(line.split()) > 1
    }
    if facts.php_minor and minors and facts.php_minor not in minors:
        yield _finding(
            facts, Weight.WARNS, "fpm-php-differs",
            f"php-fpm is PHP {' and '.join(sorted(minors))}, the command line's PHP is {facts.php_version}.",
            "Set `php` of the host to the version that serves the shop: what is compiled and checked is for that one.",
        )  # fmt: skip


def _opcache(facts: HostFacts, environment: Environment, host: Host) -> Iterator[Finding]:
    if HostRole.WEB not in host.roles or host.reload:
        return
    scripts = dict.fromkeys(facts.all("nginx_script"))
    by_link = [line for line in scripts if "$realpath_root" not in line.partition(" ")[0]]
    if by_link and len(by_link) == len(scripts):
        value, _, file = by_link[0].partition(" ")
        yield _finding(
            facts, Weight.BLOCKS, "opcache-by-link",
            f"nginx hands {value} to php-fpm ({file}): the path through `current`, by which opcache and the cache of "
            "real paths go on with the old release after a switch.",
            "Let SCRIPT_FILENAME be $realpath_root$fastcgi_script_name and DOCUMENT_ROOT $realpath_root there "
            "(Magento's nginx.conf.sample has $document_root), or set `reload`.",
        )  # fmt: skip
        return
    if scripts and not by_link and environment.health is not None:
        return
    if environment.health is None:
        yield _finding(
            facts, Weight.BLOCKS, "opcache-untold",
            "After a switch nobody can tell whether php-fpm runs the new code: neither `health` nor `reload` is set.",
            "Set `health`, so that the page's static version is looked at, or `reload`, so that php-fpm drops old code.",
        )  # fmt: skip
    else:
        yield _finding(
            facts, Weight.NOTES, "opcache-unknown",
            "No `reload` is set: php-fpm takes new code only where nginx passes $realpath_root.",
            "Without it the health check fails after the switch, which is then taken back; set `reload` in that case.",
        )  # fmt: skip


def _env_php(facts: HostFacts, host: Host) -> Iterator[Finding]:
    """An env.php that php-fpm goes on with, after its hash in the database has changed (decision 12)."""
    if HostRole.WEB not in host.roles or host.reload:
        return
    found = [line.split(" ", 1) for line in facts.all("fpm_pool_opcache") if " " in line]
    set_by_pools = {key for key, _ in found}
    ini = [line.split(" ", 1) for line in facts.all("fpm_opcache") if " " in line]
    found += [pair for pair in ini if pair[0] not in set_by_pools]
    on = {
        key: {value.strip("'\"").lower() not in _OFF for one, value in found if one == key} for key, _ in found
    }
    if True in on.get("opcache.enable", ()) and False in on.get("opcache.validate_timestamps", ()):
        yield _finding(
            facts, Weight.WARNS, "env-php-unseen",
            "php-fpm never looks whether a file has changed (opcache.validate_timestamps is off), and no `reload` is "
            "set: it goes on with the old env.php after `settings apply`, and Magento answers 500 until it is reloaded.",
            "Set `reload` of the host; it is run after a change of env.php, and after a switch.",
        )  # fmt: skip


def _cron(facts: HostFacts, environment: Environment, host: Host) -> Iterator[Finding]:
    method = environment.cron
    if method in ("none", "env") or not {HostRole.CRON, HostRole.CONSUMER} & set(host.roles):
        return
    if method == "crontab" and not facts.one("crontab"):
        yield _finding(
            facts, Weight.BLOCKS, "cron-method", '`cron` is "crontab", and there is no crontab here.',
            'Set `cron` to what starts cron here: "systemd", "supervisor", "env", or "none" where it is no host of cron.',
        )  # fmt: skip
    elif method == "crontab" and facts.number("cron_lines") == 0:
        yield _finding(
            facts, Weight.NOTES, "cron-empty", f"The crontab of {facts.one('user')} has no line of Magento.",
            "Is cron run by another user, or by systemd? Then it is not paused while the database changes.",
        )  # fmt: skip
    elif method in _TOOLS and _TOOLS[method] not in facts.all("can"):
        yield _finding(
            facts, Weight.BLOCKS, "cron-method", f'`cron` is "{method}", and {_TOOLS[method]} is missing.',
            "Set `cron` to what starts cron on this host.",
        )  # fmt: skip
    elif method in _TOOLS and not environment.cron_units:
        yield _finding(
            facts, Weight.BLOCKS, "cron-units-missing", f'`cron` is "{method}", and `cron_units` names none.',
            "Name the units that start cron and consumers, or set another `cron`.",
        )  # fmt: skip


def _paused(facts: HostFacts) -> Iterator[Finding]:
    jobs = ", ".join(dict.fromkeys(facts.all("cron_paused")))
    if jobs:
        yield _finding(
            facts, Weight.WARNS, "cron-left-paused", f"Lines of the crontab are paused by job {jobs}.",
            "Is that job under way? Else `mageconsole jobs resume` or `jobs abandon` it, where it was started; "
            "or take the marks away by `crontab -e`.",
        )  # fmt: skip


def serving_findings(environment: Environment, host: Host, facts: HostFacts) -> list[Finding]:
    """Return what would hurt in how one host serves the shop."""
    web = HostRole.WEB in host.roles
    return [
        *(_rights(facts, environment) if web else ()),
        *(_php(facts) if web else ()),
        *_opcache(facts, environment, host),
        *_env_php(facts, host),
        *_cron(facts, environment, host),
        *_paused(facts),
    ]
