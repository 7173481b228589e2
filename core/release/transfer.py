"""Taking an artifact from the build host to all hosts of an environment (decisions 18 to 20)."""

from collections.abc import Mapping

from core.release.script import Guard, unguarded
from core.release.sides import BuildSide, Log, Progress, TargetSide, TransferReport


def _silent(done: int, total: int) -> None:
    """Progress for nobody."""


def _unheard(address: str, line: str) -> None:
    """Log for nobody."""


async def transfer(
    source: BuildSide,
    targets: Mapping[str, TargetSide],
    release: str,
    *,
    guard: Guard = unguarded,
    progress: Progress = _silent,
    log: Log = _unheard,
) -> TransferReport:
    """Lay the artifact out as `release` on every target, verified and marked complete.

    Goes on from what an interrupted transfer of the same release left. Touches only `releases/<release>`
    and `.mageconsole`. Raises ConsoleError, naming the hosts, when one is not complete at the end; what
    arrived stays for the next try. LinkLost when only connections were lost.
    """
    raise NotImplementedError
