"""Writing: only what is changed differs; nothing is lost, whatever happens meanwhile."""

import difflib
import errno
import os
import stat
import threading
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.environments.edit import REMOVE, edit
from core.environments.load import load
from core.environments.mistake import EnvironmentsError
from core.errors import Exit, Refused
from tests.environments.conftest import GOOD, Write

EXAMPLE = (Path(__file__).parents[2] / "environments.example.toml").read_text()
PRODUCTION = ("environments", "production")
BASE_URL = (*PRODUCTION, "settings", "default", "web/unsecure/base_url")


def _differing(old: str, new: str) -> tuple[list[str], list[str]]:
    lines = list(difflib.ndiff(old.split("\n"), new.split("\n")))
    return [x[2:] for x in lines if x[0] == "-"], [x[2:] for x in lines if x[0] == "+"]


# changes, lines that go, lines that come
CHANGES: dict[str, tuple[dict[Any, Any], list[str], list[str]]] = {
    "a value keeps its comment": (
        {(*PRODUCTION, "requires"): ""},
        ['requires = "staging"                 # only artifacts that were verified there'],
        ['requires = ""                 # only artifacts that were verified there'],
    ),
    "a setting": (
        {BASE_URL: 'https://x.example.com/?a="b"'},
        ['"web/unsecure/base_url" = "https://shop.example.com/"'],
        ['"web/unsecure/base_url" = "https://x.example.com/?a=\\"b\\""'],
    ),
    "a new setting stands with the others": (
        {(*PRODUCTION, "settings", "default", "a/b/c"): 5},
        [],
        ['"a/b/c" = 5'],
    ),
    "a new website": (
        {(*PRODUCTION, "settings", "websites", "us", "a/b/c"): True},
        [],
        ["[environments.production.settings.websites.us]", '"a/b/c" = true', ""],
    ),
    "a new key does not take the comment of the next table": (
        {("environments", "staging", "confirm"): "name"},
        [],
        ['confirm = "name"'],
    ),
    "a key of the second host": (
        {(*PRODUCTION, "hosts", 1, "run_as"): "other"},
        ['run_as = "shop"                      # the same'],
        ['run_as = "other"                      # the same'],
    ),
    "a key of the first step": ({("steps", 0, "limit"): 5.5}, [], ["limit = 5.5"]),
    "a list": (
        {("project", "locales"): ["fr_FR"]},
        ['locales = ["en_US", "de_DE"]         # static content is built for these; default: en_US'],
        ['locales = ["fr_FR"]         # static content is built for these; default: en_US'],
    ),
    "a key goes": (
        {(*PRODUCTION, "confirm"): REMOVE},
        ['confirm = "name"                     # type the environment\'s name before it changes'],
        [],
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_only_the_changed_lines_differ(name: str, write: Write) -> None:
    changes, gone, come = CHANGES[name]
    path = write(EXAMPLE)
    digest = edit(path, changes, load(path).digest)
    assert load(path).digest == digest
    removed, added = _differing(EXAMPLE, path.read_text())
    assert removed == gone
    assert sorted(added) == sorted(come)


def test_a_new_key_stands_right_after_the_last_of_its_table(write: Write) -> None:
    path = write(EXAMPLE)
    edit(path, {("environments", "staging", "confirm"): "name"}, load(path).digest)
    assert 'url = "https://staging.example.com/"\nconfirm = "name"\n\n# ---' in path.read_text()


# A person's own way of writing it: comments, several lines, dotted keys, an inline table.
SETTINGS = """
sensitive = [
    "payment/acme/private_key",   # the card terminal
    # asked by the ERP
    "acme/erp/token",
]
[environments.production.settings.default]     # see the wiki
"web/unsecure/base_url" = "https://a/"   # the old one
# cookies
"web/cookie/cookie_domain" = ".a"

[environments.production.settings.websites]
eu."web/unsecure/base_url" = "https://eu/"   # dotted
us = { "web/unsecure/base_url" = "https://us/" }  # inline

# the database
[environments.production.env]
"db/connection/default/host" = "10.0.0.5" # first
"db/connection/default/dbname" = "shop"
"""
_SETTINGS = (*PRODUCTION, "settings")
_ENV = (*PRODUCTION, "env")
SETTING_CHANGES: dict[str, tuple[dict[Any, Any], list[str], list[str]]] = {
    "set": (
        {(*_SETTINGS, "default", "web/unsecure/base_url"): "https://b/"},
        ['"web/unsecure/base_url" = "https://a/"   # the old one'],
        ['"web/unsecure/base_url" = "https://b/"   # the old one'],
    ),
    "unset": (
        {(*_SETTINGS, "default", "web/unsecure/base_url"): REMOVE},
        ['"web/unsecure/base_url" = "https://a/"   # the old one'],
        [],
    ),
    "unset the last": (
        {(*_SETTINGS, "default", "web/cookie/cookie_domain"): REMOVE},
        ['"web/cookie/cookie_domain" = ".a"'],
        [],
    ),
    "set another": (
        {(*_SETTINGS, "default", "a/b/c"): "x"},
        [],
        ['"a/b/c" = "x"'],
    ),
    "set a dotted one": (
        {(*_SETTINGS, "websites", "eu", "web/unsecure/base_url"): "https://eu2/"},
        ['eu."web/unsecure/base_url" = "https://eu/"   # dotted'],
        ['eu."web/unsecure/base_url" = "https://eu2/"   # dotted'],
    ),
    "unset a dotted one": (
        {(*_SETTINGS, "websites", "eu", "web/unsecure/base_url"): REMOVE},
        ['eu."web/unsecure/base_url" = "https://eu/"   # dotted'],
        [],
    ),
    "add beside a dotted one": (
        {(*_SETTINGS, "websites", "eu", "a/b/c"): "x"},
        [],
        ['eu."a/b/c" = "x"'],
    ),
    "set in an inline table": (
        {(*_SETTINGS, "websites", "us", "web/unsecure/base_url"): "https://us2/"},
        ['us = { "web/unsecure/base_url" = "https://us/" }  # inline'],
        ['us = { "web/unsecure/base_url" = "https://us2/" }  # inline'],
    ),
    "env set": (
        {(*_ENV, "db/connection/default/host"): "10.0.0.6"},
        ['"db/connection/default/host" = "10.0.0.5" # first'],
        ['"db/connection/default/host" = "10.0.0.6" # first'],
    ),
    "env unset": (
        {(*_ENV, "db/connection/default/dbname"): REMOVE},
        ['"db/connection/default/dbname" = "shop"'],
        [],
    ),
    "one more secret": (
        {(*PRODUCTION, "sensitive"): ["payment/acme/private_key", "acme/erp/token", "a/b/secret"]},
        [],
        ['    "a/b/secret",'],
    ),
    "one secret less": (
        {(*PRODUCTION, "sensitive"): ["acme/erp/token"]},
        ['    "payment/acme/private_key",   # the card terminal'],
        [],
    ),
    "another secret": (
        {(*PRODUCTION, "sensitive"): ["payment/acme/private_key", "a/b/secret"]},
        ['    "acme/erp/token",'],
        ['    "a/b/secret"'],
    ),
}


@pytest.mark.parametrize("windows", [False, True])
@pytest.mark.parametrize("name", SETTING_CHANGES)
def test_a_setting_set_or_unset_changes_its_lines_alone(name: str, windows: bool, tmp_path: Path) -> None:
    changes, gone, come = SETTING_CHANGES[name]
    text = GOOD[: GOOD.index("[environments.production.settings")] + SETTINGS
    end = "\r\n" if windows else "\n"
    path = tmp_path / "environments.toml"
    path.write_bytes(text.replace("\n", end).encode())
    edit(path, changes, load(path).digest)
    new = path.read_bytes().decode()
    assert new.count("\n") == new.count(end)
    removed, added = _differing(text, new.replace(end, "\n"))
    assert removed == gone
    assert added == come


def test_set_and_unset_again_leaves_no_trace(write: Write) -> None:
    text = GOOD[: GOOD.index("[environments.production.settings")] + SETTINGS
    path = write(text)
    key = (*_SETTINGS, "default", "new/setting/here")
    edit(path, {key: REMOVE}, edit(path, {key: "x"}, load(path).digest))
    assert path.read_text() == text


def test_several_changes_at_once(write: Write) -> None:
    path = write(GOOD)
    changes: dict[Any, Any] = {
        BASE_URL: REMOVE,
        (*PRODUCTION, "settings", "default", "a/b/c"): "x",
        (*PRODUCTION, "env", "db/connection/default/host"): "10.0.0.5",
        (*PRODUCTION, "timeouts", "upgrade"): 60,
    }
    edit(path, changes, load(path).digest)
    production = load(path).environments["production"]
    assert production.settings == {"default": {"a/b/c": "x"}}
    assert production.env == {"db/connection/default/host": "10.0.0.5"}
    assert production.timeouts.upgrade == 60


_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
_PATHS = st.from_regex(r"[a-z]{1,8}/[a-z_]{1,8}/x[a-z0-9]{1,8}", fullmatch=True)
_VALUES = st.one_of(_TEXT, st.booleans(), st.integers(-(2**62), 2**62))


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None
)
@given(_PATHS, _VALUES, st.sampled_from(["default", "websites.eu", "stores.neu"]), st.booleans())
def test_any_value_arrives_and_all_else_stays(
    tmp_path: Path, path: str, value: Any, scope: str, windows: bool
) -> None:
    file = tmp_path / "environments.toml"
    text = EXAMPLE.replace("\n", "\r\n") if windows else EXAMPLE
    file.write_bytes(text.encode())
    key = (*PRODUCTION, "settings", *scope.split("."), path)
    edit(file, {key: value}, load(file).digest)
    new = file.read_bytes().decode()
    assert set(text.split("\n")) <= set(new.split("\n"))
    assert not windows or "\n" not in new.replace("\r\n", "")
    found: Any = tomllib.loads(new)
    for part in key:
        found = found[part]
    assert found == value


def test_a_file_changed_meanwhile_is_left_alone(write: Write) -> None:
    path = write(GOOD)
    digest = load(path).digest
    changed = GOOD.replace("Acme Store", "Acme")
    write(changed)
    with pytest.raises(Refused) as caught:
        edit(path, {BASE_URL: "https://x.example.com/"}, digest)
    assert caught.value.code == "environments-changed"
    assert caught.value.exit_code is Exit.REFUSED
    assert path.read_text() == changed


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({(*PRODUCTION, "path"): "relative"}, "relative-path"),
        ({(*PRODUCTION, "env", "db/connection/default/password"): "hunter22"}, "secret-in-environments"),
        ({(*PRODUCTION, "role", "x"): 1}, "environments-not-editable"),
        ({(*PRODUCTION, "hosts", 9, "php"): "php"}, "environments-not-editable"),
        ({(*PRODUCTION, "confirm"): REMOVE}, "environments-not-editable"),
    ],
)
def test_what_would_not_load_is_not_written(changes: Any, code: str, write: Write) -> None:
    path = write(GOOD)
    with pytest.raises(EnvironmentsError) as caught:
        edit(path, changes, load(path).digest)
    assert caught.value.code == code
    assert "hunter22" not in str(caught.value)
    assert path.read_text() == GOOD


def test_mode_and_owner_stay(write: Write) -> None:
    path = write(GOOD)
    path.chmod(0o640)
    if os.geteuid() == 0:
        os.chown(path, 1234, 2345)
    before = path.stat()
    edit(path, {BASE_URL: "https://x.example.com/"}, load(path).digest)
    after = path.stat()
    assert after.st_ino != before.st_ino, "replaced as a whole"
    assert stat.S_IMODE(after.st_mode) == 0o640
    assert (after.st_uid, after.st_gid) == (before.st_uid, before.st_gid)


def test_through_a_link_its_target_is_replaced(write: Write, tmp_path: Path) -> None:
    target = write(GOOD)
    link = tmp_path / "link.toml"
    link.symlink_to(target.name)
    edit(link, {BASE_URL: "https://x.example.com/"}, load(link).digest)
    assert link.is_symlink()
    assert "https://x.example.com/" in target.read_text()


def test_nothing_is_left_behind_when_the_disk_is_full(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(GOOD)
    digest = load(path).digest

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(EnvironmentsError, match="No space left") as caught:
        edit(path, {BASE_URL: "https://x.example.com/"}, digest)
    assert caught.value.code == "environments-not-writable"
    assert path.read_text() == GOOD
    assert [item.name for item in tmp_path.iterdir()] == [path.name]


def test_of_two_edits_at_once_one_is_refused(write: Write) -> None:
    path = write(GOOD)
    digest = load(path).digest
    results: list[str] = []
    start = threading.Barrier(4)

    def change(number: int) -> None:
        start.wait()
        try:
            edit(path, {BASE_URL: f"https://{number}.example.com/"}, digest)
            results.append("done")
        except Refused:
            results.append("refused")

    threads = [threading.Thread(target=change, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["done", "refused", "refused", "refused"]


def test_no_change_writes_nothing(write: Write) -> None:
    path = write(GOOD)
    before = path.stat()
    assert edit(path, {(*PRODUCTION, "requires"): "staging"}, load(path).digest) == load(path).digest
    assert path.stat().st_ino == before.st_ino
