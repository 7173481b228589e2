"""The decision before the gate: what the cut-over needs, made into its steps (decision 2)."""

from typing import Any

import msgspec

from core.actions.hosts import by_release, sites_of
from core.actions.promotion.answers import Answers, gather
from core.actions.promotion.asking import config_of
from core.actions.promotion.health_now import live_warnings
from core.actions.site import Bench, Site
from core.environments.model import Role
from core.errors import Refused
from core.jobs.action import Amendment, Context, Look, Outcome
from core.jobs.attended import FORECAST, not_said, would_wait
from core.magento.php_config import read
from core.magento.probes import CodeOlderThanDatabase, NeedsUpgrade, UpToDate
from core.magento.schema import proposes_full_upgrade, schema_paths
from core.magento.version import Version
from core.model.plan import Step
from core.pipeline.confirmation import approved_beforehand
from core.pipeline.custom_steps import insert, wants_window
from core.pipeline.cut_over import CUT_OVER_ORDER, Switch, cut_over_steps
from core.pipeline.decision import Decision, check_against_prediction, decide, forbidden_deletes
from core.pipeline.promote import gate_steps
from core.pipeline.scope_names import codes_by_name
from core.pipeline.undecided import CONFLICTS
from core.release.artifact import Info
from core.release.difference import difference
from core.release.inventory import take_inventory
from core.release.marks import read_release_manifest
from core.settings.changes import Changes


class Decide:
    """Asks the new release, decides, and puts gate and cut-over in place of what follows."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def look(self, ctx: Context, step: Step) -> Look:
        """Always asked."""
        return Look.NOT_DONE

    async def run(self, ctx: Context, step: Step) -> Outcome:
        """Ask, decide, and refuse what nobody allowed."""
        sites = sites_of(self._bench, step)
        first = sites[0]
        release = str(step.args["release"])
        live: dict[str, str] = step.args["live"]
        info = await self._info(ctx, first, release)
        changed = await self._changed(ctx, sites, live, release)
        differs = bool(schema_paths(changed))
        answers = await gather(
            ctx, self._bench, sites, release, live, schema_differs=differs, magento=info.magento
        )
        # The facts keep what was answered: asked again in the window, it is compared with that.
        fit = self._fit(ctx, answers, first) if step.args["verb"] != "promote" else answers
        decision = self._decision(ctx, first, release, fit, info, _new(step))
        await self._refuse_deletes(ctx, sites, live, release, answers)
        waits = not approved_beforehand(first.environment, ctx.plan_options)
        if not waits:
            predicted: dict[str, Any] = step.args["predicted"]
            check_against_prediction(decision, answers.forecast, predicted, first.environment.name)
        needed = await self._needed(sites)
        attended = needed if first.environment.role is Role.PRODUCTION else ()
        if attended and not waits and not ctx.plan_options.get("stay"):
            raise not_said(attended, first.environment.name)
        facts = {
            "answers": msgspec.to_builtins(answers),
            "schema_differs": differs,
            "magento": info.magento,
            "decision": msgspec.to_builtins(decision),
        }
        return Outcome(
            facts=facts,
            note=_told(decision),
            warnings=(
                *_differing(sites, live),
                *_open_elsewhere(live, decision),
                *self._warnings(ctx, changed, decision),
                *await live_warnings(ctx, self._bench, sites, live, refuse=step.args["verb"] == "promote"),
                *((would_wait(needed),) if needed else ()),
            ),
            amend=_and(self._amendment(step, first, info, decision, answers, waits=waits), attended),
        )

    async def undo(self, ctx: Context, step: Step) -> Outcome:
        """Nothing to take back."""
        return Outcome()

    async def _info(self, ctx: Context, site: Site, release: str) -> Info:
        inventory = await take_inventory(ctx.host(site.address), site.layout)
        found = inventory.find(release)
        if found is None or not found.complete or found.info is None:
            raise Refused(
                "release-incomplete",
                f"Release {release} is not complete.",
                where=site.address,
                remedy="Promote the artifact again; the transfer goes on where it ended.",
            )
        return found.info.artifact

    async def _changed(
        self, ctx: Context, sites: tuple[Site, ...], live: dict[str, str], release: str
    ) -> tuple[str, ...]:
        """Return the paths that differ between a live release and the new one; none at a first deployment."""
        changed: dict[str, None] = {}
        for name, site in by_release(sites, live, release).items():
            host = ctx.host(site.address)
            new = await read_release_manifest(host, site.layout, release)
            found = difference(await read_release_manifest(host, site.layout, name), new)
            changed |= dict.fromkeys((*found.added, *found.changed, *found.removed))
        return tuple(changed)

    def _fit(self, ctx: Context, answers: Answers, site: Site) -> Answers:
        """Refuse to go back to a release that does not fit the database, unless a person insists."""
        database = answers.database
        if not isinstance(database, NeedsUpgrade | CodeOlderThanDatabase):
            return answers
        if not ctx.plan_options.get("anyway"):
            told = "; ".join(database.messages) or "setup:db:status asks for an upgrade"
            raise Refused(
                "rollback-unfit",
                f"The older release does not fit the database as it now is: {told}",
                where=site.address,
                remedy="Restore the database that belongs to it first, or give --anyway when you know that they fit.",
            )
        return msgspec.structs.replace(answers, database=UpToDate())

    def _decision(
        self, ctx: Context, site: Site, release: str, answers: Answers, info: Info, new: Changes
    ) -> Decision:
        environment = site.environment
        return decide(
            config=answers.config,
            database=answers.database,
            policy=environment.maintenance,
            version=Version.parse(info.magento),
            php=site.php,
            root=site.layout.release(release),
            full_upgrade=bool(ctx.plan_options.get("full_upgrade")),
            custom_window=wants_window(environment),
            where=site.address,
            search=answers.search,
            new_settings=bool(new.settings),
        )

    async def _refuse_deletes(
        self, ctx: Context, sites: tuple[Site, ...], live: dict[str, str], release: str, answers: Answers
    ) -> None:
        deletes = answers.forecast.deletes
        if not deletes:
            return
        codes: dict[str, tuple[str, ...]] = {}
        for name, site in by_release(sites, live).items():
            now, new = [read(await config_of(ctx, site, which)).values for which in (name, release)]
            for item, found in codes_by_name(now, new).items():
                codes[item] = tuple(dict.fromkeys((*codes.get(item, ()), *found)))
        allowed = [str(code) for code in ctx.plan_options.get("allow_delete", [])]
        forbidden = forbidden_deletes(deletes, allowed, codes)
        if forbidden:
            named = ", ".join(
                f"{item} ({', '.join(codes[item])})" if item in codes else item for item in forbidden
            )
            raise Refused(
                "deletion-not-allowed",
                f"The import would delete {named}, with all data that belongs to it.",
                where=sites[0].environment.name,
                remedy="If that is meant, give --allow-delete CODE for each; else mend `scopes` in config.php.",
            )

    def _warnings(self, ctx: Context, changed: tuple[str, ...], decision: Decision) -> tuple[str, ...]:
        unseen = proposes_full_upgrade(changed)
        if not unseen or decision.upgrades:
            return ()
        return (
            f"{', '.join(unseen[:3])} changed, which only setup:upgrade takes in though the probes do not ask for it; "
            "give --full-upgrade when it matters",
        )

    async def _needed(self, sites: tuple[Site, ...]) -> tuple[str, ...]:
        """Find out now, while the person is here, where a lost connection would wait for them (decision 25)."""
        alone = self._bench.can_log_in_alone
        if alone is None:
            return ()
        return tuple([site.host.name for site in sites if not await alone(site.address)])

    def _amendment(
        self, step: Step, site: Site, info: Info, decision: Decision, answers: Answers, *, waits: bool
    ) -> Amendment:
        environment = site.environment
        release = str(step.args["release"])
        live: dict[str, str] = step.args["live"]
        verb = str(step.args["verb"])
        switch = Switch(
            environment=environment,
            release=release,
            artifact=info.id,
            live=live,
            static_version=info.content_version,
            verb=verb,
            settings=_new(step),
        )
        cut_over = insert(
            cut_over_steps(switch, decision), environment, site.layout.release(release), CUT_OVER_ORDER
        )
        pins: Any = step.args.get("pins", [])
        decided = [one["name"] for one in step.args.get(CONFLICTS, []) if one.get("answer")]
        gate = gate_steps(environment, verb, release, live, waits=waits, pins=pins, decided=decided)
        forecast = {
            "window": decision.window,
            "reasons": list(decision.reasons),
            "commands": [command.name for command in decision.commands],
            "import": msgspec.to_builtins(answers.forecast),
            **_of_settings(step),
        }
        return Amendment(steps=(*gate, *cut_over), forecast=forecast)


def _and(amendment: Amendment, attended: tuple[str, ...]) -> Amendment:
    """Return the amendment with the hosts for which a person has to stay."""
    return msgspec.structs.replace(amendment, forecast={**amendment.forecast, FORECAST: list(attended)})


def _open_elsewhere(live: dict[str, str], decision: Decision) -> tuple[str, ...]:
    """Say that a first deployment closes nothing: the shop that uses the database now lies at another path."""
    if any(live.values()) or not decision.commands:
        return ()
    names = " and ".join(command.name for command in decision.commands)
    return (
        f"nothing is live at this path yet, so nothing is closed and no cron paused while {names} runs: "
        "a shop at another path that uses this database stays open, and answers 500 afterwards; close it yourself first",
    )


def _of_settings(step: Step) -> dict[str, Any]:
    """Return what the plan said of settings, to be read at the gate once more."""
    names = ("new_settings", CONFLICTS)
    return {name: step.args[name] for name in names if name in step.args}


def _new(step: Step) -> Changes:
    """Return the settings that only the new release knows."""
    return msgspec.convert(step.args.get("settings", {}), Changes)


def _differing(sites: tuple[Site, ...], live: dict[str, str]) -> tuple[str, ...]:
    """Say when the hosts do not run the same now: then what changes is told for all of them together."""
    if len(set(live.values())) < 2:
        return ()
    told = ", ".join(f"{site.host.name} {live.get(site.address) or 'nothing'}" for site in sites)
    return (f"the hosts do not run the same now ({told}): each was compared with the new release",)


def _told(decision: Decision) -> str:
    reasons = decision.reasons if decision.window else ("no maintenance window is needed", *decision.reasons)
    return "; ".join(reasons)
