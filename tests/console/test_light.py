"""What a screen imports before its first frame loads nothing that speaks SSH, and nothing else that is slow."""

import subprocess
import sys

_HEAVY = ("asyncssh", "cryptography", "keyring", "tomlkit", "tree_sitter", "textual")
_FIRST_FRAME = (
    "core.environments.find", "core.environments.load", "core.console.looker", "core.console.snapshot_store",
    "core.console.answers", "core.console.console", "core.console.jobs",
    "core.jobs.launch", "core.jobs.control", "core.jobs.follow",
)  # fmt: skip


def test_the_first_frame_loads_nothing_heavy() -> None:
    code = f"import sys, {', '.join(_FIRST_FRAME)}\nprint(*[n for n in {_HEAVY!r} if n in sys.modules])"
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
