"""`settings secret` by the command line: values come on standard input, and are shown nowhere."""

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from core.cli.main import run
from tests.support.keyring_file import NAME, PLACE

VALUE = "kö'nig\"s-wert 94712"
TOML = """
[project]
name = "Acme"
[environments.build]
role = "build"
hosts = ["build@localhost"]
path = "/srv/build"
repository = "git@example.com:acme.git"
branch = "main"
[environments.production]
role = "production"
hosts = ["web1"]
path = "/srv/acme"
sensitive = ["payment/acme/private_key"]
"""
Ran = tuple[int, str, str]


@pytest.fixture
def cli(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Ran]:
    file = tmp_path / "environments.toml"
    file.write_text(TOML)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", NAME)
    monkeypatch.setenv(PLACE, str(tmp_path / "keyring.json"))
    monkeypatch.setattr("keyring.core._keyring_backend", None)

    def call(*words: str, given: str = "") -> Ran:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(given.encode())))
        code = run(["-c", str(file), *words])
        said = capsys.readouterr()
        assert VALUE not in said.out + said.err
        return code, said.out, said.err

    return call


def test_a_secret_is_set_listed_and_removed(cli: Callable[..., Ran], tmp_path: Path) -> None:
    secret = ("settings", "secret")
    path = "payment/acme/private_key"
    code, out, _ = cli(*secret, "list", "production")
    assert code == 1
    assert "NO VALUE AT HAND" in out
    assert cli(*secret, "set", "production", path, given=f"{VALUE}\n")[0] == 0
    assert VALUE in json.loads((tmp_path / "keyring.json").read_text()).values()
    code, out, _ = cli(*secret, "list", "production", "--json")
    (told,) = json.loads(out)["secrets"]
    assert (code, told["origin"], told["declared"], len(told["fingerprint"])) == (0, "keyring", True, 64)
    assert [line.split(".")[0].strip() for line in cli(*secret, "list", "production")[2].splitlines()] == list(
        "1234"
    )
    of_website = ("carriers/acme/pin", "--scope", "websites", "--scope-code", "eu")
    assert cli(*secret, "set", "production", *of_website, given="9876543")[0] == 0
    told = json.loads(cli(*secret, "list", "production", "--json")[1])["secrets"]
    assert [one["path"] for one in told] == [path, "websites/eu/carriers/acme/pin"]
    assert cli(*secret, "remove", "production", path)[0] == 0
    code, out, _ = cli(*secret, "list", "production")
    assert (code, "NO VALUE AT HAND" in out) == (1, True)
    assert VALUE not in json.loads((tmp_path / "keyring.json").read_text()).values()


def test_a_value_is_never_an_argument(cli: Callable[..., Ran]) -> None:
    code, _, err = cli("settings", "secret", "set", "production", "payment/acme/private_key", "s3cret-value")
    assert code == 2
    assert "wrong-usage" in err


def test_without_a_keyring_it_is_said_what_else_there_is(
    cli: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    monkeypatch.setattr("keyring.core._keyring_backend", None)
    code, _, err = cli("settings", "secret", "set", "production", "payment/acme/private_key", given=VALUE)
    assert code == 3
    assert "[keyring-none]" in err
    assert "keyrings.cryptfile" in err
    variable = "MAGECONSOLE_SECRET_PRODUCTION__PAYMENT__ACME__PRIVATE_KEY"
    monkeypatch.setenv(variable, VALUE)
    code, out, _ = cli("settings", "secret", "list", "production")
    assert (code, f"variable: {variable}" in out) == (0, True)


def test_an_empty_value_is_refused(cli: Callable[..., Ran]) -> None:
    code, _, err = cli("settings", "secret", "set", "production", "payment/acme/private_key", given="\n")
    assert code == 2
    assert "[secret-empty]" in err
