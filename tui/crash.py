"""A mistake of ours: the terminal is left whole, and the log that names it holds no value of any variable."""

import time
import traceback
from pathlib import Path

import platformdirs


def write_crash(error: BaseException) -> Path | None:
    """Write where the mistake happened, without local variables, which may hold secrets. Returns the file.

    The text of the error is left out too unless it is one of ours: it may quote a value.
    """
    lines = traceback.format_tb(error.__traceback__)
    cause = error.__cause__ or error.__context__
    kinds = [type(error).__name__] + ([f"after {type(cause).__name__}"] if cause else [])
    text = f"{time.strftime('%Y-%m-%d %H:%M:%S %z')}  {', '.join(kinds)}\n{''.join(lines)}"
    path = platformdirs.user_state_path("mageconsole") / "crash.log"
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(0o600)
    except OSError:
        return None
    return path


def told(error: BaseException, path: Path | None) -> str:
    """Return what a person reads after the screen is gone."""
    report = f"Please report it with {path}." if path else "Its log could not be written."
    return (
        f"mageconsole made a mistake of its own [own-mistake]: {type(error).__name__}\n"
        f"  Running jobs are not touched: `mageconsole jobs list`. {report}"
    )
