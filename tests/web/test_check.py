"""`check`: what serves the shop, env.php on every host, `--deep`; on the demo's shop, and by tables of facts."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.actions.checks.deep import drift_findings
from core.actions.checks.env_files import env_findings
from core.actions.checks.facts import HostFacts
from core.actions.checks.finding import Weight
from core.actions.checks.serving import Place, may, needs, serving_findings
from core.environments.model import Environment, Health, Host, HostRole, Role
from core.magento.probe_result import Cache, EnvFacts, Session
from core.release.drift import Drift
from tests.web.server import WebServer
from tests.web.shop import WebShop

pytestmark = [pytest.mark.xdist_group("web"), pytest.mark.timeout(300)]
"""The first test lays the shop out."""

_FPM = {"fpm_groups": ("www www shop",), "fpm_php": ("PHP 8.2.36 (fpm-fcgi)",)}
_WELL: dict[str, tuple[str, ...]] = {
    **_FPM,
    "php": ("PHP 8.2.28 (cli)",),
    "crontab": ("yes",),
    "cron_lines": ("1",),
}


def _environment(**more: Any) -> Environment:
    return Environment(
        **{"name": "production", "role": Role.PRODUCTION, "hosts": (Host(address="web1"),), "path": "/srv",
           "health": Health(), **more}
    )  # fmt: skip


def _codes(
    facts: dict[str, tuple[str, ...]], environment: Environment | None = None, host: Host | None = None
) -> set[str]:
    told = HostFacts(address="web1", values={**_WELL, **facts})
    found = serving_findings(environment or _environment(), host or Host(address="web1", reload="true"), told)
    assert all(finding.where == "web1" and finding.what and finding.remedy for finding in found)
    return {finding.code for finding in found}


@pytest.mark.parametrize(
    ("mode", "need", "user", "groups", "allowed"),
    [
        (0o775, "w", "deploy", (), True),
        (0o555, "w", "deploy", ("shop",), False),
        (0o575, "w", "deploy", ("shop",), False),
        (0o775, "w", "www", ("www", "shop"), True),
        (0o755, "w", "www", ("www", "shop"), False),
        (0o757, "w", "www", ("shop",), False),
        (0o757, "w", "www", ("www",), True),
        (0o766, "w", "www", ("www",), False),
        (0o2770, "w", "www", ("shop",), True),
        (0o640, "r", "www", ("shop",), True),
        (0o640, "r", "www", ("www",), False),
        (0o600, "r", "root", (), True),
    ],
)  # fmt: skip
def test_owner_group_and_mode_decide(
    mode: int, need: str, user: str, groups: tuple[str, ...], allowed: bool
) -> None:
    assert may(Place(path="x", need=need, mode=mode, owner="deploy", group="shop"), user, groups) is allowed


@pytest.mark.parametrize(
    ("facts", "codes"),
    [
        ({}, set()),
        ({"place": ("w 755 deploy deploy shared/pub/media",)}, {"fpm-cannot-write"}),
        ({"place": ("w 775 deploy shop shared/pub/media", "r 640 deploy shop shared/app/etc/env.php")}, set()),
        ({"place": ("r 600 deploy shop shared/app/etc/env.php",)}, {"fpm-cannot-read"}),
        ({"place": ("w 700 acme acme shared/var log",), "fpm_groups": ("www www", "acme acme")}, set()),
        ({"fpm_groups": ()}, {"fpm-user-unknown"}),
        ({"fpm_php": ("PHP 8.1.2 (fpm-fcgi)",)}, {"fpm-php-differs"}),
        ({"fpm_php": ("PHP 8.1.2 (fpm-fcgi)", "PHP 8.2.1 (fpm-fcgi)")}, set()),
        ({"fpm_php": ()}, set()),
        ({"crontab": ()}, {"cron-method"}),
        ({"cron_lines": ("0",)}, {"cron-empty"}),
    ],
)  # fmt: skip
def test_facts_of_a_web_host(facts: dict[str, tuple[str, ...]], codes: set[str]) -> None:
    assert _codes(facts) == codes


def test_places_with_one_cause_are_one_finding() -> None:
    closed = ("w 755 deploy deploy shared/pub/media", "r 600 deploy shop shared/app/etc/env.php",
              "w 755 deploy deploy shared/var/log", "w 777 deploy deploy shared/var/tmp")  # fmt: skip
    told = HostFacts(address="web1", values={**_WELL, "place": closed})
    found = serving_findings(_environment(web_group="shop"), Host(address="web1", reload="true"), told)
    assert [(one.code, one.remedy.partition("run: ")[2]) for one in found] == [
        ("fpm-cannot-read", "chmod g+r shared/app/etc/env.php"),
        ("fpm-cannot-write", "chmod g+rwxs shared/pub/media shared/var/log"),
    ]
    assert "shared/var/log (0755, deploy:deploy)" in found[1].what


_UNSEEN = {"fpm_opcache": ("opcache.enable On", "opcache.validate_timestamps Off")}


@pytest.mark.parametrize(
    ("environment", "host", "facts", "codes"),
    [
        ({}, {"reload": ""}, {}, {"opcache-unknown"}),
        ({}, {"reload": ""}, _UNSEEN, {"opcache-unknown", "env-php-unseen"}),
        ({}, {"reload": "", "roles": (HostRole.CRON,)}, _UNSEEN, set()),
        ({}, {"reload": "x"}, _UNSEEN, set()),
        ({}, {"reload": ""}, _UNSEEN | {"fpm_pool_opcache": ("opcache.validate_timestamps 1",)}, {"opcache-unknown"}),
        ({}, {"reload": ""}, {"fpm_opcache": ("opcache.enable On", "opcache.validate_timestamps On"),
         "fpm_pool_opcache": ("opcache.validate_timestamps off",)}, {"opcache-unknown", "env-php-unseen"}),
        ({}, {"reload": ""}, _UNSEEN | {"fpm_pool_opcache": ("opcache.enable 0",)}, {"opcache-unknown"}),
        ({"health": None}, {"reload": ""}, {}, {"opcache-untold"}),
        ({"health": None}, {"reload": "x"}, {}, set()),
        ({"health": None}, {"reload": "", "roles": (HostRole.CRON,)}, {}, set()),
        ({"cron": "none"}, {"reload": "x"}, {"crontab": ()}, set()),
        ({}, {"reload": "x", "roles": (HostRole.WEB,)}, {"crontab": ()}, set()),
        ({"cron": "systemd", "cron_units": ("a",)}, {"reload": "x"}, {"can": ("systemctl",)}, set()),
        ({"cron": "systemd", "cron_units": ("a",)}, {"reload": "x"}, {}, {"cron-method"}),
        ({"cron": "supervisor"}, {"reload": "x"}, {"can": ("supervisorctl",)}, {"cron-units-missing"}),
    ],
)  # fmt: skip
def test_what_environments_toml_says_of_a_host(
    environment: dict[str, Any], host: dict[str, Any], facts: dict[str, tuple[str, ...]], codes: set[str]
) -> None:
    assert _codes(facts, _environment(**environment), Host(address="web1", **host)) == codes


def test_what_php_fpm_needs() -> None:
    lines = needs(_environment(shared_dirs=("pub/media", "var/log/")), "3-abc").splitlines()
    assert lines == [
        "r shared/app/etc/env.php", "w shared/pub/media", "w shared/var/log", "r releases/3-abc/pub/index.php",
        "w releases/3-abc/var",
    ]  # fmt: skip


def _env(**more: Any) -> EnvFacts:
    cache = {
        "default": Cache("Redis", "10.0.0.3:6379:0", "a_"),
        "page_cache": Cache("Redis", "10.0.0.3:6379:1", "a_"),
    }
    return EnvFacts(
        **{"install_date": True, "mode": "production", "crypt_fingerprint": "1", "system_fingerprint": "2",
           "cache": cache, "session": Session("redis", "10.0.0.3:6379:2"), **more}
    )  # fmt: skip


@pytest.mark.parametrize(
    ("other", "code", "weight"),
    [
        ({}, "", None),
        ({"crypt_fingerprint": "9"}, "env-differs", Weight.BLOCKS),
        ({"system_fingerprint": "9"}, "env-differs", Weight.BLOCKS),
        ({"session": Session("redis", "10.0.0.3:6379:1")}, "redis-shared", Weight.BLOCKS),
        ({"cache": {"default": Cache("Redis", "10.0.0.3:6379:0", "b_")}}, "cache-prefix-differs", Weight.WARNS),
        ({"cache": {"default": Cache("Redis", "10.0.0.3:6379:0", "")}}, "cache-prefix-missing", Weight.WARNS),
        ({"cache": {"default": Cache("file", "", "")}, "session": Session("files", "")}, "", None),
    ],
)  # fmt: skip
def test_env_php_on_two_hosts(other: dict[str, Any], code: str, weight: Weight | None) -> None:
    found = env_findings("production", {"web1": _env(), "web2": _env(**other)})
    assert [(finding.code, finding.weight) for finding in found] == ([(code, weight)] if code else [])


def test_what_deep_verification_tells() -> None:
    assert drift_findings("web1", "1-a", Drift()) == []
    many = tuple(f"vendor/{number:02d}.php" for number in range(20))
    found = drift_findings("web1", "1-a", Drift(changed=many, missing=("a",), extra=("pub/x\x1b[31m",)))
    assert [finding.code for finding in found] == ["changed-by-hand", "files-missing", "not-in-artifact"]
    assert "20 paths" in found[0].what and "and 8 more" in found[0].what
    assert "\x1b" not in found[2].what


# --- on the demo's shop, over OpenSSH, beside a real php-fpm


def _check(shop: WebShop, *words: str) -> tuple[int, dict[str, str]]:
    """Return the exit code of `check staging --json`, and what it says by code."""
    ran = shop.cli("--json", "check", "staging", *words)
    found = json.loads(ran.said.splitlines()[-1])["staging"]
    return ran.code, {finding["code"]: finding["what"] for finding in found}


@pytest.fixture
def env_php(shop: WebShop) -> Iterator[Path]:
    """Return staging's env.php, brought back afterwards."""
    path = shop.path / "shared/app/etc/env.php"
    before = path.read_bytes()
    yield path
    path.write_bytes(before)


def test_a_shop_that_is_well(shop: WebShop, web: WebServer) -> None:
    code, found = _check(shop, "--deep")
    assert code == 0, found
    assert not {"redis-shared", "env-differs", "changed-by-hand", "not-in-artifact", "fpm-php-differs"} & set(
        found
    )
    # No reload is set, and its nginx can be seen to hand php-fpm the real path.
    assert not {"opcache-unknown", "opcache-by-link", "opcache-untold"} & set(found)
    # Its pool keeps opcache from looking at files again.
    assert "validate_timestamps is off" in found["env-php-unseen"]


def test_php_fpm_that_may_not_write(shop: WebShop, web: WebServer) -> None:
    media = shop.path / "shared/pub/media"
    user = web.user
    media.chmod(0o555)
    try:
        _, found = _check(shop)
        media.chmod(0o777)
        _, then = _check(shop)
    finally:
        media.chmod(0o755)
    assert user == "root" or f"({user}" in found["fpm-cannot-write"], found
    assert "shared/pub/media " not in then.get("fpm-cannot-write", "")


def test_redis_that_sessions_share_with_a_cache(shop: WebShop, web: WebServer, env_php: Path) -> None:
    redis = "'session' => ['save' => 'redis', 'redis' => ['host' => '10.0.0.3', 'database' => '0']],"
    backend = "'backend_options' => ['server' => '10.0.0.3', 'database' => '0'],"
    text = re.sub(r"'session' => \[\s*'save' => 'db'\s*\],", redis, env_php.read_text())
    text = re.sub(r"('frontend' => \[\s*'default' => \[)", lambda found: found[1] + backend, text)
    assert redis in text and backend in text
    env_php.write_text(text)
    code, found = _check(shop)
    assert code == 3
    assert "10.0.0.3:6379:0" in found["redis-shared"]


def test_deep_names_what_was_changed_by_hand(shop: WebShop, web: WebServer) -> None:
    live = shop.shop.live("stg")
    edited = live / "vendor/magento/module-catalog/registration.php"
    before = edited.read_bytes()
    added = live / "pub/own.html"
    try:
        edited.write_bytes(before + b"// a hot-fix\n")
        added.write_text("own")
        quick, deep = _check(shop)[1], _check(shop, "--deep")[1]
    finally:
        edited.write_bytes(before)
        added.unlink()
    assert "changed-by-hand" not in quick
    assert "registration.php" in deep["changed-by-hand"] and "1 path:" in deep["changed-by-hand"]
    assert "pub/own.html" in deep["not-in-artifact"]
