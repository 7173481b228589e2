"""Who does something: the person behind a login (decision 27)."""

import os
import pwd
from collections.abc import Mapping


def user_name(uid: int) -> str:
    """Return the name of a system user, `uid 1234` when it has none."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"uid {uid}"


def who(environment: Mapping[str, str] = os.environ) -> str:
    """Return who runs this process: the system user, with the one that `sudo` was called by."""
    user = user_name(os.getuid())
    behind = environment.get("SUDO_USER", "")
    return f"{behind} as {user}" if behind and behind != user else user


def peer_who(uid: int, claimed: str) -> str:
    """Return who a peer of the control socket is: what the kernel says, and what it says itself."""
    user = user_name(uid)
    if not claimed or claimed == user or not claimed.isprintable():
        return user
    return claimed if claimed.endswith(f" as {user}") else f"{claimed} as {user}"


def origin(environment: Mapping[str, str] = os.environ) -> str:
    """Return the address of the operator's SSH connection, empty when there is none."""
    return environment.get("SSH_CONNECTION", "").partition(" ")[0]
