"""The demo without a screen: two commits from development to production, with customers asking all the while."""

from collections import Counter
from typing import Any

from core.cli.context import tell
from core.cli.following import follow_events
from core.cli.printing import Printer
from core.console.console import Console
from core.console.figures import size
from core.demo.load import Customers
from core.errors import ConsoleError, Exit
from core.jobs.state import JobState
from core.model.plan import Plan


class Demo:
    """The running demo, as its process described it, and the console on it."""

    def __init__(self, console: Console, facts: dict[str, Any]) -> None:
        self.console = console
        self.commits: dict[str, str] = facts["commits"]
        self.web: dict[str, str] = facts["web"]


async def _job(demo: Demo, plan: Plan) -> JobState:
    """Run a plan to its end, telling its steps. Raises ConsoleError when it did not end well."""
    job = await demo.console.start(plan)
    code = await follow_events(demo.console, job, Printer(tell))
    if code != Exit.DONE:
        raise ConsoleError(
            "demo-failed", f"{plan.title} ended with {code}.", remedy=f"See the logs in {job.logs}."
        )
    return job.state()


async def _build(demo: Demo, commit: str) -> None:
    async with demo.console.planner() as planner:
        plan = await planner.build(commit, demo.console.options({}))
    await _job(demo, plan)


async def _promote(demo: Demo, source: str, target: str) -> JobState:
    options = demo.console.options({"yes": True, "confirm": target})
    async with demo.console.planner(target) as planner:
        plan = await planner.promotion(source, target, options=options)
    return await _job(demo, plan)


def summary_lines(title: str, state: JobState, counts: Counter[int]) -> list[str]:
    """Return the three figures of a promotion: bytes, seconds closed, requests. Pure."""
    transfer = state.step("transfer")
    facts = transfer.facts if transfer else {}
    measured = state.step("measure")
    closed = (measured.facts if measured else {}).get("closed_s") or 0.0
    answered, turned_away = counts[200], counts[503]
    failed = sum(counts.values()) - answered - turned_away
    return [
        f"  {title}",
        f"    sent       {size(facts.get('bytes_sent', 0))} of {size(facts.get('artifact_bytes', 0))}"
        f" ({facts.get('bytes_sent', 0):,} of {facts.get('artifact_bytes', 0):,} bytes)",
        f"    closed     {closed:.1f} s in maintenance",
        f"    requests   {answered:,} answered, {turned_away:,} told to come back (503), {failed:,} failed",
    ]


async def _watched(demo: Demo, source: str, target: str) -> tuple[JobState, Counter[int]]:
    customers = Customers(
        [f"{url}customer/account/login/" for name, url in demo.web.items() if name != "stg"]
    ).start()
    try:
        state = await _promote(demo, source, target)
    finally:
        counts = customers.stop()
    return state, counts


async def first_release(demo: Demo) -> None:
    """Leave the systems as an operator finds a shop: a release is live, and the next commit waits for its build."""
    tell(
        "A shop is prepared: its first release goes live on staging and production. This takes half a minute.\n"
    )
    await _build(demo, demo.commits["first"])
    await _promote(demo, "build", "staging")
    await _promote(demo, "staging", "production")
    await _build(demo, demo.commits["window"])


async def headless(demo: Demo) -> int:
    """Make the first release live, then take two commits through; ends with what they cost."""
    tell("The first release goes live on staging and production.\n")
    await _build(demo, demo.commits["first"])
    await _promote(demo, "build", "staging")
    await _promote(demo, "staging", "production")
    lines = []
    for name, title in (
        ("window", "a commit with a setting, a new table and new static files"),
        ("quiet", "a commit without changes to the database"),
    ):
        tell(f"\n=== {title} ===\n")
        await _build(demo, demo.commits[name])
        await _promote(demo, "build", "staging")
        state, counts = await _watched(demo, "staging", "production")
        lines += summary_lines(title, state, counts)
        if name == "quiet" and set(counts) - {200}:
            raise ConsoleError("requests-failed", f"Requests failed without a window: {dict(counts)}")
    tell("\nWhat the two promotions to production cost:\n")
    for line in lines:
        tell(line)
    return int(Exit.DONE)
