"""Cron: this shop's jobs are paused and waited for, everybody else's go on."""

import time
from pathlib import Path

import pytest

from tests.chain.stage import Stage, wait

pytestmark = [pytest.mark.xdist_group("chain"), pytest.mark.timeout(600)]


def _crontab(stage: Stage) -> str:
    shop, php = stage.shop.path("web1"), stage.shop.systems.host("web1") / "bin/php"
    return (
        "MAILTO=ops@example.com\n"
        f"* * * * * {php} {shop}/current/bin/magento cron:run >> /dev/null 2>&1\n"
        f"# */5 * * * * {php} {shop}/current/bin/magento cron:run   (switched off by Priya)\n"
        f"0 3 * * * {php} {shop}-other/current/bin/magento cron:run\n"
        "5 4 * * * /usr/local/bin/backup --all"  # no newline at its end
    )


def _write(stage: Stage, host: str, text: str) -> None:
    (stage.shop.systems.host(host) / "crontab").write_text(text)


def test_the_shops_lines_are_paused_and_come_back_as_they_were(stage: Stage) -> None:
    text = _crontab(stage)
    _write(stage, "web1", text)
    _write(stage, "web2", text)
    stage.shop.behave(upgrade_s=3)
    with stage.background(*stage.promotion("window")) as promotion:
        wait(lambda: stage.shop.times("setup:upgrade") == 1)
        meanwhile = stage.shop.crontab("web1").splitlines()
        assert stage.shop.crontab("web2") == text  # its roles do not say that it runs cron
        ran = promotion.end()
    assert ran.code == 0, ran.said
    lines = text.splitlines()
    assert [line for line in meanwhile if line not in lines] == [f"#mageconsole-paused {ran.job} {lines[1]}"]
    assert lines[1] not in meanwhile
    assert stage.shop.crontab("web1") == text
    assert stage.shop.crontab("web2") == text


def test_they_come_back_also_when_the_job_takes_all_back(stage: Stage) -> None:
    _write(stage, "web1", _crontab(stage))
    before = stage.snapshot()
    stage.refuse_switch("web2")
    ran = stage.promote("quiet")
    assert ran.code == 1, ran.said
    assert stage.snapshot() == before


def test_a_line_of_an_older_release_runs_what_is_live_afterwards(stage: Stage) -> None:
    assert stage.shop.magento("web1", "cron:install").returncode == 0
    assert f"/releases/{stage.base['web1']}/bin/magento" in stage.shop.crontab("web1")
    ran = stage.promote("quiet")
    assert ran.code == 0, ran.said
    after = stage.shop.crontab("web1")
    assert stage.base["web1"] not in after
    assert f"{stage.shop.path('web1')}/current/bin/magento cron:run" in after


def test_lines_with_the_real_path_are_paused_where_the_path_leads_through_a_link(stage: Stage) -> None:
    shop = stage.shop.path("web1")
    link = stage.shop.root / "www"
    link.symlink_to(shop.parent)
    text = (
        f"* * * * * php {shop}/current/bin/magento cron:run\n1 * * * * php {shop}-other/bin/magento cron:run\n"
    )
    _write(stage, "web1", text)
    stage.edit(stage.shop.toml, f'"{shop}"', f'"{link}/{shop.name}"')
    stage.shop.behave(upgrade_s=3)
    with stage.background(*stage.promotion("window")) as promotion:
        wait(lambda: stage.shop.times("setup:upgrade") == 1)
        meanwhile = stage.shop.crontab("web1").splitlines()
        ran = promotion.end()
    link.unlink()
    assert ran.code == 0, ran.said
    first, other = text.splitlines()
    assert meanwhile == [f"#mageconsole-paused {ran.job} {first}", other]
    assert stage.shop.crontab("web1") == text


def test_a_cron_job_that_runs_is_waited_for(stage: Stage) -> None:
    running = stage.cron_job("web1", 600)
    with stage.background(*stage.promotion("quiet")) as promotion:
        promotion.until("waiting for 1 cron job")
        assert stage.runs() == {"live"}
        ended_at = time.time()
        running.terminate()
        running.wait(30)
        ran = promotion.end()
    assert ran.code == 0, ran.said
    switched = float(Path(_mark(stage), "live").read_text())
    assert ended_at <= switched


def _mark(stage: Stage) -> Path:
    return stage.shop.path("web1") / ".mageconsole/releases" / stage.release("web1", "quiet").name


def test_cron_by_env_php_is_off_meanwhile_back_afterwards_and_backups_do_not_pile_up(stage: Stage) -> None:
    stage.edit(stage.shop.toml, 'role = "production"\n', 'role = "production"\ncron = "env"\n')
    env = stage.shop.path("web1") / "shared/app/etc/env.php"
    before = env.read_bytes()
    backups = stage.shop.path("web1") / ".mageconsole/backups"
    backups.mkdir(mode=0o700, exist_ok=True)
    for number in range(12):
        (backups / f"env.php.2020010{number % 10}-{number:04d}-abcd").touch()
    stage.shop.behave(upgrade_s=3)
    with stage.background(*stage.promotion("window")) as promotion:
        wait(lambda: stage.shop.times("setup:upgrade") == 1)
        assert b"'enabled' => 0" in env.read_bytes()
        ran = promotion.end()
    assert ran.code == 0, ran.said
    assert env.read_bytes() == before
    assert len(list(backups.iterdir())) == 10
    assert (backups / f"env.php.{ran.job}").read_bytes() == before
