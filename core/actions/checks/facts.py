"""What is known of a host after looking: facts as data, read from one script's output."""

import shlex
from importlib.resources import files

import msgspec

from core.actions.running import expect
from core.actions.site import Site
from core.environments.model import Role
from core.ssh.host import Host
from core.text import one_line


class HostFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What `inspect.sh` found on one host."""

    address: str
    values: dict[str, tuple[str, ...]]

    def one(self, key: str) -> str:
        """Return a value that comes at most once; "" when it isn't there."""
        found = self.values.get(key, ())
        return found[0] if found else ""

    def all(self, key: str) -> tuple[str, ...]:
        """Return all values of a key."""
        return self.values.get(key, ())

    def number(self, key: str) -> int | None:
        """Return a number, None when the host did not tell one."""
        text = self.one(key)
        return int(text) if text.lstrip("-").isdigit() else None

    def and_more(self, other: "HostFacts") -> "HostFacts":
        """Return these facts with those of another script."""
        return HostFacts(address=self.address, values={**self.values, **other.values})

    @property
    def php_version(self) -> str:
        """The version of the command line's PHP, "" when it did not run."""
        words = self.one("php").split()
        return words[1] if len(words) > 1 and words[0] == "PHP" else ""

    @property
    def php_minor(self) -> str:
        """Such as `8.2`."""
        return ".".join(self.php_version.split(".")[:2])


def parse(address: str, output: bytes) -> HostFacts:
    """Read the script's lines; noise without `=` is passed over. Pure."""
    values: dict[str, list[str]] = {}
    for line in output.decode("utf-8", "replace").splitlines():
        key, equals, value = line.partition("=")
        if equals and key.isidentifier():
            values.setdefault(key, []).append(one_line(value, 2000))
    return HostFacts(address=address, values={key: tuple(found) for key, found in values.items()})


def _text(name: str) -> str:
    return files("core.actions.checks").joinpath(name).read_text()


def script(site: Site) -> str:
    """Return the script for a host."""
    tools = "git nproc" if site.environment.role is Role.BUILD else ""
    head = (
        f"root={shlex.quote(site.path)}\nphp={shlex.quote(shlex.join(site.php))}\n"
        f"web_group={shlex.quote(site.environment.web_group)}\ntools={shlex.quote(tools)}\n"
    )
    return head + _text("inspect.sh")


async def inspect(host: Host, site: Site) -> HostFacts:
    """Look at a host. Changes nothing. Raises ConsoleError when it can't be looked at."""
    result = await host.sh(script(site), limit_s=site.environment.timeouts.command)
    return parse(
        site.address, expect(result, "inspect-failed", "The host can't be looked at", where=site.address)
    )


async def inspect_serving(host: Host, site: Site, needs: str) -> HostFacts:
    """Look at what serves the shop on a host. Changes nothing. Raises ConsoleError.

    needs: what php-fpm's user has to reach, `r PATH` or `w PATH` on a line each.
    """
    text = f"root={shlex.quote(site.path)}\nneeds={shlex.quote(needs)}\n" + _text("serving.sh")
    result = await host.sh(text, limit_s=site.environment.timeouts.command)
    return parse(
        site.address, expect(result, "inspect-failed", "The host can't be looked at", where=site.address)
    )
