"""The operator's keyring: each call in a thread with a limit, every trouble told as what it is."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

from core.errors import ConsoleError, Refused
from core.secret import Secret
from core.settings.secrets import backend
from core.settings.secrets.backend import Condition, Standing
from core.settings.secrets.calling import within
from core.settings.secrets.name import SecretName
from core.text import one_line

T = TypeVar("T")

_LIMIT_S: Final = 3.0
"""A locked collection asks on a screen that an SSH login does not have, and would wait for ever."""
_FILE_LIMIT_S: Final = 30.0
"""An encrypted file is slow by intention: argon2 for each value."""


class Vault:
    """The keyring for one project. `find`: how the back end is found, blocking."""

    def __init__(
        self, project: str, find: Callable[[], Any] | None = None, limit_s: float | None = None
    ) -> None:
        self._project = project
        self._find = find or backend.find
        self._limit_s = limit_s
        self._backend: Any = None
        self._standing: Standing | None = None

    async def standing(self) -> Standing:
        """Return what the keyring of this login is good for; it is looked for once."""
        if self._standing is None:
            self._standing = await self._look()
        return self._standing

    async def _look(self) -> Standing:
        try:
            found = await within(self._limit_s or _LIMIT_S, self._find)
        except TimeoutError:
            return _broken("It does not answer; it may wait for a prompt on a screen.")
        except Exception as error:  # noqa: BLE001 - back ends are others' code and raise what they like
            return _broken(f"{type(error).__name__}: {one_line(str(error), 200)}")
        self._backend = found
        return backend.judge(found)

    async def holds_some(self) -> bool:
        """Tell whether it is a locked file that was made before, and may hold secrets of this project."""
        if (await self.standing()).condition is not Condition.NEEDS_PASSPHRASE:
            return False
        place = Path(str(getattr(self._backend, "file_path", "")))
        return await within(self._limit_s or _LIMIT_S, place.is_file)

    async def unlock(self, passphrase: Secret) -> None:
        """Unlock an encrypted file with the passphrase that was typed into our own prompt.

        The first time it makes the file. Raises ConsoleError `keyring-passphrase` for a wrong one.
        """
        if (await self.standing()).condition is not Condition.NEEDS_PASSPHRASE:
            return
        found = self._backend

        def give() -> None:
            try:
                found.keyring_key = passphrase.reveal()
            except BaseException:  # raised again: a passphrase that does not fit is not kept
                del found.keyring_key
                raise

        try:
            await within(self._limit_s or _FILE_LIMIT_S, give)
        except ValueError:
            raise ConsoleError(
                "keyring-passphrase",
                "The passphrase does not open the file of the keyring.",
                remedy="Type it again; the file was not changed.",
            ) from None
        except TimeoutError:
            raise _slow() from None
        except Exception as error:  # noqa: BLE001 - back ends are others' code and raise what they like
            raise _failed(error) from None
        self._standing = backend.judge(found)

    async def get(self, name: SecretName) -> Secret | None:
        """Return a secret, None where the keyring has none of that name. Raises ConsoleError."""
        service = name.service(self._project)
        value = await self._call(lambda: self._backend.get_password(service, name.path))
        return None if value is None else Secret(str(value))

    async def put(self, name: SecretName, secret: Secret) -> None:
        """Keep a secret, and prove it by reading it again. Raises ConsoleError."""
        service = name.service(self._project)
        await self._call(lambda: self._backend.set_password(service, name.path, secret.reveal()))
        if await self.get(name) != secret:
            raise ConsoleError(
                "keyring-forgot",
                "The keyring took the value and does not give it back.",
                where=str(name),
                remedy="Look at `python -m keyring --list-backends`, and choose another.",
            )

    async def remove(self, name: SecretName) -> bool:
        """Forget a secret; whether there was one. Raises ConsoleError."""
        if await self.get(name) is None:
            return False
        service = name.service(self._project)
        await self._call(lambda: self._backend.delete_password(service, name.path))
        return True

    async def _call(self, ask: Callable[[], T]) -> T:
        standing = await self.standing()
        if standing.condition is not Condition.USABLE:
            raise refusal(standing)
        slow = getattr(self._backend, "_keyring_key", None) is not None
        try:
            return await within(self._limit_s or (_FILE_LIMIT_S if slow else _LIMIT_S), ask)
        except TimeoutError:
            raise _slow() from None
        except Exception as error:  # noqa: BLE001 - back ends are others' code and raise what they like
            raise _failed(error) from None


def refusal(standing: Standing) -> Refused:
    """Return the error for a keyring that can't be asked as it is."""
    locked = standing.condition is Condition.NEEDS_PASSPHRASE
    code = "keyring-locked" if locked else "keyring-" + standing.condition.value.replace(" ", "-")
    return Refused(code, standing.what, where=standing.name, remedy=standing.remedy)


def _broken(why: str) -> Standing:
    return Standing(
        condition=Condition.BROKEN,
        name="",
        what=f"The keyring can't be used. {why}",
        remedy="Unlock it, or give secrets by MAGECONSOLE_SECRET_ variables or a `secret_command`.",
    )


def _slow() -> ConsoleError:
    return ConsoleError(
        "keyring-slow",
        "The keyring did not answer in time.",
        remedy="It may be locked and ask on a screen. Unlock it, or give the secret by a MAGECONSOLE_SECRET_ variable.",
    )


def _failed(error: Exception) -> ConsoleError:
    """Return the error without its words: a back end's message may quote what it was given."""
    return ConsoleError(
        "keyring-failed",
        f"The keyring failed: {type(error).__name__}.",
        remedy="See `python -m keyring diagnose`.",
    )
