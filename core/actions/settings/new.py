"""Settings that only a new release knows, set from it in the middle of a promotion (decisions 30 and 31).

One step, which does all or nothing: when it fails, the files of all hosts and the configuration hash are brought
back at once, also behind the point of no return. So the shop is whole whatever a person then chooses: the same
again, or without them (`jobs resume --skip`), to be applied later.
"""

import msgspec

from core.actions.settings.compute import ComputeSettings
from core.actions.settings.write import WriteSettings
from core.actions.site import Bench
from core.errors import ConsoleError, Exit, Refused
from core.jobs.action import Context, Look, Outcome
from core.jobs.failure import Failure
from core.model.plan import Step
from core.ssh.host import LinkLost


class ValuesAtHand:
    """Refuses before the gate when the value of one of them is not at hand (decision 31)."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def look(self, ctx: Context, step: Step) -> Look:
        """Always looked for."""
        return Look.NOT_DONE

    async def run(self, ctx: Context, step: Step) -> Outcome:
        """Look for each."""
        for name in step.secrets:
            try:
                ctx.secret(name)
            except ConsoleError as error:
                raise Refused(error.code, error.what, where=error.where, remedy=error.remedy) from error
        return Outcome()

    async def undo(self, ctx: Context, step: Step) -> Outcome:
        """Nothing to take back."""
        return Outcome()


class NewSettings:
    """Lets Magento compute on the first host, then gives the files of all hosts their new `system`."""

    def __init__(self, bench: Bench) -> None:
        self._compute = ComputeSettings(bench)
        self._write = WriteSettings(bench)

    async def look(self, ctx: Context, step: Step) -> Look:
        """It runs once."""
        return Look.NOT_DONE

    async def run(self, ctx: Context, step: Step) -> Outcome:
        """Set them on all hosts, or on none. Raises ConsoleError when it was taken back."""
        await self._begin(ctx, step)
        interrupted = ctx.facts(step.id).get("failed")
        if interrupted:  # the job's process died while it took back
            error = msgspec.convert(interrupted, Failure).error()
            await self._take_back(ctx, step, error)
            raise error
        try:
            outcome = await self._compute.run(ctx, step)
            await self._write.run(ctx, step)
            if await self._write.look(ctx, step) is not Look.DONE:
                raise ConsoleError(
                    "env-changed", "A second look does not find env.php as it was written.", where=step.title,
                    remedy="Somebody else changed it at the same moment; try again.",
                )  # fmt: skip
        except LinkLost:
            raise
        except ConsoleError as error:
            await ctx.note_facts({"failed": msgspec.to_builtins(Failure.of(error))})
            await self._take_back(ctx, step, error)
            raise
        return msgspec.structs.replace(outcome, facts={"set": True})

    async def undo(self, ctx: Context, step: Step) -> Outcome:
        """Put the files and the hash back, on all hosts."""
        await self._write.undo(ctx, step)
        return await self._compute.undo(ctx, step)

    async def _begin(self, ctx: Context, step: Step) -> None:
        """Note that this attempt begins; what an earlier one may have left, of which no end is known, goes first."""
        known = ctx.facts(step.id)
        if known.get("task") == ctx.task:
            return
        number = int(known.get("number", 0)) + 1
        if known.get("task") and not known.get("taken_back"):
            await self._write.undo(ctx, step)
            await self._compute.bring_back(ctx, step, "bring-back-first")
        await ctx.note_facts(
            {
                "task": ctx.task, "number": number, "failed": None, "taken_back": False, "before": {},
                "after": {}, "backup": f"{ctx.job_id}-{number}",
            }
        )  # fmt: skip

    async def _take_back(self, ctx: Context, step: Step, error: ConsoleError) -> None:
        """Bring files and hash back; what could not be is told with the failure that led to it."""
        try:
            await self._write.undo(ctx, step)
            await self._compute.bring_back(ctx, step, "bring-back")
        except LinkLost:
            raise
        except ConsoleError as problem:
            raise ConsoleError(
                problem.code,
                f"{error.what} It was not taken back: {problem.what}",
                where=problem.where or error.where,
                remedy=problem.remedy,
                exit_code=Exit.STOPPED,
            ) from error
        await ctx.note_facts({"taken_back": True})
