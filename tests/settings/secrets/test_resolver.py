"""A secret comes from the first source that has it, and it is told which one that was."""

import importlib
import sys
import threading
import time
from pathlib import Path
from typing import Any

import keyring.backend
import pytest

from core.errors import ConsoleError, Refused
from core.secret import Secret
from core.settings.secrets.backend import Condition, find
from core.settings.secrets.name import SecretName, slug
from core.settings.secrets.resolver import Origin, Resolver
from core.settings.secrets.vault import Vault

NAME = SecretName("production", "payment/acme/private_key")
COMMAND = (sys.executable, "-c", "import sys; print('of', *sys.argv[1:])", "{environment}", "{path}")


class Good(keyring.backend.KeyringBackend):
    """A keyring that keeps what it is given."""

    priority = 1

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


class Hanging(Good):
    """A locked collection that asks on a screen which nobody sees."""

    def get_password(self, service: str, username: str) -> str | None:
        threading.Event().wait()
        return None


class Failing(Good):
    """A back end whose error quotes what it was given."""

    def set_password(self, service: str, username: str, password: str) -> None:
        raise RuntimeError(f"can't store {password}")


def named(name: str) -> Any:
    """Return a back end of its own by its name."""
    module, _, kind = name.rpartition(".")
    return getattr(importlib.import_module(module), kind)()


def vault(backend: Any, limit_s: float | None = None) -> Vault:
    return Vault("Acme Store", lambda: backend, limit_s)


async def test_the_order_and_where_each_comes_from() -> None:
    kept = vault(Good())
    await kept.put(NAME, Secret("of the keyring"))
    variables = {NAME.variable: "of the variable"}
    resolver = Resolver(kept, COMMAND, variables=variables)
    resolver.remember(NAME, Secret("of memory"))
    seen = []
    found = await resolver.find(NAME)
    seen.append((found.origin, found.secret, found.detail))
    variables.clear()
    found = await resolver.find(NAME)
    seen.append((found.origin, found.secret, found.detail[-35:]))
    without = Resolver(kept, (), variables={})
    without.remember(NAME, Secret("of memory"))
    found = await without.find(NAME)
    seen.append((found.origin, found.secret, found.detail.rpartition(".")[2]))
    await kept.remove(NAME)
    found = await without.find(NAME)
    seen.append((found.origin, found.secret, found.detail))
    without.forget(NAME)
    found = await without.find(NAME)
    seen.append((found.origin, found.secret, found.detail))
    assert seen == [
        (
            Origin.VARIABLE,
            Secret("of the variable"),
            "MAGECONSOLE_SECRET_PRODUCTION__PAYMENT__ACME__PRIVATE_KEY",
        ),
        (
            Origin.COMMAND,
            Secret("of production payment/acme/private_key"),
            "production payment/acme/private_key",
        ),
        (Origin.KEYRING, Secret("of the keyring"), "Good"),
        (Origin.MEMORY, Secret("of memory"), ""),
        (Origin.NOWHERE, None, ""),
    ]


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("import sys; print('s3cret' + '-value'); sys.exit('no such entry')", "exit status 1: no such entry"),
        ("pass", "it prints nothing"),
        ("import sys; sys.stdout.buffer.write(b'\\xff\\xfe')", "what it prints is not UTF-8"),
    ],
)
async def test_a_command_that_has_none_is_noted_and_the_next_source_is_asked(code: str, why: str) -> None:
    resolver = Resolver(
        vault(named("keyring.backends.fail.Keyring")), (sys.executable, "-c", code, "{path}"), variables={}
    )
    resolver.remember(NAME, Secret("typed"))
    found = await resolver.find(NAME)
    assert (found.origin, found.secret) == (Origin.MEMORY, Secret("typed"))
    assert any(note.endswith(why) for note in found.notes)
    assert "s3cret-value" not in str(found)


async def test_a_secret_of_several_lines_comes_whole_from_a_command() -> None:
    code = "print('-----BEGIN KEY-----\\nabc\\n-----END KEY-----')"
    found = await Resolver(vault(Good()), (sys.executable, "-c", code, "{path}"), variables={}).find(NAME)
    assert found.secret == Secret("-----BEGIN KEY-----\nabc\n-----END KEY-----")


@pytest.mark.parametrize(
    ("backend", "condition", "code"),
    [
        (named("keyring.backends.fail.Keyring"), Condition.NONE, "keyring-none"),
        (named("keyring.backends.null.Keyring"), Condition.NULL, "keyring-null"),
        (named("keyrings.cryptfile.file.PlaintextKeyring"), Condition.PLAIN_TEXT, "keyring-plain-text"),
    ],
)
async def test_a_keyring_that_is_none_is_told_and_nothing_is_given_to_it(
    backend: Any, condition: Condition, code: str
) -> None:
    kept = vault(backend)
    standing = await kept.standing()
    assert (standing.condition, standing.usable) == (condition, False)
    assert "MAGECONSOLE_SECRET_" in standing.remedy
    with pytest.raises(Refused) as caught:
        await kept.put(NAME, Secret("hunter2-hunter2"))
    assert caught.value.code == code
    found = await Resolver(kept, variables={}).find(NAME)
    assert (found.origin, found.notes) == (Origin.NOWHERE, (f"keyring: {standing.what}",))


async def test_what_keyring_chooses_without_a_bus_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    monkeypatch.setattr("keyring.core._keyring_backend", None)
    assert (await Vault("Acme", find).standing()).condition is Condition.NULL


async def test_a_keyring_that_hangs_keeps_nobody_waiting() -> None:
    kept = vault(Hanging(), limit_s=0.2)
    began = time.monotonic()
    with pytest.raises(ConsoleError) as caught:
        await kept.get(NAME)
    assert caught.value.code == "keyring-slow"
    assert time.monotonic() - began < 10
    assert not any(one.name == "mageconsole-keyring" and not one.daemon for one in threading.enumerate())


async def test_the_words_of_a_failing_back_end_are_not_repeated() -> None:
    with pytest.raises(ConsoleError) as caught:
        await vault(Failing()).put(NAME, Secret("hunter2-hunter2"))
    assert caught.value.code == "keyring-failed"
    assert "hunter2" not in str(caught.value)
    assert caught.value.__cause__ is None


async def test_an_encrypted_file_is_made_unlocked_and_refuses_a_wrong_passphrase(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("getpass.getpass", lambda *_: pytest.fail("the back end asked by itself"))

    def opened() -> Vault:
        backend = named("keyrings.cryptfile.cryptfile.CryptFileKeyring")
        backend.time_cost = 1
        backend.file_path = str(tmp_path / "cryptfile_pass.cfg")
        return vault(backend)

    first = opened()
    assert (await first.standing()).condition is Condition.NEEDS_PASSPHRASE
    with pytest.raises(Refused) as locked:
        await first.get(NAME)
    assert locked.value.code == "keyring-locked"
    await first.unlock(Secret("open sesame"))
    await first.put(NAME, Secret("größer"))
    again = opened()
    with pytest.raises(ConsoleError) as wrong:
        await again.unlock(Secret("open barley"))
    assert wrong.value.code == "keyring-passphrase"
    assert (await again.standing()).condition is Condition.NEEDS_PASSPHRASE
    await again.unlock(Secret("open sesame"))
    assert await again.get(NAME) == Secret("größer")
    assert "größer".encode() not in (tmp_path / "cryptfile_pass.cfg").read_bytes()


def test_names_are_told_apart() -> None:
    scoped = SecretName("production", "websites/eu/payment/acme/private_key")
    assert SecretName.parse(str(scoped)) == scoped
    assert scoped.variable != NAME.variable
    assert slug("Acme Store") != slug("Acme-Store")
    assert slug("Ünï/../x").isascii() and "/" not in slug("Ünï/../x")
