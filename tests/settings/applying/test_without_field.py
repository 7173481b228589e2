"""Settings that the Admin does not show: Magento's command refuses them, its writer and an import take them."""

import pytest

from core.demo.standin import phpfile
from tests.settings.applying.stage import PRODUCTION, YES, Stage

pytestmark = [pytest.mark.xdist_group("applying"), pytest.mark.timeout(180)]
_PATH = "crontab/default/jobs/analytics_update/schedule/cron_expr"


def _declare(stage: Stage, path: str) -> None:
    place = stage.shop.toml
    place.write_text(
        place.read_text() + f'\n[environments.production.settings.default]\n"{path}" = "5 3 * * *"\n'
    )


def test_a_setting_without_a_field_is_told_applied_and_agreed_upon(stage: Stage) -> None:
    _declare(stage, _PATH)
    shown = stage.settings("apply", "production", "--dry-run")
    assert "no module has a field for it: nothing checks the value, an import takes it in" in shown.out
    assert f"(write {_PATH} into the file: '5 3 * * *', import)" in shown.out
    ran = stage.settings("apply", "production", *YES)
    assert ran.code == 0, ran.said
    for host in PRODUCTION:
        assert phpfile.dig(stage.env(host), f"system/default/{_PATH}") == "5 3 * * *"
    assert stage.answers() == [200, 200]
    assert [stage.status(host) for host in PRODUCTION] == [0, 0]
    assert stage.settings("diff", "production", "--exit-code").code == 0


def test_a_path_that_nothing_knows_is_refused_before_anything_is_done(stage: Stage) -> None:
    _declare(stage, "crontab/default/jobs/analytics_updaet/schedule/cron_expr")
    before = stage.snapshot()
    ran = stage.settings("apply", "production", *YES)
    assert (ran.code, "[no-such-setting]" in ran.err, "typing mistake" in ran.err) == (3, True, True), ran.said
    assert stage.snapshot() == before
    text = stage.shop.toml.read_text()
    kinds = '[project.kinds]\n"crontab/default/jobs/analytics_updaet/schedule/cron_expr" = "system"\n'
    stage.shop.toml.write_text(f"{text}\n{kinds}")
    ran = stage.settings("apply", "production", *YES)
    assert ran.code == 0, ran.said
    assert stage.answers() == [200, 200]


def test_a_declaration_ahead_of_its_module_keeps_no_other_from_being_applied(stage: Stage) -> None:
    _declare(stage, _PATH)
    place = stage.shop.toml
    place.write_text(place.read_text().replace(f'"{_PATH}"', f'"next/module/url" = "x"\n"{_PATH}"'))
    ran = stage.settings("apply", "production", *YES)
    assert (ran.code, "next/module/url is left out" in ran.said) == (0, True), ran.said
    for host in PRODUCTION:
        assert phpfile.dig(stage.env(host), f"system/default/{_PATH}") == "5 3 * * *"
        assert phpfile.dig(stage.env(host), "system/default/next") is None
    named = stage.settings("apply", "production", "next/module/url", *YES)
    assert (named.code, "[no-such-setting]" in named.err) == (3, True), named.said
