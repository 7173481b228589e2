"""Where the console keeps what it has to remember."""

from pathlib import Path

import platformdirs


def state_base(state_dir: str) -> Path:
    """Return the state directory: `state_dir` of environments.toml, else the one under the XDG directory."""
    return Path(state_dir) if state_dir else platformdirs.user_state_path("mageconsole")
