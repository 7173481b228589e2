"""Starting a process of ours starts no compiler."""

import subprocess
import sys
from pathlib import Path

_SCRIPT = "import ctypes.util, core.ssh.connect; print(ctypes.util.find_library('c'))"


def test_importing_asyncssh_asks_no_compiler_and_finds_what_the_linker_knows(tmp_path: Path) -> None:
    asked = tmp_path / "asked"
    for name in ("gcc", "cc", "ld"):
        compiler = tmp_path / name
        compiler.write_text(f"#!/bin/sh\necho {name} >> {asked}\nexit 1\n")
        compiler.chmod(0o755)
    environment = {"PATH": f"{tmp_path}:/usr/bin:/bin"}

    def run(script: str) -> str:
        line = [sys.executable, "-P", "-c", script]
        return subprocess.run(line, cwd="/", env=environment, capture_output=True, text=True, check=True).stdout

    assert run(_SCRIPT).startswith("libc.so")
    assert not asked.exists()
    run("import ctypes.util; ctypes.util.find_library('of-no-such-name')")
    assert "gcc" in asked.read_text()  # the traps do catch it
