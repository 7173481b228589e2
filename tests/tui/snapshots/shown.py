"""A shop as it might be on a Tuesday, and a console that shows it without asking anybody."""

from typing import Any

from core.actions.checks.finding import Finding, Weight
from core.console.answers import HostRelease, Planned, ReleaseRow, Releases
from core.console.looker import Looker
from core.console.settings_table import SettingsTable, ShownLadder
from core.console.snapshot import (
    Artifact,
    Build,
    Commit,
    Development,
    Disk,
    EnvironmentSnapshot,
    Gap,
    HostSnapshot,
    Magento,
    Pending,
    Snapshot,
    Target,
)
from core.environments.model import Role
from core.jobs.events import Failure
from core.model.plan import digest
from core.secret import Secret
from tests.pipeline.test_plans import promoted
from tests.tui.snapshots import settings_shown
from tui.app import ConsoleApp

NOW = 1_764_072_000.0
"""25 November 2025, 12:00 UTC."""
_SEEN = NOW - 4
_GIFTS = "9f31c2e4" + "0" * 32
_TAX = "51aa07d1" + "0" * 32
_UP_TO_DATE = Pending(word="up to date")


def _host(address: str, **more: Any) -> HostSnapshot:
    usual: dict[str, Any] = {
        "seen": _SEEN,
        "tried": _SEEN,
        "php": "8.2.29",
        "magento_version": "2.4.7-p3",
        "disk": Disk(free=18_400_000_000, total=40_000_000_000, free_inodes=2_100_000, total_inodes=2_600_000),
    }
    return HostSnapshot(address=address, **{**usual, **more})


def _artifact(commit: str, subject: str, id: str) -> Artifact:
    return Artifact(
        id=id * 16, commit=commit, subject=subject, built_at=NOW - 3600, built_by="anna", seconds=192.0,
        files=104_212, bytes=1_120_000_000, locales=("en_US", "de_DE"), php="8.2.29", magento="2.4.7-p3",
    )  # fmt: skip


def _target(number: int, commit: str, subject: str, **more: Any) -> Target:
    usual: dict[str, Any] = {
        "release": f"{number}-7c1e7c1e7c1e", "artifact": ("7c1e" if number == 42 else "51aa") * 16, "commit": commit,
        "subject": subject, "since": NOW - 1800, "who": "anna", "verified_at": NOW - 1790, "releases": 5,
    }  # fmt: skip
    return Target(**{**usual, **more})


def snapshot() -> Snapshot:
    """Return the four systems: staging is ahead of production, and one web host is out of reach."""
    magento = Magento(asked=NOW - 600, configuration=_UP_TO_DATE, database=_UP_TO_DATE)
    lost = Failure(
        code="host-unreachable", what="No answer within 15 s.", where="web2.example.com",
        remedy="Look whether the host is up, and whether a firewall lets you in.",
    )  # fmt: skip
    developing = Development(
        commit=_GIFTS, branch="main", subject="Add gift cards", author="Anna", date=NOW - 7200, changed=2,
        config="changed", dumped=True,
    )  # fmt: skip
    built = Build(newest=_artifact(_GIFTS, "Add gift cards", "7c1e"), count=3)
    systems = (
        EnvironmentSnapshot(
            name="development",
            role=Role.DEVELOPMENT,
            hosts=(_host("magento@dev.example.com", development=developing),),
        ),
        EnvironmentSnapshot(
            name="build",
            role=Role.BUILD,
            hosts=(_host("build@build.example.com", build=built),),
        ),
        EnvironmentSnapshot(
            name="staging",
            role=Role.STAGING,
            hosts=(
                _host(
                    "deploy@staging.example.com",
                    target=_target(42, _GIFTS, "Add gift cards"),
                    mode="production",
                    magento=magento,
                    magento_of="7c1e" * 16,
                ),
            ),
        ),
        EnvironmentSnapshot(
            name="production",
            role=Role.PRODUCTION,
            hosts=(
                _host(
                    "deploy@web1.example.com", target=_target(41, _TAX, "Fix tax rounding"), mode="production"
                ),
                _host(
                    "deploy@web2.example.com",
                    target=_target(41, _TAX, "Fix tax rounding"),
                    mode="production",
                    failure=lost,
                    seen=NOW - 900,
                ),
            ),
        ),
    )
    development, build, staging, production = systems
    return Snapshot(
        environments=systems,
        gaps=(
            _gap(development, build, in_step=True, commits=0),
            _gap(build, staging, in_step=True),
            _gap(
                staging, production, in_step=False, commits=2, settings=1, database=True,
                paths=("general/locale/timezone",),
                subjects=(
                    Commit(commit=_GIFTS, author="Anna", subject="Add gift cards"),
                    Commit(commit="b7d0e9a1" + "0" * 32, author="Bo", subject="Show the delivery date in the cart"),
                ),
            ),
        ),
    )  # fmt: skip


def _gap(source: EnvironmentSnapshot, target: EnvironmentSnapshot, **more: Any) -> Gap:
    return Gap(
        source=source.name,
        target=target.name,
        source_state=source.state,
        target_state=target.state,
        at=NOW,
        **more,
    )


def releases(name: str) -> Releases:
    """Return three releases: the live one, the one before, and one that goes next."""
    hosts = ("deploy@web1.example.com", "deploy@web2.example.com")

    def row(number: int, subject: str, age: float, **more: Any) -> ReleaseRow:
        live = more.pop("live", False)
        there = tuple(
            HostRelease(address=host, complete=True, live=live, live_since=NOW - age, verified_at=NOW - age + 9)
            for host in hosts
        )
        made = _artifact(_TAX, subject, "51aa")
        return ReleaseRow(name=f"{number}-51aa51aa51aa", artifact=made, hosts=there, **more)

    return Releases(
        name=name,
        keep=5,
        addresses=hosts,
        rows=(
            row(41, "Fix tax rounding", 86_400, live=True),
            row(40, "Word the newsletter box more kindly", 3 * 86_400, previous=True),
            row(35, "Speed up the category pages", 20 * 86_400, goes_next=True),
        ),
    )


def findings() -> list[Finding]:
    """Return one finding of each weight."""
    where = "deploy@web1.example.com"
    return [
        Finding(
            code="env-differs", weight=Weight.BLOCKS, where=where, what="env.php differs from web2's in `system`.",
            remedy="Make them the same: mageconsole settings diff production",
        ),
        Finding(
            code="disk-low", weight=Weight.WARNS, where=where, what="2.1 GB are free.",
            remedy="Remove what is not needed.",
        ),
        Finding(
            code="tool-better", weight=Weight.NOTES, where=where, what="With zstd, transfers send less.",
            remedy="Install zstd.",
        ),
    ]  # fmt: skip


class Still(Looker):
    """Knows what is shown, and asks nobody."""

    def __init__(self, project: Any) -> None:
        super().__init__(project)
        self.known = snapshot()

    async def releases(self, name: str) -> Releases:
        """Return the three."""
        return releases(name)

    async def ask_release(self, name: str, release: str) -> Magento:
        """Say that it fits."""
        return Magento(asked=NOW, configuration=_UP_TO_DATE, database=_UP_TO_DATE)

    async def check(self, names: Any = (), *, deep: bool = False) -> dict[str, list[Finding]]:
        """Return the three."""
        return {name: findings() for name in names}

    async def settings(self, names: Any = ()) -> SettingsTable:
        """Return those of that shop."""
        return settings_shown.table()

    async def setting_ladder(self, path: str, scope: str) -> tuple[ShownLadder, ...]:
        """Return its layers."""
        return settings_shown.ladder(path)

    async def setting_value(self, name: str, path: str, scope: str) -> Secret:
        """Return what is there."""
        return Secret("https://shop.example.com/")

    async def plan_promotion(self, *arguments: Any, **options: Any) -> Planned:
        """Return a plan to production."""
        plan = promoted()
        return Planned(plan=plan, digest=digest(plan))


class StillConsole(ConsoleApp):
    """The console of that shop: nothing in it moves."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.looker = Still(self.project)

    def _begin(self) -> None:
        """Begin nothing."""
