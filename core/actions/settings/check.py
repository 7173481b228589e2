"""Whether settings may be changed now: nothing pending, and the same on all hosts (decisions 10 and 30)."""

from core.actions.hosts import on_all, sites_of
from core.actions.probing import probe
from core.actions.promotion.asking import CONFIG_STATUS
from core.actions.settings.place import root
from core.actions.site import Bench, Site
from core.errors import ConsoleError, Refused
from core.jobs.action import Context, Look, Outcome
from core.magento.probe_result import ProbeAnswer
from core.magento.probes import NeedsImport, UpToDate
from core.model.plan import Step


async def ask(ctx: Context, bench: Bench, step: Step) -> dict[str, ProbeAnswer]:
    """Ask every host's Magento whether files and database agree; nothing is touched."""
    limit = sites_of(bench, step)[0].environment.timeouts.command * 3

    async def one(site: Site) -> ProbeAnswer:
        host = ctx.host(site.address)
        return await probe(
            host, site, root(site, step), commands=(CONFIG_STATUS,), key=bench.job_id, limit_s=limit
        )

    return await on_all(sites_of(bench, step), one)


def pending(answers: dict[str, ProbeAnswer]) -> dict[str, str]:
    """Return the hosts on which files and database do not agree, each with what was answered. Pure."""
    found = {}
    for address, answer in answers.items():
        result = answer.result(CONFIG_STATUS, None)
        if isinstance(result, NeedsImport):
            found[address] = "the configuration has to be imported"
        elif not isinstance(result, UpToDate):
            found[address] = f"an answer that is not understood ({type(result).__name__})"
    return found


def differing(answers: dict[str, ProbeAnswer]) -> tuple[str, ...]:
    """Return what of env.php is not the same on all hosts, in words. Pure."""
    told = []
    for name, what in (
        ("crypt_fingerprint", "the encryption key"),
        ("system_fingerprint", "the `system` section"),
    ):
        if len({getattr(answer.env, name, "") for answer in answers.values()}) > 1:
            told.append(what)
    return tuple(told)


class ReadyForSettings:
    """Refuses to change anything where files and database do not agree already."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def look(self, ctx: Context, step: Step) -> Look:
        """Always asked."""
        return Look.NOT_DONE

    async def run(self, ctx: Context, step: Step) -> Outcome:
        """Ask all hosts."""
        answers = await ask(ctx, self._bench, step)
        told = differing(answers)
        name = str(step.args["environment"])
        if "the encryption key" in told or (told and not step.args.get("levels")):
            raise Refused(
                "env-differs",
                f"{' and '.join(told)} of env.php is not the same on {', '.join(answers)}.",
                where=name,
                remedy="Make them equal; a change would be applied to one of them. Keys are never moved.",
            )
        waiting = pending(answers)
        if told:  # the hosts are made equal: only the one that Magento runs on has to agree with the database
            first = sites_of(self._bench, step)[0].address
            waiting = {address: what for address, what in waiting.items() if address == first}
        if waiting:
            raise Refused(
                "import-pending",
                "; ".join(f"{address}: {what}" for address, what in waiting.items()) + ".",
                where=name,
                remedy="Import first (a promotion does, or `bin/magento app:config:import`); nothing was changed.",
            )
        return Outcome()

    async def undo(self, ctx: Context, step: Step) -> Outcome:
        """Nothing to take back."""
        return Outcome()


class SettingsSettled:
    """Asks every host again after the change: 0 everywhere, and the same `system` everywhere."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def look(self, ctx: Context, step: Step) -> Look:
        """Always asked."""
        return Look.NOT_DONE

    async def run(self, ctx: Context, step: Step) -> Outcome:
        """Ask all hosts. Raises ConsoleError, upon which everything is taken back."""
        answers = await ask(ctx, self._bench, step)
        waiting, told = pending(answers), differing(answers)
        if waiting or told:
            what = [f"{address}: {what}" for address, what in waiting.items()]
            raise ConsoleError(
                "settings-unsettled",
                "; ".join([*what, *(f"{item} differs between the hosts" for item in told)]) + ".",
                where=str(step.args["environment"]),
                remedy="Everything is taken back. See the job's log for what Magento said.",
            )
        return Outcome(note="app:config:status is 0 on every host")

    async def undo(self, ctx: Context, step: Step) -> Outcome:
        """Nothing to take back."""
        return Outcome()
