"""What the switch would lose is told before the gate, and blocks until it is shared, shipped or dropped (decision 17)."""

from collections.abc import Iterable
from typing import Any, Final

import msgspec

from core.actions.files import read_if_there
from core.actions.hosts import on_all, sites_of
from core.actions.promotion.asking import config_of
from core.actions.promotion.database import kept_config
from core.actions.site import Bench, Site
from core.environments.model import Role
from core.errors import ConsoleError, Refused
from core.jobs.action import Context, Look, Outcome
from core.magento.same_config import same_config
from core.model.plan import Step
from core.release.artifact import tree
from core.release.lost import lost_at_switch
from core.release.manifest import Manifest
from core.release.marks import read_release_manifest
from core.release.shared import Shared, not_in_shared
from core.settings.hand_changes import hand_changes
from core.text import one_line

CONFIG: Final = "app/etc/config.php"
_NAMED: Final = 12
"""How many paths a refusal names on each host; all are in the facts."""
_SETTINGS: Final = 5
"""How many settings of config.php it names."""
_KEPT: Final = 2000
"""How many paths the journal keeps for each host."""


class Losses(msgspec.Struct, frozen=True, kw_only=True):
    """What one host would lose; directories that are lost whole end with a slash."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    by_hand: tuple[str, ...] = ()
    """Of a changed config.php: the settings and sections that only the live one has so."""
    dropped: tuple[str, ...] = ()
    """What the operator leaves behind on purpose."""
    unused: tuple[str, ...] = ()
    """Paths to leave behind that name nothing here."""
    unknown: str = ""
    """Why it can't be told, empty when it can."""

    @property
    def blocks(self) -> tuple[str, ...]:
        """Everything that keeps the switch from running, in words."""
        return (*self.added, *(f"{path} (changed by hand{self._what(path)})" for path in self.changed))

    def _what(self, path: str) -> str:
        if path != CONFIG or not self.by_hand:
            return ""
        more = f" and {len(self.by_hand) - _SETTINGS} more" if len(self.by_hand) > _SETTINGS else ""
        return f": {', '.join(map(one_line, self.by_hand[:_SETTINGS]))}{more}"


def summed(paths: Iterable[str], known: frozenset[str]) -> tuple[str, ...]:
    """Return the paths with directories that the artifact does not know in place of all that lies in them. Pure."""
    found: dict[str, None] = {}
    for path in paths:
        parts = path.split("/")
        tops = ("/".join(parts[:depth]) for depth in range(1, len(parts)))
        top = next((top for top in tops if top not in known), "")
        found[f"{top}/" if top else path] = None
    return tuple(found)


def covers(drop: str, path: str) -> bool:
    """Whether a path to leave behind names this one, or a directory that it lies in. Pure."""
    name = drop.removeprefix("./").strip("/")
    return bool(name) and (path == name or path.startswith(f"{name}/"))


def losses(added: Iterable[str], changed: Iterable[str], drops: Iterable[str], known: frozenset[str]) -> Losses:
    """Sort what would be lost into what blocks and what was dropped on purpose. Pure."""
    drops = tuple(drops)
    added, changed = tuple(added), tuple(changed)

    def dropped(path: str) -> bool:
        return any(covers(drop, path) for drop in drops)

    return Losses(
        added=summed((path for path in added if not dropped(path)), known),
        changed=tuple(path for path in changed if not dropped(path)),
        dropped=summed((path for path in (*added, *changed) if dropped(path)), known),
        unused=tuple(drop for drop in drops if not any(covers(drop, path) for path in (*added, *changed))),
    )


def _told(found: dict[str, Losses]) -> str:
    parts = []
    for address, one in found.items():
        if one.blocks:
            more = f" and {len(one.blocks) - _NAMED} more" if len(one.blocks) > _NAMED else ""
            named = ", ".join(one_line(path) for path in one.blocks[:_NAMED])
            parts.append(f"{address}: {named}{more}")
    return "; ".join(parts)


def refuse(found: dict[str, Losses], live: str) -> None:
    """Raise Refused `would-be-lost` when any host would lose something that nobody dropped."""
    told = _told(found)
    if told:
        raise Refused(
            "would-be-lost",
            f"The switch would lose what lives in release {live} alone: {told}.",
            remedy="Three ways out: name it in shared_files or shared_dirs of environments.toml and lay it under "
            "shared/; or ship it in git and build again; or leave it behind with --drop PATH, a file or a directory.",
        )


class WouldBeLost:
    """Compares every host's live release with its artifact, and what differs with the new one."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def look(self, ctx: Context, step: Step) -> Look:
        """Always looked at."""
        return Look.NOT_DONE

    async def run(self, ctx: Context, step: Step) -> Outcome:
        """Look at all hosts at once; refuse when something would be lost."""
        live: dict[str, str] = step.args["live"]
        found = await on_all(sites_of(self._bench, step), lambda site: self._one(ctx, step, site))
        refuse(found, ", ".join(sorted({name for name in live.values() if name})))
        return Outcome(
            facts={address: _facts(one) for address, one in found.items()},
            note=_note(found),
            warnings=_warnings(found),
        )

    async def undo(self, ctx: Context, step: Step) -> Outcome:
        """Nothing to take back."""
        return Outcome()

    async def _one(self, ctx: Context, step: Step, site: Site) -> Losses:
        release, live = str(step.args["release"]), str(step.args["live"].get(site.address, ""))
        if not live or live == release:
            return Losses()
        host = ctx.host(site.address)
        new = await read_release_manifest(host, site.layout, release)
        try:
            old = await read_release_manifest(host, site.layout, live)
        except ConsoleError as error:
            if error.code not in ("file-unread", "manifest-damaged"):
                raise
            return Losses(unknown=error.what)
        shared = Shared(files=site.environment.shared_files, dirs=site.environment.shared_dirs)
        found = await lost_at_switch(host, site.layout, live, old, new, shared)
        changed = found.changed
        by_hand = await self._by_hand(ctx, site, live, release, old) if CONFIG in changed else None
        if by_hand:
            by_hand = tuple(name for name in by_hand if name not in step.args.get("decided", ()))
        if by_hand == ():
            changed = tuple(path for path in changed if path != CONFIG)
        added = await not_in_shared(host, site.layout, found.added, shared)
        sorted_out = losses(added, changed, ctx.plan_options.get("drop", ()), old.directories)
        return msgspec.structs.replace(sorted_out, by_hand=by_hand or ())

    async def _by_hand(
        self, ctx: Context, site: Site, live: str, release: str, old: Manifest
    ) -> tuple[str, ...] | None:
        """Return what config.php alone says on the live side; empty when nothing of it is lost, None if unknown.

        setup:upgrade and module:enable write it anew with what it said before.
        """
        now, new = await config_of(ctx, site, live), await config_of(ctx, site, release)
        kept = await read_if_there(ctx.host(site.address), kept_config(site, live))
        if same_config(now, (kept, new)):
            return ()
        (build,) = self._bench.sites(site.project.of_role(Role.BUILD)[0].name)
        built = await read_if_there(ctx.host(build.address), f"{tree(build.layout, old.id)}/{CONFIG}")
        if same_config(now, (built,)):
            return ()
        last = built or kept
        return hand_changes(last, new, now) if last else None


def _facts(one: Losses) -> dict[str, Any]:
    return {"dropped": [one_line(path, 1000) for path in one.dropped[:_KEPT]], "unknown": one.unknown}


def _note(found: dict[str, Losses]) -> str:
    dropped = sorted({path for one in found.values() for path in one.dropped})
    return (
        f"left behind as asked: {', '.join(map(one_line, dropped[:_NAMED]))}" if dropped else "nothing is lost"
    )


def _warnings(found: dict[str, Losses]) -> tuple[str, ...]:
    unknown = [
        f"{address}: what lives in the live release alone can't be told ({one.unknown})"
        for address, one in found.items()
        if one.unknown
    ]
    unused = [set(one.unused) for one in found.values()]
    nowhere = sorted(set.intersection(*unused)) if unused else []
    return (*unknown, *(f"--drop {one_line(path)} names nothing that would be lost" for path in nowhere))
