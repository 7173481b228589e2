"""What `php/mageconsole-settings.php` is asked, and what it tells."""

from collections.abc import Iterable
from typing import Any, Final, Literal

import msgspec

from core.errors import ConsoleError
from core.magento.setting_key import SettingKey
from core.secret import Secret
from core.text import clean, one_line

File = Literal["env", "config"]


class Put(msgspec.Struct, frozen=True):
    """A setting that gets a value."""

    key: SettingKey
    value: str | Secret
    direct: bool = False
    """Whether it may be written without a field that checks it, by Magento's writer and an import."""
    encrypt: bool = False
    """Whether it is encrypted then, since Magento decrypts what it reads there."""


class Ran(msgspec.Struct, frozen=True, kw_only=True):
    """One command of Magento's that ran in the process."""

    name: str
    about: str = ""
    exit: int
    output: str = ""


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What all of it came to; `code` is empty when every command did what it should."""

    commands: tuple[Ran, ...] = ()
    code: str = ""
    error: str = ""


def _place(key: SettingKey) -> dict[str, str]:
    return {"path": key.path, "scope": key.scope.level, "code": key.scope.code}


def change(root: str, work: str, file: File, put: Iterable[Put], unset: Iterable[SettingKey]) -> bytes:
    """Return the question that changes settings; it holds secrets in plain text, for standard input alone."""
    values: list[dict[str, Any]] = [
        {
            **_place(item.key),
            "value": item.value.reveal() if isinstance(item.value, Secret) else item.value,
            "secret": isinstance(item.value, Secret),
            "direct": item.direct,
            "encrypt": item.encrypt,
        }
        for item in put
    ]
    asked = {
        "op": "change", "root": root, "work": work, "file": file,
        "set": values, "unset": [_place(key) for key in unset],
    }  # fmt: skip
    return msgspec.json.encode(asked)


def bring_back(root: str) -> bytes:
    """Return the question that makes the configuration hash that of the shop's files again."""
    return msgspec.json.encode({"op": "import", "root": root})


_ABOUT: Final = {
    "would come with that of the settings": (
        "import-pending", "Import first, with a promotion: websites and stores may be created or deleted by it.",
    ),
    "makes nothing of the value": (
        "value-not-kept", "Fields for files take an upload alone: set it in the Admin, and take the declaration away.",
    ),
    "app:config:import or setup:upgrade": (
        "import-pending", "Files and database do not agree: import first, with a promotion or app:config:import.",
    ),
    "path doesn't exist": (
        "no-such-setting", "No module's system.xml declares the path; look for a typing mistake.",
    ),
    "value doesn't exist": ("no-such-scope", "Look at the code of the website or store."),
}  # fmt: skip


def read(data: bytes, where: str) -> Result:
    """Return what the script wrote into result.json. Raises ConsoleError where something failed."""
    try:
        result = msgspec.json.decode(data, type=Result)
    except msgspec.DecodeError as error:
        raise ConsoleError(
            "settings-unknown", "What the settings' script came to can't be read.", where=where
        ) from error
    if not result.code:
        return result
    code, remedy = next(
        (told for words, told in _ABOUT.items() if words in result.error),
        ("setting-refused" if result.code == "command-failed" else result.code, "See the job's log."),
    )
    told = one_line(clean(result.error), 300)
    what = f"Magento refused: {told}" if result.code == "command-failed" else told
    raise ConsoleError(code, what, where=where, remedy=remedy)
