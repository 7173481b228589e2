"""Each mistake has its own code, its line, its key, and does not show a secret."""

import tomllib

import pytest

from core.environments.load import load
from core.environments.mistake import EnvironmentsError
from core.errors import Exit
from tests.environments.conftest import GOOD, Write

PATH = 'path = "/srv/acme"\nrequires = "staging"'

NAME = 'name = "Acme Store"'
ROLE = 'role = "staging"'
HOST = "deploy@staging.example.com"
ROLES = 'roles = ["web"]'
REQUIRES = 'requires = "staging"'
RUN = 'run = "npm ci"'
B, S, P = "environments.build", "environments.staging", "environments.production"

# name: (what is replaced, by what, code, key, line of the mistake counted from that of the replacement)
MISTAKES: dict[str, tuple[str, str, str, str, int]] = {
    "name is a number": (NAME, "name = 5", "wrong-type", "project.name", 0),
    "name is empty": (NAME, 'name = " "', "empty-value", "project.name", 0),
    "name clears the screen": (
        NAME, 'name = "a\\u001b[2Jb"', "control-characters", "project.name", 0,
    ),
    "name hides a direction": (
        NAME, 'name = "a\\u202eb"', "control-characters", "project.name", 0,
    ),
    "no name": (NAME, "", "missing-key", "project.name", -1),
    "key unknown in project": (NAME, 'name = "A"\nlocale = []', "unknown-key", "project.locale", 1),
    "table unknown": ("[project]", "[projct]\n[project]", "unknown-key", "projct", 0),
    "locale of wrong shape": (
        NAME, 'name = "A"\nlocales = ["en_US", "de-DE"]', "wrong-locale", "project.locales[1]", 1,
    ),
    "locales are none": (NAME, 'name = "A"\nlocales = []', "empty-value", "project.locales", 1),
    "locale twice": (
        NAME, 'name = "A"\nlocales = ["en_US", "en_US"]', "duplicate-value", "project.locales[1]", 1,
    ),
    "ssh_config is a number": (NAME, 'name = "A"\nssh_config = 5', "wrong-type", "project.ssh_config", 1),
    "keeps no release": (
        NAME, 'name = "A"\nkeep_releases = 0', "out-of-range", "project.keep_releases", 1,
    ),
    "keeps true": (NAME, 'name = "A"\nkeep_releases = true', "wrong-type", "project.keep_releases", 1),
    "role unknown": (ROLE, 'role = "stagign"', "unknown-value", f"{S}.role", 0),
    "role missing": ('role = "staging"\n', "", "missing-key", f"{S}.role", -1),
    "key unknown in an environment": (ROLE, 'role = "staging"\nrun_at = "x"', "unknown-key", f"{S}.run_at", 1),
    "no hosts": ('hosts = ["deploy@staging.example.com"]', "hosts = []", "empty-host", f"{S}.hosts", 0),
    "hosts are a string": (
        'hosts = ["deploy@staging.example.com"]', 'hosts = "web"', "wrong-type", f"{S}.hosts", 0,
    ),
    "host is empty": (HOST, "", "empty-host", f"{S}.hosts[0]", 0),
    "host is a user alone": (HOST, "deploy@", "empty-host", f"{S}.hosts[0]", 0),
    "host has no user before @": (HOST, "@staging", "wrong-host", f"{S}.hosts[0]", 0),
    "host is an option of ssh": (HOST, "-oProxyCommand=x", "wrong-host", f"{S}.hosts[0]", 0),
    "user is an option of ssh": (HOST, "-ox@staging", "wrong-host", f"{S}.hosts[0]", 0),
    "host has a blank": (HOST, "web 1", "wrong-host", f"{S}.hosts[0]", 0),
    "host is a URL": (HOST, "ssh://staging", "wrong-host", f"{S}.hosts[0]", 0),
    "IPv6 without brackets": (HOST, "2001:db8::1", "wrong-host", f"{S}.hosts[0]", 0),
    "IPv6 that is none": (HOST, "[2001:zz::1]:22", "wrong-host", f"{S}.hosts[0]", 0),
    "port 0": (HOST, "staging:0", "wrong-port", f"{S}.hosts[0]", 0),
    "port 65536": (HOST, "staging:65536", "wrong-port", f"{S}.hosts[0]", 0),
    "port is a word": (HOST, "staging:ssh", "wrong-port", f"{S}.hosts[0]", 0),
    "port is missing": (HOST, "staging:", "wrong-port", f"{S}.hosts[0]", 0),
    "host table without address": (
        'address = "deploy@web2.example.com", ', "", "missing-key", f"{P}.hosts[1].address", 0,
    ),
    "host with an unknown role": (ROLES, 'roles = ["wbe"]', "unknown-value", f"{P}.hosts[1].roles[0]", 0),
    "host without a role": (ROLES, "roles = []", "empty-value", f"{P}.hosts[1].roles", 0),
    "host with an unknown key": (ROLES, 'rules = ["web"]', "unknown-key", f"{P}.hosts[1].rules", 0),
    "host twice": ("deploy@web2.example.com", "root@WEB1.example.com:22", "duplicate-host", f"{P}.hosts[1]", 0),
    "host and path twice": (HOST, "x@dev.example.com", "duplicate-path", f"{S}.hosts[0]", 0),
    "two hosts build": ('"build@build.example.com:2222"', '"b1", "b2"', "too-many-hosts", f"{B}.hosts", 0),
    "path is relative": (PATH, 'path = "srv/acme"', "relative-path", f"{P}.path", 0),
    "path is a home": (PATH, 'path = "~/acme"', "relative-path", f"{P}.path", 0),
    "path is the root": (PATH, 'path = "/"', "unsafe-path", f"{P}.path", 0),
    "path is the root in disguise": (PATH, 'path = "//./"', "unsafe-path", f"{P}.path", 0),
    "path goes up": (PATH, 'path = "/srv/../etc"', "unsafe-path", f"{P}.path", 0),
    "path is empty": (PATH, 'path = ""', "empty-value", f"{P}.path", 0),
    "path has two lines": (PATH, 'path = "/srv\\n/acme"', "wrong-value", f"{P}.path", 0),
    "path is missing": (PATH, "", "missing-key", f"{P}.path", -3),
    "requires nothing known": (REQUIRES, 'requires = "stagin"', "unknown-environment", f"{P}.requires", 0),
    "requires itself": (REQUIRES, 'requires = "production"', "requires-itself", f"{P}.requires", 0),
    "requires a build": (REQUIRES, 'requires = "build"', "wrong-requires", f"{P}.requires", 0),
    "umask takes from the owner": (REQUIRES, 'umask = "0700"', "wrong-umask", f"{P}.umask", 0),
    "umask is not octal": (REQUIRES, 'umask = "0028"', "wrong-umask", f"{P}.umask", 0),
    "umask is a number": (REQUIRES, "umask = 22", "wrong-type", f"{P}.umask", 0),
    "run_as is an option": (REQUIRES, 'run_as = "-u root"', "wrong-name", f"{P}.run_as", 0),
    "php has broken quotes": (REQUIRES, "php = \"php '\"", "wrong-value", f"{P}.php", 0),
    "php is empty": (REQUIRES, "php = []", "empty-value", f"{P}.php", 0),
    "php holds a number": (REQUIRES, 'php = ["php", 8]', "wrong-type", f"{P}.php[1]", 0),
    "jump is wrong": (REQUIRES, 'jump = "ops@b:99999"', "wrong-port", f"{P}.jump", 0),
    "maintenance unknown": (REQUIRES, 'maintenance = "yes"', "unknown-value", f"{P}.maintenance", 0),
    "confirm is true": (REQUIRES, "confirm = true", "wrong-type", f"{P}.confirm", 0),
    "url is no url": (REQUIRES, 'url = "shop.example.com"', "wrong-url", f"{P}.url", 0),
    "url has a wrong port": (REQUIRES, 'url = "https://shop:99999/"', "wrong-url", f"{P}.url", 0),
    "branch is an option": (REQUIRES, 'branch = "-f"', "wrong-name", f"{P}.branch", 0),
    "units missing": (REQUIRES, 'cron = "systemd"', "missing-key", f"{P}.cron_units", -4),
    "health without host": (REQUIRES, "health = {}", "health-without-host", f"{P}.health", 0),
    "health of wrong status": (
        REQUIRES, 'health = { host = "a", status = 99 }', "out-of-range", f"{P}.health.status", 0,
    ),
    "health of wrong port": (
        REQUIRES, 'health = { host = "a", port = 0 }', "wrong-port", f"{P}.health.port", 0,
    ),
    "health of wrong path": (
        REQUIRES, 'health = { host = "a", path = "x" }', "wrong-value", f"{P}.health.path", 0,
    ),
    "health with a host of its own among the headers": (
        REQUIRES, 'health = { host = "a", headers = { Host = "b" } }', "wrong-name", f"{P}.health.headers.Host", 0,
    ),
    "health is a string": (REQUIRES, 'health = "/"', "wrong-type", f"{P}.health", 0),
    "limit below zero": (
        REQUIRES, "timeouts = { upgrade = -1 }", "out-of-range", f"{P}.timeouts.upgrade", 0,
    ),
    "limit without end": (
        REQUIRES, "timeouts = { upgrade = inf }", "out-of-range", f"{P}.timeouts.upgrade", 0,
    ),
    "limit unknown": (
        REQUIRES, "timeouts = { upgrad = 5 }", "unknown-key", f"{P}.timeouts.upgrad", 0,
    ),
    "env.php not shared": (
        REQUIRES, 'shared_files = ["pub/robots.txt"]', "env-not-shared", f"{P}.shared_files", 0,
    ),
    "shared from outside": (
        REQUIRES, 'shared_dirs = ["/etc"]', "unsafe-path", f"{P}.shared_dirs[0]", 0,
    ),
    "shared is all": (REQUIRES, 'shared_dirs = ["./"]', "unsafe-path", f"{P}.shared_dirs[0]", 0),
    "theme of wrong shape": (
        REQUIRES, 'static = [{ area = "frontend", themes = ["luma"], locales = ["en_US"] }]',
        "wrong-theme", f"{P}.static[0].themes[0]", 0,
    ),
    "area unknown": (
        REQUIRES, 'static = [{ area = "front", locales = ["en_US"] }]',
        "unknown-value", f"{P}.static[0].area", 0,
    ),
    "setting is no path": (
        '"web/unsecure/base_url" = "https', '"base_url" = "https',
        "wrong-setting", f"{P}.settings.default.base_url", 0,
    ),
    "setting is a list": (
        '"web/unsecure/base_url" = "https://shop.example.com/"', '"web/a/b" = [1]',
        "wrong-type", f'{P}.settings.default."web/a/b"', 0,
    ),
    "setting is a table": (
        '"web/unsecure/base_url" = "https://shop.example.com/"', 'web.unsecure.base_url = "x"',
        "wrong-type", f"{P}.settings.default.web", 0,
    ),
    "scope unknown": (
        ".settings.default]", ".settings.website.eu]", "unknown-key", f"{P}.settings.website", 0,
    ),
    "scope code of wrong shape": (
        ".settings.default]", '.settings.websites."e-u"]', "wrong-scope", f"{P}.settings.websites.e-u", 0,
    ),
    "env goes into system": (
        REQUIRES, 'env = { "system/default/web" = "x" }',
        "wrong-setting", f'{P}.env."system/default/web"', 0,
    ),
    "name of another role": (
        'role = "build"', 'role = "development"', "misleading-name", f"{B}.role", 0,
    ),
    "two builds": ('role = "development"', 'role = "build"', "two-builds", f"{B}.role", 5),
    "repository missing": (
        'repository = "git@git.example.com:acme/store.git"\n', "", "missing-key", f"{B}.repository", -4,
    ),
    "step on nothing": ('on = "build"', 'on = "biuld"', "unknown-environment", "steps[0].on", 0),
    "step without a place": ('after = "composer"\n', "", "wrong-step", "steps[0]", -3),
    "step with two places": ('after = "composer"', 'after = "a"\nbefore = "b"', "wrong-step", "steps[0]", -3),
    "step that runs nothing": (RUN, 'run = "\\n"', "empty-value", "steps[0].run", 0),
    "step without a name": ('name = "Build the theme"\n', "", "missing-key", "steps[0].name", -1),
    "step of a build in a window": (RUN, 'run = "x"\nwindow = true', "wrong-step", "steps[0].window", 1),
    "step on wrong hosts": (RUN, 'run = "x"\nhosts = "some"', "unknown-value", "steps[0].hosts", 1),
    "step with an unknown key": (RUN, 'run = "x"\nafer = "b"', "unknown-key", "steps[0].afer", 1),
    "step twice": (
        RUN, 'run = "x"\n[[steps]]\nname = "Build the theme"\non = "build"\nafter = "a"\nrun = "x"',
        "duplicate-name", "steps[1].name", 2,
    ),
    "steps are a table": ("[[steps]]", "[steps]", "wrong-type", "steps", 0),
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
def test_mistake(name: str, write: Write) -> None:
    old, new, code, key, offset = MISTAKES[name]
    assert GOOD.count(old) >= 1
    start = GOOD.rindex(old)
    text = GOOD[:start] + new + GOOD[start + len(old) :]
    tomllib.loads(text)
    path = write(text)
    with pytest.raises(EnvironmentsError) as caught:
        load(path)
    line = GOOD.count("\n", 0, start) + 1 + offset
    told = [(item.code, item.key, item.line) for item in caught.value.mistakes]
    assert (code, key, line) in told
    assert caught.value.exit_code is Exit.USAGE
    assert f"{path}:{line}: {key}: found " in str(caught.value)
