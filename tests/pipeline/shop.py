"""A shop's production as plain data, for tests of plans."""

from typing import Any

from core.environments.model import CustomStep, Environment, Health, Host, HostRole, Role
from core.magento.probes import NeedsImport, NeedsUpgrade, ProbeResult, UpToDate
from core.magento.version import Version
from core.model.plan import Pin, Step
from core.pipeline.cut_over import Switch
from core.pipeline.decision import Decision, decide

WEB1 = Host(address="deploy@web1.example.com", reload="sudo systemctl reload php8.2-fpm")
WEB2 = Host(address="deploy@web2.example.com", roles=(HostRole.WEB,))
ADMIN = Host(address="deploy@admin.example.com", roles=(HostRole.CRON,))
RELEASE = "12-abcdef012345"
OLD = "11-0123456789ab"
PINS = (
    Pin("artifact", "build@build.example.com", "artifact", "a" * 64),
    Pin("file", WEB1.address, "env.php", "e" * 64),
    Pin("release", WEB1.address, "current", OLD),
)
IMPORT = NeedsImport()
UPGRADE = NeedsUpgrade(("declarative",), ("Declarative Schema is not up to date",))
NOTHING = UpToDate()


def environment(**changed: Any) -> Environment:
    """Return production: three hosts, two of them web hosts, asked for their health."""
    usual: dict[str, Any] = {
        "name": "production",
        "role": Role.PRODUCTION,
        "hosts": (WEB1, WEB2, ADMIN),
        "path": "/srv/acme",
        "url": "https://shop.example.com/",
        "health": Health(),
    }
    return Environment(**{**usual, **changed})


def custom(**changed: Any) -> CustomStep:
    """Return a step of the shop's own on production."""
    usual: dict[str, Any] = {"name": "Warm up", "on": "production", "run": "true", "after": "switch"}
    return CustomStep(**{**usual, **changed})


def decided(config: ProbeResult = NOTHING, database: ProbeResult = NOTHING, **changed: Any) -> Decision:
    """Return what is decided from two answers."""
    usual: dict[str, Any] = {
        "policy": "auto",
        "version": Version(2, 4, 7),
        "php": ("php8.2",),
        "root": f"/srv/acme/releases/{RELEASE}",
        "full_upgrade": False,
        "custom_window": False,
        "where": WEB1.address,
    }
    return decide(config=config, database=database, **{**usual, **changed})


def switching(target: Environment, **changed: Any) -> Switch:
    """Return the switch of an environment to the new release."""
    usual: dict[str, Any] = {
        "environment": target,
        "release": RELEASE,
        "artifact": "a" * 64,
        "live": {host.address: OLD for host in target.hosts},
        "static_version": "1690000000",
    }
    return Switch(**{**usual, **changed})


def ids(steps: tuple[Step, ...]) -> list[str]:
    """Return the ids of steps, in order."""
    return [step.id for step in steps]
