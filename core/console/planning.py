"""Making plans: reading hosts, deciding nothing that changes them."""

import asyncio
from collections.abc import Mapping
from typing import Any

import msgspec

from core.actions.build.resolve import resolve
from core.actions.connections import Connections
from core.actions.hosts import by_release
from core.actions.pins import environment_pin, host_pins
from core.actions.site import Site
from core.console.artifact_modules import artifact_type_pool
from core.console.artifact_reading import (
    Between,
    artifact_config,
    between,
    between_releases,
    commits,
    together,
)
from core.console.last_promoted import last_promoted
from core.console.needed_artifacts import needed_artifacts
from core.console.predicting import predict, predict_rollback, predicted_commands
from core.console.secrets import Secrets
from core.console.settings_at_promotion import Candidate, at_target, refuse_secrets
from core.environments.model import Environment, Project, Role
from core.errors import ConsoleError, Exit, Refused
from core.magento.version import Version
from core.model.plan import Pin, Plan
from core.pipeline.build import build_plan
from core.pipeline.confirmation import approved_beforehand
from core.pipeline.custom_steps import insert
from core.pipeline.cut_over import CUT_OVER_ORDER, Switch, cut_over_steps
from core.pipeline.decision import Decision
from core.pipeline.promote import Promotion, promotion_plan
from core.pipeline.rollback import Rollback, rollback_plan
from core.pipeline.verify import Verification, verification_plan
from core.release.artifact import Info, available, find
from core.release.inventory import Inventory, Release, take_inventory
from core.release.names import newest_of, next_name
from core.release.occupant import refuse_unusable
from core.settings.conflict_words import shown_conflicts


def environment_of(project: Project, name: str, *roles: Role) -> Environment:
    """Return an environment by name. Raises ConsoleError for an unknown one, or one of another role."""
    found = project.environments.get(name)
    if found is None:
        raise ConsoleError(
            "no-such-environment",
            f"There is no environment {name!r}.",
            where=project.file,
            remedy=f"There are {', '.join(project.environments)}.",
            exit_code=Exit.USAGE,
        )
    if roles and found.role not in roles:
        raise ConsoleError(
            "wrong-role",
            f"{name} is a {found.role} system.",
            remedy=f"This needs {' or '.join(roles)}.",
            exit_code=Exit.USAGE,
        )
    return found


def sites_of(project: Project, environment: Environment) -> tuple[Site, ...]:
    """Return the hosts of an environment."""
    return tuple(Site(project=project, environment=environment, host=host) for host in environment.hosts)


def build_site_of(project: Project) -> Site:
    """Return the build host."""
    return sites_of(project, project.of_role(Role.BUILD)[0])[0]


class Planner:
    """Plans for one project over one set of connections."""

    def __init__(self, project: Project, connections: Connections, secrets: Secrets | None = None) -> None:
        self.project = project
        self.connections = connections
        self.secrets = secrets or Secrets(project)

    @property
    def build_site(self) -> Site:
        """The build host."""
        return build_site_of(self.project)

    async def inventories(self, environment: Environment) -> dict[str, Inventory]:
        """Look at all hosts of an environment at once."""
        sites = sites_of(self.project, environment)
        found = await asyncio.gather(
            *(take_inventory(self.connections.host(site.address), site.layout) for site in sites)
        )
        return {site.address: inventory for site, inventory in zip(sites, found, strict=True)}

    async def pins(self, environment: Environment, *more: Pin) -> tuple[Pin, ...]:
        """Read what a plan for an environment rests on."""
        sites = sites_of(self.project, environment)
        read = await asyncio.gather(*(host_pins(self.connections.host(site.address), site) for site in sites))
        return (*(pin for pins in read for pin in pins), environment_pin(environment), *more)

    async def build(self, ref: str = "", options: Mapping[str, Any] | None = None) -> Plan:
        """Plan the build of a commit; `ref`: a branch, a tag or a commit, else the environment's branch."""
        site = build_site_of(self.project)
        environment = site.environment
        commit = await resolve(self.connections.host(site.address), site, ref)
        needed = await needed_artifacts(self, site)
        return build_plan(
            environment,
            commit,
            pins=(environment_pin(environment), Pin("commit", "", commit.ref, commit.id)),
            options={**(options or {}), **needed},
        )

    async def promotion(
        self,
        source_name: str,
        target_name: str,
        *,
        artifact: str = "",
        options: Mapping[str, Any] | None = None,
    ) -> Plan:
        """Plan a promotion, or the verification of what is live there already, without a verified mark.

        Raises Refused `already-live` when there is nothing to do.
        """
        source = environment_of(self.project, source_name, Role.BUILD, Role.STAGING)
        target = environment_of(self.project, target_name, Role.STAGING, Role.PRODUCTION)
        if source.name == target.name:
            raise ConsoleError(
                "same-environment",
                f"{source.name} can't be promoted to itself.",
                remedy="Name two environments: the one that has the artifact, and the one that gets it.",
                exit_code=Exit.USAGE,
            )
        approved_beforehand(target, options or {})  # not only after the transfer
        there = await self.inventories(target)
        for site in sites_of(self.project, target):
            refuse_unusable(there[site.address].occupant, site.address, site.path)
        info = await self._artifact(source, artifact)
        given = dict(options or {})
        await self._refuse_unverified(source, target, info, given)
        live = {address: inventory.live.name if inventory.live else "" for address, inventory in there.items()}
        if all(inventory.live and inventory.live.artifact_id == info.id for inventory in there.values()):
            return await self._verification(source, target, info, there, live, given)
        return await self._promotion(source, target, info, there, live, given)

    async def _verification(
        self,
        source: Environment,
        target: Environment,
        info: Info,
        there: dict[str, Inventory],
        live: dict[str, str],
        options: dict[str, Any],
    ) -> Plan:
        """Plan to verify what is live. Raises Refused `already-live` where it is verified, or can't be."""
        running = f"{target.name} runs artifact {info.id[:12]} already"
        if all(inventory.live and inventory.live.verified_at is not None for inventory in there.values()):
            raise Refused("already-live", f"{running}.")
        if target.health is None or not target.web_hosts:
            raise Refused(
                "already-live",
                f"{running}. It is not verified: without `health` nothing is asked of the web hosts.",
            )
        if len(set(live.values())) > 1:
            raise Refused(
                "live-names-differ",
                f"{running}, as releases of different names: {', '.join(sorted(set(live.values())))}.",
                where=target.name,
                remedy=f"Roll back to one that every host has, or see `mageconsole releases {target.name}`.",
            )
        wanted = Verification(
            source=source.name, target=target, release=next(iter(live.values())), artifact=info.id, live=live,
            static_version=info.content_version, options=options,
        )  # fmt: skip
        forecast = {"artifact": msgspec.to_builtins(info), "verifies": f"{running}, without a verified mark"}
        return verification_plan(wanted, await self.pins(target), forecast)

    async def _promotion(
        self,
        source: Environment,
        target: Environment,
        info: Info,
        there: dict[str, Inventory],
        live: dict[str, str],
        options: dict[str, Any],
    ) -> Plan:
        build = build_site_of(self.project)
        names = [name for inventory in there.values() for name in inventory.names]
        release = newest_of(info.id, names) or next_name(info.id, names)
        first = sites_of(self.project, target)[0]
        builder = self.connections.host(build.address)
        config = await artifact_config(builder, build, info.id)
        pool = await artifact_type_pool(builder, build, info.id, config)
        refuse_secrets(self.project, target, config, pool)
        sites = sites_of(self.project, target)
        # Where the hosts do not run the same, each release is compared.
        compared = by_release(sites, live) or {"": first}
        found = together(
            [
                await between(builder, build, info.id, self.connections.host(site.address), site, name)
                for name, site in compared.items()
            ]
        )
        artifacts = {address: one.live.artifact_id for address, one in there.items() if one.live}
        last = await last_promoted(self, sites, live, artifacts)
        candidate = Candidate(artifact=info.id, config=config, last=last)
        told = await at_target(self, target, live, candidate, options)
        predicted = predict(target, found, options, told.new)
        running = [there[site.address].live for site in compared.values()]
        logs = [
            await commits(builder, build, one.info.artifact.commit if one and one.info else "", info.commit)
            for one in running
        ]
        log = max(logs, key=len)
        promotion = Promotion(
            source=source.name,
            build_host=build.address,
            build_root=build.path,
            target=target,
            artifact=info.id,
            commit=info.commit,
            php=info.php,
            release=release,
            live=live,
            predicted=predicted,
            new=told.new,
            conflicts=shown_conflicts(told.conflicts),
            options=options,
        )
        pins = await self.pins(target, Pin("artifact", build.address, "artifact", info.id))
        forecast = {**self._forecast(promotion, info, found, log), **differing(sites, live)}
        forecast |= {"warnings": list(told.warnings)} if told.warnings else {}
        return promotion_plan(promotion, pins, forecast)

    def _forecast(
        self, promotion: Promotion, info: Info, found: Between, log: list[dict[str, str]]
    ) -> dict[str, Any]:
        target, predicted = promotion.target, promotion.predicted
        first = sites_of(self.project, target)[0]
        root = first.layout.release(promotion.release)
        switch = Switch(
            environment=target, release=promotion.release, artifact=info.id, live=promotion.live,
            static_version=info.content_version, settings=promotion.new.changes,
        )  # fmt: skip
        decision = Decision(
            commands=predicted_commands(
                found, promotion.options, version=Version.parse(info.magento), php=first.php, root=root
            ),
            window=predicted.window,
            reasons=predicted.reasons,
        )
        steps = insert(cut_over_steps(switch, decision), target, root, CUT_OVER_ORDER)
        return {
            "artifact": msgspec.to_builtins(info),
            "commits": log,
            "between": msgspec.to_builtins(found),
            "predicted": msgspec.to_builtins(predicted),
            **promotion.settings_forecast,
            "cut_over": [
                {"id": step.id, "title": step.title, "window": step.window, "commands": list(step.commands)}
                for step in steps
            ],
        }

    async def _artifact(self, source: Environment, wanted: str) -> Info:
        build = build_site_of(self.project)
        host = self.connections.host(build.address)
        if source.role is Role.BUILD:
            if wanted:
                return await find(host, build.layout, wanted)
            found = await available(host, build.layout)
            if not found:
                raise Refused(
                    "nothing-built",
                    "Nothing has been built yet.",
                    where=build.address,
                    remedy="Run `mageconsole build` first.",
                )
            return found[0]
        live = [inventory.live for inventory in (await self.inventories(source)).values()]
        artifacts = {release.artifact_id if release else "" for release in live}
        if len(artifacts) != 1 or "" in artifacts:
            raise Refused(
                "source-mixed",
                f"The hosts of {source.name} do not all run the same release.",
                where=source.name,
                remedy=f"Promote to {source.name} first.",
            )
        return await find(host, build.layout, artifacts.pop())

    async def _refuse_unverified(
        self, source: Environment, target: Environment, info: Info, options: dict[str, Any]
    ) -> None:
        """Refuse an artifact that the required environment has not verified, naming what differs (decision 8)."""
        required = target.requires or (source.name if source.role is Role.STAGING else "")
        if not required or options.get("hotfix"):
            return
        there = await self.inventories(environment_of(self.project, required))
        for address, inventory in there.items():
            found = [release for release in inventory.releases if release.artifact_id == info.id]
            if not any(release.verified_at is not None for release in found):
                raise Refused(
                    "not-verified",
                    f"{required} has not verified artifact {info.id[:12]} (commit {info.commit[:12]}): "
                    + _instead(found, inventory.live),
                    where=address,
                    remedy=f"Promote it to {required} first, or give --hotfix REASON, which is recorded.",
                )

    async def rollback(self, target_name: str, to: str = "", options: Mapping[str, Any] | None = None) -> Plan:
        """Plan a roll back. Needs nothing but the environment's own hosts."""
        target = environment_of(self.project, target_name, Role.STAGING, Role.PRODUCTION)
        approved_beforehand(target, options or {})
        there = await self.inventories(target)
        release, artifact = _older(target, there, to)
        live = {address: inventory.live.name if inventory.live else "" for address, inventory in there.items()}
        if all(name == release for name in live.values()):
            raise Refused("already-live", f"{target.name} runs {release} already.")
        given = dict(options or {})
        found = await self._between_releases(target, live, release)
        predicted = predict_rollback(target, found)
        rollback = Rollback(
            target=target, release=release, artifact=artifact, live=live, predicted=predicted, options=given
        )
        forecast = {
            "release": release,
            "between": msgspec.to_builtins(found),
            "predicted": msgspec.to_builtins(predicted),
            **differing(sites_of(self.project, target), live),
        }
        return rollback_plan(rollback, await self.pins(target), forecast)

    async def _between_releases(self, target: Environment, live: Mapping[str, str], release: str) -> Between:
        """Compare the older release with every live one, by what lies on the hosts alone."""
        sites = sites_of(self.project, target)
        compared = by_release(sites, live) or {"": sites[0]}
        return together(
            [
                await between_releases(self.connections.host(site.address), site, name, release)
                for name, site in compared.items()
            ]
        )


def differing(sites: tuple[Site, ...], live: Mapping[str, str]) -> dict[str, Any]:
    """Return what each host runs, for the forecast, where they do not all run the same. Pure."""
    if len(set(live.values())) < 2:
        return {}
    return {"differing": {site.host.name: live.get(site.address, "") for site in sites}}


def _instead(found: list[Release], live: Release | None) -> str:
    if found:
        return f"it lies there as {found[-1].name}, but did not pass its verification"
    if live and live.info:
        return f"it runs {live.name} (commit {live.info.artifact.commit[:12]})"
    return "nothing is live there"


def _older(target: Environment, there: Mapping[str, Inventory], to: str) -> tuple[str, str]:
    """Return the name and artifact of the release to go back to: there and complete on every host."""
    if not to:
        previous = [inventory.previous for inventory in there.values()]
        names = {release.name for release in previous if release}
        if len(names) != 1 or None in previous:
            raise Refused(
                "no-previous",
                f"It can't be told which release {target.name} ran before.",
                where=target.name,
                remedy=f"Name one with --to; see `mageconsole releases {target.name}`.",
            )
        to = names.pop()
        if any(release.verified_at is None for release in previous if release):
            raise Refused(
                "previous-unverified",
                f"{to} was live before, but did not pass its verification.",
                where=target.name,
                remedy=f"Name a release with --to; see `mageconsole releases {target.name}`.",
            )
    found = [inventory.find(to) for inventory in there.values()]
    missing = [
        address for address, release in zip(there, found, strict=True) if not release or not release.complete
    ]
    if missing:
        raise Refused(
            "no-release",
            f"Release {to} is not whole on {', '.join(missing)}.",
            where=target.name,
            remedy=f"See `mageconsole releases {target.name}`.",
        )
    return to, next(release.artifact_id for release in found if release)
