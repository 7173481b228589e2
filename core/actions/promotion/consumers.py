"""Ending consumers that wait for a message: by Magento's default they would never end by themselves.

`queue/consumers_wait_for_messages` is 1 in the env.php that an installation writes; a consumer that cron started
then asks the queue once a second for ever, and looks at the poison pill only when a message came. Cron starts
them again once it is on.
"""

import shlex
import time
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Final

from core.actions.hosts import on_all
from core.actions.running import expect, fenced
from core.actions.site import Bench, Site
from core.jobs.action import Context

_BLIND_AFTER_S: Final = 30.0
"""From then on also consumers are ended of which the host does not tell whether they wait."""


def _pid(line: str) -> str:
    return line.partition(" ")[0]


def _consumer(line: str) -> bool:
    return "queue:consumers:start" in line


class Consumers:
    """The consumers that ran when cron was paused. One that is started later is somebody else's, and stays."""

    def __init__(self, ctx: Context, bench: Bench) -> None:
        self._ctx = ctx
        self._bench = bench
        self._began = time.monotonic()
        self._ours: dict[str, set[str]] = {}
        self._ended: dict[str, set[str]] = {}
        self._complete = False

    async def end(self, sites: Sequence[Site], running: Mapping[str, Sequence[str]]) -> None:
        """End those that wait; `running`: the lines of what runs, by host. Raises ConsoleError."""
        if not self._complete:
            for address, lines in running.items():
                self._ours.setdefault(address, set()).update(_pid(line) for line in lines if _consumer(line))
            # A cron job that still runs may start consumers.
            self._complete = all(_consumer(line) for lines in running.values() for line in lines)
        await on_all(sites, lambda site: self._end(site, running.get(site.address, ())))

    def told(self) -> str:
        """Return what was ended, in words."""
        count = sum(len(pids) for pids in self._ended.values())
        return f"{count} consumer(s) that waited for messages ended; cron starts them again" if count else ""

    async def _end(self, site: Site, lines: Sequence[str]) -> None:
        left = self._ours.get(site.address, set()) - self._ended.get(site.address, set())
        pids = sorted(left & {_pid(line) for line in lines})
        if not pids:
            return
        blind = "yes" if time.monotonic() - self._began > _BLIND_AFTER_S else ""
        text = files("core.actions.promotion").joinpath("end_consumers.sh").read_text()
        script = f"pids={shlex.quote(' '.join(pids))}\nblind={blind}\n{text}"
        result = await fenced(self._ctx, self._bench, site, script)
        out = expect(result, "consumers-not-ended", "Consumers can't be ended", where=site.address)
        ended = set(out.decode("ascii", "replace").split())
        if ended:
            self._ended.setdefault(site.address, set()).update(ended)
