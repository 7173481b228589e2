"""The settings of one environment as its hosts have them: read in one batch for each host, changing nothing."""

import asyncio
from collections.abc import Collection, Mapping

import msgspec
import platformdirs

from core.actions.connections import Connections
from core.actions.probing import probe
from core.actions.promotion.asking import CONFIG_STATUS
from core.actions.settings.place import env_of, root_of
from core.actions.settings.reading import Files, read_files
from core.actions.site import Site
from core.console.module_cache import ModuleCache
from core.environments.model import Environment, Project, Role
from core.errors import ConsoleError, Refused
from core.magento.php_config import read
from core.magento.php_values import Array
from core.magento.probe_result import ProbeAnswer
from core.magento.probes import UpToDate
from core.magento.scope import Scope
from core.magento.settings_facts import ModuleXml, SettingsFacts
from core.magento.system_fields import Field
from core.release.artifact import available, tree
from core.release.inventory import take_inventory
from core.settings.classify import Classifier
from core.settings.confirmed import confirmed
from core.settings.declared import Declared, declared
from core.settings.finding import Finding
from core.settings.findings import place_findings
from core.settings.hosts import drift, env_drift
from core.settings.layers import Layer, Layers
from core.settings.reading import Fingerprints, Raw, layers
from core.settings.unreadable import unreadable

_LAYERS: Mapping[str, Layer] = {"database": Layer.DATABASE, "env.php": Layer.ENV, "config.php": Layer.CONFIG}


class HostSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What one host has."""

    address: str
    files: Files
    config: Array
    env: Array
    layers: Layers
    agrees: bool = True
    """Whether its files agree with the database (`app:config:status` 0); True where there is no database."""
    computed: dict[str, ConsoleError] = {}
    """Of `env` and `config`, the files that only PHP can tell the values of, with why."""

    def __repr__(self) -> str:
        return f"HostSettings({self.address})"


class SystemSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What an environment has."""

    environment: Environment
    live: dict[str, str]
    """The release that runs on each host; "" on development, the artifact on build."""
    hosts: tuple[HostSettings, ...]
    classifier: Classifier
    fields: Mapping[str, Field] = {}
    broken: tuple[str, ...] = ()
    """XML files of modules that can't be read."""
    modules_told: bool = False
    """Whether its modules said what they declare; else `fields` says nothing."""
    without_field: frozenset[str] = frozenset()
    """Of the paths that were asked about, those that Magento's `config:set` refuses: no module has a field for them."""

    @property
    def source(self) -> HostSettings:
        """The host that speaks for all: the first that agrees with the database."""
        return next((host for host in self.hosts if host.agrees), self.hosts[0])

    @property
    def differs(self) -> bool:
        """Whether the `system` sections of the hosts' env.php differ."""
        sections = [host.env.get("system") for host in self.hosts]
        return any(section != sections[0] for section in sections)

    def findings(self) -> list[Finding]:
        """Return what is wrong with the settings; what blocks comes first."""
        name = self.environment.name
        source = self.source
        ordered = [source, *(host for host in self.hosts if host is not source)]
        found = [
            *place_findings(name, source.layers, self.classifier),
            *drift(name, {host.address: host.layers for host in ordered}),
            *env_drift(name, {host.address: host.env for host in ordered}),
            *self._unreadable(),
            *self._computed(),
            *self._broken(),
        ]
        return sorted(found, key=lambda finding: not finding.blocks)

    def refuse_computed(self, file: str) -> None:
        """Raise ConsoleError where `env` or `config` is computed as a whole on a host: it can't be edited."""
        for host in self.hosts:
            if file in host.computed:
                error = host.computed[file]
                raise Refused(
                    error.code, error.what, where=f"{host.address}, {error.where}", remedy=error.remedy
                )

    def _unreadable(self) -> list[Finding]:
        """Return what can't be decrypted, each host asked with its own key, where there is a database."""
        found: dict[tuple[str, str], tuple[Finding, list[str]]] = {}
        for host in self.hosts:
            if Layer.DATABASE in host.layers.values:
                for item in unreadable(self.environment.name, host.layers):
                    found.setdefault((item.what, str(item.key)), (item, []))[1].append(host.address)
        return [
            item if len(hosts) == len(self.hosts)
            else msgspec.structs.replace(item, what=f"on {', '.join(hosts)} {item.what}", hosts=tuple(hosts))
            for item, hosts in found.values()
        ]  # fmt: skip

    def _computed(self) -> list[Finding]:
        return [
            Finding(
                code=error.code, environment=self.environment.name, hosts=(host.address,),
                what=f"{error.what} ({host.address}, {error.where}); its settings are not shown, and can't be changed",
                remedy=error.remedy,
            )
            for host in self.hosts
            for error in host.computed.values()
        ]  # fmt: skip

    def _broken(self) -> list[Finding]:
        return [
            Finding(
                code="module-xml-broken", environment=self.environment.name,
                what=f"{where} can't be read: what this module says of settings is not known",
                remedy="mend the file; see what `xmllint --noout` says of it",
            )
            for where in self.broken
        ]  # fmt: skip


class _Reader:
    """Reads one environment."""

    def __init__(
        self,
        connections: Connections,
        project: Project,
        environment: Environment,
        key: bytes,
        paths: Collection[str],
    ) -> None:
        self._paths = sorted(paths)
        self._connections = connections
        self._project = project
        self._environment = environment
        self._key = key
        self._cache = ModuleCache(platformdirs.user_cache_path("mageconsole"))

    async def read(self) -> SystemSettings:
        environment = self._environment
        sites = [Site(project=self._project, environment=environment, host=host) for host in environment.hosts]
        live = dict(
            zip([site.address for site in sites], await asyncio.gather(*map(self._live, sites)), strict=True)
        )
        roots = {site.address: self._root(site, live[site.address]) for site in sites}
        files = await asyncio.gather(*(self._files(site, roots[site.address]) for site in sites))
        answers = await asyncio.gather(
            *(
                self._ask(site, roots[site.address], live[site.address], first=site is sites[0])
                for site in sites
            )
        )
        facts = answers[0].settings if answers[0] is not None else None
        modules = self._modules(live[sites[0].address], facts)
        told = declared(modules) if modules else None
        classifier = self._classifier(told)
        hosts = tuple(
            self._host(site, file, answer, facts, classifier, told)
            for site, file, answer in zip(sites, files, answers, strict=True)
        )
        return SystemSettings(
            environment=environment, live=live, hosts=hosts, classifier=classifier,
            fields=told.fields if told else {}, broken=told.broken if told else (), modules_told=told is not None,
            without_field=frozenset(facts.without_field or ()) if facts else frozenset(),
        )  # fmt: skip

    def _classifier(self, told: Declared | None) -> Classifier:
        said = confirmed(self._project)
        if told is None:
            return Classifier(confirmed=said)
        return Classifier(told.pool, told.fields, told.defaults.encrypted, said)

    async def _live(self, site: Site) -> str:
        host = self._connections.host(site.address)
        if site.environment.role is Role.DEVELOPMENT:
            return ""
        if site.environment.role is Role.BUILD:
            found = await available(host, site.layout)
            if not found:
                raise Refused("nothing-built", "Nothing has been built yet.", where=site.address)
            return found[0].id
        inventory = await take_inventory(host, site.layout)
        return inventory.live.name if inventory.live else ""

    def _root(self, site: Site, live: str) -> str:
        return tree(site.layout, live) if site.environment.role is Role.BUILD else root_of(site, live)

    async def _files(self, site: Site, root: str) -> Files:
        build = site.environment.role is Role.BUILD
        env = f"{root}/app/etc/env.php" if build else env_of(site)
        return await read_files(self._connections.host(site.address), site, f"{root}/app/etc/config.php", env)

    async def _ask(self, site: Site, root: str, live: str, *, first: bool) -> ProbeAnswer | None:
        """Ask Magento. Of the database and the modules only the first host tells; files and variables are its own."""
        if site.environment.role is Role.BUILD:
            return None
        wanted = not live or self._cache.get(self._name(live)) is None
        settings = {
            "key": self._key.hex(), "modules": wanted and first, "rows": first,
            "paths": self._paths if first else [],
        }  # fmt: skip
        return await probe(
            self._connections.host(site.address), site, root, commands=(CONFIG_STATUS,), key=self._key.hex(),
            limit_s=site.environment.timeouts.command * 3, settings=settings,
        )  # fmt: skip

    def _name(self, live: str) -> str:
        return f"{self._project.name} {live.partition('-')[2] or live}"

    def _modules(self, live: str, facts: SettingsFacts | None) -> tuple[ModuleXml, ...]:
        told = facts.module_xml() if facts is not None else ()
        if told and live:
            self._cache.put(self._name(live), told)
        return told or (self._cache.get(self._name(live)) if live else None) or ()

    def _host(
        self,
        site: Site,
        files: Files,
        answer: ProbeAnswer | None,
        facts: SettingsFacts | None,
        classifier: Classifier,
        told: Declared | None,
    ) -> HostSettings:
        computed: dict[str, ConsoleError] = {}
        config = _values("config", files.config, computed)
        env = _values("env", files.env, computed)
        own = answer.settings if answer is not None else None
        raw = Raw(
            config=config,
            env=env,
            database=facts.database() if facts else None,
            defaults=None if told is None else told.defaults.values,
            variables=own.environment() if own else None,
            scopes=facts.tree if facts else None,
        )
        agrees = answer is None or isinstance(answer.result(CONFIG_STATUS, None), UpToDate)
        return HostSettings(
            address=site.address, files=files, config=config or {}, env=env or {}, agrees=agrees, computed=computed,
            layers=layers(raw, classifier, self._key, {**_fingerprints(facts, database=True), **_fingerprints(own)}),
        )  # fmt: skip


def _values(name: str, source: bytes | None, computed: dict[str, ConsoleError]) -> Array | None:
    """Return what a file says; None where there is none, or where only PHP can tell. Raises ConsoleError."""
    if not source:
        return None if source is None else {}
    try:
        return read(source, f"{name}.php").values
    except ConsoleError as error:
        if error.code != "php-config-computed":
            raise
        computed[name] = error
        return None


def _fingerprints(facts: SettingsFacts | None, *, database: bool = False) -> Fingerprints:
    """Return those of a host's own files, or those of the database, which is one for all."""
    if facts is None:
        return {}
    return {
        (_LAYERS[source], Scope(level, code), path): found
        for source, level, code, path, found in facts.fingerprints
        if (source == "database") == database
    }


async def read_system(
    connections: Connections,
    project: Project,
    environment: Environment,
    key: bytes,
    paths: Collection[str] = (),
) -> SystemSettings:
    """Read the settings of an environment. key: of the fingerprints. Raises ConsoleError.

    paths: settings that are to be set, of which Magento is asked whether its command takes them.
    """
    return await _Reader(connections, project, environment, key, paths).read()
