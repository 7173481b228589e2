"""asyncssh looks for a C library (liboqs) whenever it is imported; here it does so without running a compiler.

What ldconfig doesn't know, `ctypes.util.find_library` asks gcc and ld for, by running them: six processes for
each start on a machine that has them. A library that only they would find, such as one on LD_LIBRARY_PATH, is
not found then; without liboqs, asyncssh offers all key exchanges but sntrup761.
"""

import ctypes.util
import sys


def ask_no_compiler() -> None:
    """Let this process look for C libraries where ldconfig knows of them, and nowhere else."""
    if not sys.platform.startswith("linux"):
        return
    known = getattr(ctypes.util, "_findSoname_ldconfig", None)
    if known is not None:
        ctypes.util.find_library = known
