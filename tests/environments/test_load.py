"""A file without mistakes, read into the model; and what is told when there are several."""

from pathlib import Path

import pytest

from core.environments.load import load
from core.environments.mistake import EnvironmentsError
from core.environments.model import HostRole, Role
from tests.environments.conftest import GOOD, Write


def _with(after: str, more: str) -> str:
    assert GOOD.count(after) == 1
    return GOOD.replace(after, f"{after}\n{more}")


def test_a_good_file(write: Write) -> None:
    path = write(GOOD)
    project = load(path)
    assert project.name == "Acme Store"
    assert project.file == str(path)
    assert list(project.environments) == ["development", "build", "staging", "production"]
    production = project.environments["production"]
    assert production.role is Role.PRODUCTION
    assert [host.address for host in production.hosts] == ["deploy@web1.example.com", "deploy@web2.example.com"]
    assert production.hosts[1].roles == (HostRole.WEB,)
    assert production.settings == {"default": {"web/unsecure/base_url": "https://shop.example.com/"}}
    build = project.environments["build"]
    assert (build.hosts[0].user, build.hosts[0].name, build.hosts[0].port) == (
        "build",
        "build.example.com",
        2222,
    )
    assert [step.name for step in build.steps] == ["Build the theme"]
    assert production.steps == ()


def test_hosts_take_from_their_environment_what_they_leave_out(write: Write) -> None:
    text = GOOD.replace(
        'requires = "staging"',
        'requires = "staging"\nphp = "php8.2 -d \'memory_limit=2 G\'"\nrun_as = "acme"\n'
        'reload = "true"\njump = "ops@bastion"',
    ).replace('roles = ["web"]', 'roles = ["web"], php = ["php8.3"], run_as = "shop", jump = ""')
    first, second = load(write(text)).environments["production"].hosts
    assert first.php == ("php8.2", "-d", "memory_limit=2 G")
    assert (first.run_as, first.reload, first.jump) == ("acme", "true", "ops@bastion")
    assert second.php == ("php8.3",)
    assert (second.run_as, second.reload, second.jump) == ("shop", "true", "")


def test_environments_take_from_the_project_what_they_leave_out(write: Write) -> None:
    text = _with('name = "Acme Store"', 'locales = ["de_DE"]\nkeep_releases = 7').replace(
        'role = "build"', 'role = "build"\nlocales = ["fr_FR", "zh_Hans_CN"]\nkeep_releases = 2'
    )
    project = load(write(text))
    assert project.locales == ("de_DE",)
    assert project.environments["staging"].locales == ("de_DE",)
    assert project.environments["staging"].keep_releases == 7
    assert project.environments["build"].locales == ("fr_FR", "zh_Hans_CN")
    assert project.environments["build"].keep_releases == 2


def test_paths_of_this_machine_become_absolute(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", "/home/someone")
    more = 'ssh_config = ["ssh/config", "/etc/ssh/ssh_config"]\nknown_hosts = "~/known"\nstate_dir = "state"'
    project = load(write(_with('name = "Acme Store"', more)))
    assert project.ssh_config == (str(tmp_path / "ssh/config"), "/etc/ssh/ssh_config")
    assert project.known_hosts == "/home/someone/known"
    assert project.state_dir == str(tmp_path / "state")
    one = load(write(_with('name = "Acme Store"', 'ssh_config = "config"')))
    assert one.ssh_config == (str(tmp_path / "config"),)


def test_a_command_for_secrets_names_the_path(write: Write) -> None:
    line = 'secret_command = "pass show acme/{environment}/{path}"'
    project = load(write(_with('name = "Acme Store"', line)))
    assert project.secret_command == ("pass", "show", "acme/{environment}/{path}")
    with pytest.raises(EnvironmentsError, match=r"a command with \{path\} in it"):
        load(write(_with('name = "Acme Store"', 'secret_command = "pass show acme"')))


def test_a_step_may_be_for_a_role_or_an_environment(write: Write) -> None:
    text = GOOD.replace("[environments.staging]", "[environments.demo]").replace(
        'requires = "staging"', 'requires = "demo"'
    )
    for on in ("demo", "staging"):
        project = load(write(text + f'[[steps]]\nname = "Warm"\non = "{on}"\nafter = "switch"\nrun = "true"\n'))
        assert [step.name for step in project.environments["demo"].steps] == ["Warm"]
        assert project.environments["production"].steps == ()


def test_a_path_on_a_host_loses_what_says_nothing(write: Write) -> None:
    text = GOOD.replace('path = "/srv/build/acme"', 'path = "/srv//build/./acme/"')
    assert load(write(text)).environments["build"].path == "/srv/build/acme"


@pytest.mark.parametrize(
    "address", ["web1", "deploy@web1", "[::1]:2222", "ops@[2001:db8::2]", "a@corp.example@web1:22", "web_1.x"]
)
def test_addresses(address: str, write: Write) -> None:
    project = load(write(GOOD.replace("deploy@staging.example.com", address)))
    assert project.environments["staging"].hosts[0].address == address


def test_one_host_may_hold_several_environments_at_paths_of_their_own(write: Write) -> None:
    text = GOOD.replace("deploy@staging.example.com", "build@build.example.com:2222")
    assert load(write(text)).environments["staging"].hosts[0].port == 2222
    other_port = GOOD.replace("deploy@staging.example.com", "dev.example.com:2022")
    assert load(write(other_port)).environments["staging"].hosts[0].port == 2022


def test_the_path_of_a_host_counts_for_duplicates(write: Write) -> None:
    text = GOOD.replace(
        '["deploy@staging.example.com"]', '[{ address = "dev.example.com", path = "/srv/other" }]'
    )
    staging = load(write(text)).environments["staging"]
    assert staging.path_on(staging.hosts[0]) == "/srv/other"
    with pytest.raises(EnvironmentsError) as caught:
        load(write(text.replace("/srv/other", "/srv/acme")))
    assert caught.value.code == "duplicate-path"


def test_windows_line_ends(write: Write) -> None:
    path = write("")
    path.write_bytes(GOOD.replace("\n", "\r\n").encode())
    assert load(path).environments["build"].steps[0].run == "npm ci"
    path.write_bytes(GOOD.replace('role = "staging"', 'role = "x"').replace("\n", "\r\n").encode())
    with pytest.raises(EnvironmentsError) as caught:
        load(path)
    assert [item.line for item in caught.value.mistakes] == [
        GOOD[: GOOD.index('role = "staging"')].count("\n") + 1
    ]


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file(write: Write) -> None:
    text = (
        GOOD.replace('name = "Acme Store"', 'nam = "x"')
        .replace('path = "/srv/build/acme"', 'path = "acme"')
        .replace('on = "build"', 'on = "nothing"')
        .replace("web2.example.com", "web2:99999")
    )
    path = write(text)
    with pytest.raises(EnvironmentsError) as caught:
        load(path)
    codes = [item.code for item in caught.value.mistakes]
    assert sorted(codes) == ["missing-key", "relative-path", "unknown-environment", "unknown-key", "wrong-port"]
    lines = [item.line for item in caught.value.mistakes]
    assert lines == sorted(lines)
    assert caught.value.code == "environments-mistakes"
    assert str(caught.value).count(str(path)) == 5
    assert 'Did you mean "name"?' in str(caught.value)


def test_columns_count_characters(write: Write) -> None:
    text = GOOD.replace(
        'hosts = ["deploy@staging.example.com"]', 'hosts = [{ address = "ümlaut", roles = ["wäb"] }]'
    )
    with pytest.raises(EnvironmentsError) as caught:
        load(write(text))
    (mistake,) = caught.value.mistakes
    line = text.split("\n")[mistake.line - 1]
    assert line[mistake.column - 1 :].startswith('"wäb"')


@pytest.mark.parametrize("roles", [{"build"}, {"production"}, {"build", "production"}])
def test_a_missing_role_is_told(roles: set[str], write: Write) -> None:
    text = GOOD
    if "build" in roles:
        start, end = text.index("[environments.build]"), text.index("[environments.staging]")
        text = text[:start] + text[end:]
        text = text[: text.index("[[steps]]")]
    if "production" in roles:
        start = text.index("[environments.production]")
        text = text[:start] + (text[text.index("[[steps]]") :] if "[[steps]]" in text else "")
    with pytest.raises(EnvironmentsError) as caught:
        load(write(text))
    assert {item.code for item in caught.value.mistakes} == {f"missing-{role}" for role in roles}


def test_an_empty_file_says_what_is_missing(write: Write) -> None:
    with pytest.raises(EnvironmentsError) as caught:
        load(write(""))
    codes = {item.code for item in caught.value.mistakes}
    assert codes == {"missing-key", "missing-build", "missing-production"}


def test_a_circle_of_requires(write: Write) -> None:
    text = GOOD.replace('role = "staging"', 'role = "staging"\nrequires = "production"')
    with pytest.raises(EnvironmentsError) as caught:
        load(write(text))
    assert {item.code for item in caught.value.mistakes} == {"requires-cycle"}


def test_a_value_from_the_file_does_not_act_on_a_terminal(write: Write) -> None:
    text = GOOD.replace('role = "staging"', 'role = "\\u001b[31m\\u009bx\\u202e"\n"k\\u001b]0;x\\u0007" = 1')
    with pytest.raises(EnvironmentsError) as caught:
        load(write(text))
    assert not {"\x1b", "\x9b", "\x07", "\u202e"} & set(str(caught.value))


@pytest.mark.parametrize(
    "top", ["project = 1", "environments = []", "[[project]]", "steps = 5", "environments.a = 1"]
)
def test_tables_of_another_kind(top: str, write: Write) -> None:
    with pytest.raises(EnvironmentsError) as caught:
        load(write(top))
    assert "wrong-type" in {item.code for item in caught.value.mistakes}
