"""What the new release and the live one answer, brought together for the decision and asked again later."""

from collections.abc import Mapping

import msgspec

from core.actions.hosts import by_release, on_all
from core.actions.promotion.asking import CONFIG_STATUS, DB_STATUS, ask_release
from core.actions.site import Bench, Site
from core.errors import Refused
from core.jobs.action import Context
from core.magento.probe_result import ProbeAnswer
from core.magento.probes import NeedsUpgrade, ProbeResult
from core.magento.schema import baseline
from core.magento.version import Version
from core.pipeline.decision import Import, import_forecast


class Answers(msgspec.Struct, frozen=True, kw_only=True):
    """What Magento answered from the new release; comparable, so that a second asking shows what moved."""

    config: ProbeResult
    database: ProbeResult
    forecast: Import
    search: tuple[str, ...] = ()
    """What keeps `setup:upgrade` from beginning: the search engine does not answer, for instance."""


def _refuse_differing(answers: dict[str, ProbeAnswer], environment: str) -> None:
    """Refuse when the hosts' env.php differ in what has to be the same (decision 10)."""
    for name, told in (
        ("crypt_fingerprint", "the encryption key"),
        ("system_fingerprint", "the `system` section"),
    ):
        seen = {address: getattr(answer.env, name, "") for address, answer in answers.items()}
        if len(set(seen.values())) > 1:
            raise Refused(
                "env-differs",
                f"{told} of env.php is not the same on {', '.join(seen)}.",
                where=environment,
                remedy="One database has one configuration hash: with two env.php one host answers 500. Make them equal.",
            )


def _refuse_shared_redis(answers: dict[str, ProbeAnswer]) -> None:
    """Refuse where flushing the caches would log customers out and empty their carts (decision 9)."""
    for address, answer in answers.items():
        shared = answer.env.shared_redis if answer.env else ()
        if shared:
            raise Refused(
                "redis-shared",
                f"The cache {', '.join(shared)} lies in the sessions' Redis database: flushing it logs customers out.",
                where=address,
                remedy="Give sessions and caches a database number each in env.php.",
            )


def _refuse_without_forecast(answer: ProbeAnswer, where: str) -> None:
    invalid = [message for messages in answer.forecast.invalid.values() for message in messages]
    if invalid:
        raise Refused(
            "import-invalid",
            f"The import would fail: {'; '.join(invalid)}",
            where=where,
            remedy="Mend config.php on development and build again.",
        )
    if answer.forecast.error:
        raise Refused(
            "forecast-failed",
            f"What the import would do can't be told: {answer.forecast.error}",
            where=where,
            remedy="Nothing was changed. An import without a forecast could delete stores.",
        )


async def _baseline(
    ctx: Context,
    bench: Bench,
    lives: Mapping[str, Site],
    demand: ProbeResult,
    version: Version | None,
    schema_differs: bool,
) -> ProbeResult:
    """Return the demand, as a stale one where every live release makes the same (decision 7)."""
    told = [demand]
    for name, site in lives.items():
        before = await ask_release(ctx, bench, site, name, commands=(DB_STATUS,))
        told.append(baseline(demand, before.result(DB_STATUS, version), schema_differs=schema_differs))
    return told[-1] if all(result != demand for result in told[1:]) else demand


async def gather(
    ctx: Context,
    bench: Bench,
    sites: tuple[Site, ...],
    release: str,
    live: Mapping[str, str],
    *,
    schema_differs: bool,
    magento: str,
) -> Answers:
    """Ask the new release on every host, and those that are live where their answer decides. Changes nothing.

    `live`: by address; where hosts differ, each release is asked, and a demand is only stale when all make it.
    """
    first, *others = sites
    told = await ask_release(ctx, bench, first, release, forecast=True)
    rest = await on_all(others, lambda site: ask_release(ctx, bench, site, release, commands=()))
    everywhere = {first.address: told, **rest}
    _refuse_differing(everywhere, first.environment.name)
    _refuse_shared_redis(everywhere)
    _refuse_without_forecast(told, first.address)
    version = Version.parse(magento)
    database = told.result(DB_STATUS, version)
    if isinstance(database, NeedsUpgrade):
        database = await _baseline(
            ctx, bench, by_release(sites, live, release), database, version, schema_differs
        )
    return Answers(
        config=told.result(CONFIG_STATUS, version),
        database=database,
        forecast=import_forecast(told.forecast.warnings),
        search=told.search,
    )
