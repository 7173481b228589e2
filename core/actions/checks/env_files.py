"""env.php of all hosts of an environment: what has to be equal, and what its caches share (decisions 9, 10)."""

from collections.abc import Iterator, Mapping

from core.actions.checks.finding import Finding, Weight
from core.actions.probing import probe
from core.actions.site import Site
from core.magento.probe_result import EnvFacts
from core.ssh.host import Host


async def env_facts(host: Host, site: Site, root: str, key: str) -> EnvFacts | None:
    """Ask PHP for the facts of `root`/app/etc/env.php; nothing of Magento is loaded. Raises ConsoleError.

    key: of the fingerprints, the same for all hosts that are compared.
    """
    return (await probe(host, site, root, key=key)).env


def _differing(environment: str, facts: Mapping[str, EnvFacts]) -> Iterator[Finding]:
    for name, told, why in (
        ("crypt_fingerprint", "the encryption key", "what one host encrypts, another can't read"),
        (
            "system_fingerprint",
            "the `system` section",
            "one database has one configuration hash, so one host answers 500",
        ),
    ):
        if len({getattr(one, name) for one in facts.values()}) > 1:
            yield Finding(
                code="env-differs",
                weight=Weight.BLOCKS,
                where=environment,
                what=f"In env.php {told} is not the same on {', '.join(facts)}: {why}.",
                remedy="Make them equal; each host keeps its own `db` and `cache`.",
            )


def _caches(address: str, facts: EnvFacts) -> Iterator[Finding]:
    if facts.shared_redis:
        names = ", ".join(facts.shared_redis)
        yield Finding(
            code="redis-shared",
            weight=Weight.BLOCKS,
            where=address,
            what=f"Sessions and the cache ({names}) lie in one Redis database, {facts.session.storage}.",
            remedy="Give the sessions a database of their own in env.php: flushing the cache logs every customer out.",
        )
    for name, cache in facts.cache.items():
        if cache.storage and not cache.prefix:
            yield Finding(
                code="cache-prefix-missing",
                weight=Weight.WARNS,
                where=address,
                what=f"The cache `{name}` in {cache.storage} has no id_prefix: it changes with each release's path.",
                remedy="Set cache/frontend/*/id_prefix in env.php, the same on every host.",
            )


def _prefixes(environment: str, facts: Mapping[str, EnvFacts]) -> Iterator[Finding]:
    seen: dict[tuple[str, str], set[str]] = {}
    for one in facts.values():
        for name, cache in one.cache.items():
            if cache.storage and cache.prefix:
                seen.setdefault((name, cache.storage), set()).add(cache.prefix)
    for (name, storage), prefixes in seen.items():
        if len(prefixes) > 1:
            yield Finding(
                code="cache-prefix-differs",
                weight=Weight.WARNS,
                where=environment,
                what=f"The hosts know the cache `{name}` in {storage} by different prefixes, "
                f"{', '.join(sorted(prefixes))}.",
                remedy="Set the same cache/frontend/*/id_prefix on every host: a flush reaches one prefix only.",
            )


def env_findings(environment: str, facts: Mapping[str, EnvFacts]) -> list[Finding]:
    """Return what would hurt in the env.php of an environment's hosts, by address. Pure.

    Without `id_prefix` Magento takes one from the path of app/etc
    (`Magento\\Framework\\App\\Cache\\Frontend\\Factory`).
    """
    found = [*_differing(environment, facts), *_prefixes(environment, facts)]
    for address, one in facts.items():
        found += _caches(address, one)
    return found
