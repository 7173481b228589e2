"""Which keyring this login has, and whether it may hold secrets. `keyring` is imported when first asked for.

Over SSH there is mostly none: without D-Bus `keyring` falls back to `fail.Keyring`, whose every call raises
NoKeyringError. `null.Keyring` swallows what it is given without a word; `PlaintextKeyring` keeps it as base64.
"""

from enum import StrEnum
from typing import Any, Final

import msgspec

_CRYPTFILE: Final = "pip install keyrings.cryptfile"
_NO_FILE: Final = f"Keep them in an encrypted file: {_CRYPTFILE}; it is unlocked with a passphrase."
_ELSE: Final = "Or give them by MAGECONSOLE_SECRET_ variables, or name a `secret_command` in environments.toml."


class Condition(StrEnum):
    """What a keyring is good for."""

    USABLE = "usable"
    NEEDS_PASSPHRASE = "needs a passphrase"
    """A file that is unlocked with a passphrase; its own prompt is never used."""
    NONE = "none"
    NULL = "null"
    PLAIN_TEXT = "plain text"
    BROKEN = "broken"


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """A keyring's condition, in words for a person too."""

    condition: Condition
    name: str
    """`module.Class`, empty when there is none."""
    what: str = ""
    remedy: str = ""

    @property
    def usable(self) -> bool:
        """Whether secrets may be kept there, at least once a passphrase is given."""
        return self.condition in (Condition.USABLE, Condition.NEEDS_PASSPHRASE)


def find() -> Any:
    """Return the keyring that `keyring` chooses for this login: of a chain the first that is good for secrets.

    Blocking; may raise whatever a back end raises while it is looked for.
    """
    import keyring

    chosen = keyring.get_keyring()
    chain = list(getattr(chosen, "backends", ())) if _name(chosen).endswith("ChainerBackend") else [chosen]
    return next((one for one in chain if judge(one).usable), chain[0] if chain else chosen)


def _name(backend: Any) -> str:
    return f"{type(backend).__module__}.{type(backend).__qualname__}"


def judge(backend: Any) -> Standing:
    """Return what a keyring is good for. Nothing is asked of it."""
    name = _name(backend)
    if name == "keyring.backends.fail.Keyring":
        return Standing(
            condition=Condition.NONE,
            name="",
            what="This login has no keyring (over SSH there is mostly none).",
            remedy=f"{_NO_FILE} {_ELSE}",
        )
    if name == "keyring.backends.null.Keyring":
        return Standing(
            condition=Condition.NULL,
            name=name,
            what="The keyring of this login is switched off: it forgets what it is given without a word.",
            remedy=f"Take PYTHON_KEYRING_BACKEND or keyringrc.cfg back. {_ELSE}",
        )
    if "plaintext" in name.lower():
        return Standing(
            condition=Condition.PLAIN_TEXT,
            name=name,
            what="The keyring of this login keeps everything as plain text in a file.",
            remedy=f"{_NO_FILE} {_ELSE}",
        )
    if getattr(backend, "_keyring_key", "") is None:
        return Standing(
            condition=Condition.NEEDS_PASSPHRASE,
            name=name,
            what="The keyring is an encrypted file, which is locked.",
            remedy="Give its passphrase; at the first time it is the one that you choose.",
        )
    return Standing(condition=Condition.USABLE, name=name)
