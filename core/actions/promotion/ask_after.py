"""After a database step: both probes must be satisfied, and config.php be the artifact's on every host."""

import shlex
from collections.abc import Mapping

import msgspec

from core.actions.files import read_if_there
from core.actions.hosts import on_all, sites_of
from core.actions.promotion.answers import Answers
from core.actions.promotion.asking import CONFIG_STATUS, DB_STATUS, ask_release, config_of
from core.actions.promotion.database import kept_config
from core.actions.promotion.older_config import CONFIG, FACT, config_digest, shipped_digest
from core.actions.running import expect, fenced
from core.actions.site import Bench, Site
from core.errors import ConsoleError
from core.jobs.action import Context, Look, Outcome
from core.magento.configuration_hash import json_encode
from core.magento.php_config import read
from core.magento.probes import PermanentFalsePositive, ProbeResult, UpToDate
from core.magento.schema import after_upgrade
from core.magento.version import Version
from core.model.plan import Step


class AskAfter:
    """Stops when Magento still wants something, or when config.php was rewritten (decision 11)."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def look(self, ctx: Context, step: Step) -> Look:
        """Always asked."""
        return Look.NOT_DONE

    async def run(self, ctx: Context, step: Step) -> Outcome:
        """Ask on the host that ran the step, compare on all."""
        sites = sites_of(self._bench, step)
        decided = ctx.facts("decide")
        release = str(step.args["release"])
        # An older release may hold a config.php of somebody's; an import writes none.
        older: dict[str, str] = {} if step.args.get("upgraded") else ctx.facts("verify").get(FACT, {})
        if not older:
            await self._restore_config(ctx, sites[0], release)
        answer = await ask_release(ctx, self._bench, sites[0], release)
        version = Version.parse(str(decided.get("magento", "")))
        warnings = judge(
            msgspec.convert(decided["answers"], Answers).database,
            answer.result(CONFIG_STATUS, version),
            answer.result(DB_STATUS, version),
            upgraded=bool(step.args.get("upgraded")),
            anyway=bool(ctx.plan_options.get("anyway")),
            where=sites[0].address,
        )
        await self._same_config(ctx, sites, release, older)
        return Outcome(warnings=warnings)

    async def undo(self, ctx: Context, step: Step) -> Outcome:
        """Nothing to take back."""
        return Outcome()

    async def _restore_config(self, ctx: Context, site: Site, release: str) -> None:
        """Put the artifact's config.php back where `setup:upgrade` rewrote it with the same contents."""
        kept = await read_if_there(ctx.host(site.address), kept_config(site, release))
        now = await config_of(ctx, site, release)
        if not kept or kept == now:
            return
        # Encoded, because the order of modules counts, and dictionaries compare without it.
        if json_encode(read(kept).values) != json_encode(read(now).values):
            raise ConsoleError(
                "config-rewritten",
                "setup:upgrade has written another config.php than the artifact's.",
                where=site.address,
                remedy="Its module list was incomplete: run `module:enable --all` or setup:upgrade on development, "
                "commit config.php and build again. The shop stays closed.",
            )
        path = shlex.quote(f"{site.layout.release(release)}/{CONFIG}")
        new = f"{path}.mageconsole"
        script = f"cat > {new} && chmod --reference={path} {new} && mv -f {new} {path}\n"
        expect(
            await fenced(ctx, self._bench, site, script, payload=kept),
            "config-not-restored",
            "config.php can't be written back after setup:upgrade rewrote it",
            where=site.address,
        )

    async def _same_config(
        self, ctx: Context, sites: tuple[Site, ...], release: str, older: Mapping[str, str]
    ) -> None:
        """Every host has the artifact's own config.php (decision 11); an older release, the one it had before."""
        shipped = await shipped_digest(ctx, sites[0], release)
        digests = await on_all(sites, lambda site: config_digest(ctx, site, release))
        others = [address for address, digest in digests.items() if digest != older.get(address, shipped)]
        if others:
            expected = "as it was" if older else "the artifact's"
            raise ConsoleError(
                "config-differs",
                f"config.php of release {release} is not {expected} on {', '.join(others)}.",
                where=sites[0].environment.name,
                remedy="The shop stays closed. Somebody changed the file there: put the artifact's back, which the "
                "build system and the other hosts have, and resume the job.",
            )


def judge(
    before: ProbeResult,
    config: ProbeResult,
    database: ProbeResult,
    *,
    upgraded: bool,
    anyway: bool,
    where: str,
) -> tuple[str, ...]:
    """Return the warnings when Magento is satisfied after the database step. Pure.

    `before`: what the database probe said at the decision; `anyway`: a person rolls back to a release that
    does not fit the database, knowing so. Raises ConsoleError `still-pending`.
    """
    if upgraded:
        database = after_upgrade(before, database, 0)
    stale = (
        isinstance(before, PermanentFalsePositive) and getattr(database, "messages", None) == before.messages
    )
    unfit = anyway and not upgraded and database == before
    accepted = isinstance(database, UpToDate | PermanentFalsePositive) or stale or unfit
    if not isinstance(config, UpToDate) or not accepted:
        raise ConsoleError(
            "still-pending",
            f"After the database step Magento still answers: {_told(config)}; {_told(database)}.",
            where=where,
            remedy="The shop stays closed. Look at the step's log; resume the job to run the step again.",
        )
    if isinstance(database, UpToDate):
        return ()
    if unfit and not stale:
        return ("setup:db:status asks for what it asked before the import; you chose to go on anyway",)
    return ("setup:db:status still says 2, with the same text as before an upgrade that changed nothing",)


def _told(result: ProbeResult) -> str:
    return type(result).__name__
