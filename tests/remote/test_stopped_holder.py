"""A holder that is stopped, loses its lock, and wakes up again."""

import asyncio
import contextlib
import shutil
import signal
import sys
from pathlib import Path

from core.remote.lock import take_over
from tests.remote.station import a_claim, directory, until
from tests.support.local_host import LocalHost

HOLDER = """
import asyncio, sys
from core.errors import ConsoleError
from core.remote.fence import fenced
from core.remote.lock import acquire
from tests.remote.station import a_claim
from tests.support.local_host import LocalHost

async def main(root):
    host = LocalHost("a")
    fence = await acquire({"a": host}, lambda _: root + "/.mageconsole", a_claim("first"))
    for n in range(100000):
        try:
            await fenced(host, fence, f"echo {n} > {root}/tree/{n}; echo {n} > {root}/tree/last")
        except ConsoleError as error:
            print(error.code, flush=True)
            return

asyncio.run(main(sys.argv[1]))
"""


def _tree(path: Path) -> dict[str, tuple[str, int]]:
    return {file.name: (file.read_text(), file.stat().st_mtime_ns) for file in path.iterdir()}


async def test_after_a_take_over_the_tree_does_not_change_any_more() -> None:
    root = directory()
    tree = root / "tree"
    tree.mkdir()
    repository = Path(__file__).parents[2]
    holder = await asyncio.create_subprocess_exec(
        sys.executable, "-c", HOLDER, str(root), stdout=asyncio.subprocess.PIPE, cwd=repository
    )
    try:
        assert holder.stdout
        await until((tree / "5").exists)
        holder.send_signal(signal.SIGSTOP)
        fence = await take_over(
            {"a": LocalHost("a")}, lambda _: f"{root}/.mageconsole", "token-of-first", a_claim("second")
        )
        before = _tree(tree)
        holder.send_signal(signal.SIGCONT)
        assert (await asyncio.wait_for(holder.stdout.read(), 20)).decode() == "fence-lost\n"
    finally:
        with contextlib.suppress(ProcessLookupError):
            holder.kill()
        await holder.wait()
    assert _tree(tree) == before
    await fence.heartbeat()
    await fence.release()
    shutil.rmtree(root)
