"""What a person types wrong is told before anything is written: scopes, values, paths."""

import pytest

from tests.settings.applying.stage import YES, Stage

pytestmark = [pytest.mark.xdist_group("applying"), pytest.mark.timeout(180)]
_URL = "web/unsecure/base_url"


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("show", "production", _URL, "--scope", "websites", "--scope-code", "nope"), "no-such-scope", "base"),
        (
            ("show", "production", _URL, "--scope", "stores", "--scope-code", "DE"),
            "no-such-scope",
            "capitals count",
        ),
        (
            ("set", "production", _URL, "https://a/", "--scope", "websites", "--scope-code", "de"),
            "no-such-scope",
            "base",
        ),
        (("set", "production", _URL, "shop.example.com"), "wrong-value", "It takes a URL"),
        (("set", "production", _URL, "https://shop.example.com"), "wrong-value", "a / at the end"),
        (("set", "production", "base_url", "x"), "wrong-setting", "web/unsecure/base_url"),
        (("secret", "set", "production", "nonsense"), "wrong-setting", "payment/acme/private_key"),
    ],
)
def test_it_is_refused_with_what_would_be_right(
    stage: Stage, words: tuple[str, ...], code: str, told: str
) -> None:
    text = stage.shop.toml.read_text()
    ran = stage.settings(*words, given="geheim-4711")
    assert (ran.code, f"[{code}]" in ran.err, told in ran.err) == (2, True, True), ran.said
    assert stage.shop.toml.read_text() == text


def test_a_scope_that_is_declared_and_not_there_is_told_before_anything_is_done(stage: Stage) -> None:
    stage.shop.toml.write_text(
        stage.shop.toml.read_text()
        + f'\n[environments.production.settings.stores.DE]\n"{_URL}" = "https://de.example.com/"\n'
    )
    before = stage.snapshot()
    ran = stage.settings("apply", "production", *YES)
    assert (ran.code, "[no-such-scope]" in ran.err, "It is written 'de'" in ran.err) == (2, True, True), (
        ran.said
    )
    assert stage.snapshot() == before


def test_a_secret_that_nothing_declares_is_kept_and_that_is_told(stage: Stage) -> None:
    ran = stage.settings("secret", "set", "production", "payment/acme/pin", given="geheim-4711")
    assert (ran.code, "name it under `sensitive` of production" in ran.out) == (0, True), ran.said


def test_what_is_so_already_is_told_and_nothing_is_written(stage: Stage) -> None:
    text = stage.shop.toml.read_text()
    ran = stage.settings("unset", "production", "dev/js/merge_files")
    assert (ran.code, "is not declared for production" in ran.out) == (0, True), ran.said
    ran = stage.settings("reclassify", "dev/js/no_such_option", "shared", "--yes")
    assert (ran.code, "dev/js/no_such_option is shared already" in ran.out) == (0, True), ran.said
    assert stage.shop.toml.read_text() == text


def test_a_plan_of_many_settings_shows_each_of_them(stage: Stage) -> None:
    lines = "".join(f'"dev/js/option_{number}" = "{number}"\n' for number in range(20))
    stage.shop.toml.write_text(
        f"{stage.shop.toml.read_text()}\n[environments.production.settings.default]\n{lines}"
    )
    shown = stage.settings("apply", "production", "--dry-run", "--maintenance", "--remove", "a/b c")
    assert shown.code == 2, shown.said  # nothing of that name is there
    shown = stage.settings("apply", "production", "--dry-run", "--maintenance")
    assert all(f"dev/js/option_{number}  (" in shown.out for number in range(20))
    assert "mageconsole settings apply production --maintenance --plan " in shown.out


def test_a_single_value_never_takes_the_place_of_an_array_of_env_php(stage: Stage) -> None:
    declared = '\n[environments.production.env]\n"db/connection" = "x"\n'
    stage.shop.toml.write_text(stage.shop.toml.read_text() + declared)
    before = stage.snapshot()
    ran = stage.settings("apply", "production", *YES)
    assert (ran.code, "[env-is-array]" in ran.err) == (3, True), ran.said
    assert "Name a single value: db/connection/default" in ran.err
    assert stage.snapshot() == before
