"""Jobs as their events tell them, for tests of what the screen makes of them."""

from typing import Any

from core.jobs import events
from core.jobs.events import Event, Failure
from core.jobs.fold import fold
from core.jobs.state import JobState
from core.model.plan import Plan
from core.pipeline.cut_over import cut_over_steps
from core.pipeline.promote import gate_steps
from tests.pipeline.shop import IMPORT, OLD, RELEASE, decided, environment, switching
from tests.pipeline.test_plans import promoted

START = 1_000_000.0
FAILURE = Failure(
    code="upgrade-failed", what="setup:upgrade ended with 1.", where="web1", remedy="Read its log."
)
LIVE = {host.address: OLD for host in environment().hosts}


class Teller:
    """Tells a job's events one second apart."""

    def __init__(self, plan: Plan) -> None:
        self.now = START
        self.state = JobState()
        self.events: list[Event] = []
        self.tell(
            events.JobStarted(
                job_id="20260102-0304-abcd", plan=plan, digest="d" * 64, who="anna", origin="10.0.0.9"
            )
        )

    def tell(self, *many: Event) -> "Teller":
        """Add events."""
        for event in many:
            filled: dict[str, Any] = {key: getattr(event, key) for key in event.__struct_fields__}
            seq = self.state.seq + 1
            self.events.append(type(event)(**{**filled, "seq": seq, "time": self.now}))
            self.state = fold(self.state, self.events[-1])
            self.now += 1
        return self

    def did(self, *steps: str, **more: Any) -> "Teller":
        """Run steps to their end; each takes a second and may have changed something."""
        for step in steps:
            self.tell(
                events.StepStarted(step=step, attempt=1),
                events.Intent(step=step, attempt=1, task=f"{step}-1"),
                events.StepFinished(step=step, **more),
            )
        return self

    def began(self, step: str, attempt: int = 1) -> "Teller":
        """Let a step act."""
        return self.tell(
            events.StepStarted(step=step, attempt=attempt),
            events.Intent(step=step, attempt=attempt, task=f"{step}-{attempt}"),
        )

    def failed(self, step: str, **more: Any) -> "Teller":
        """Let a step fail after it acted."""
        return self.began(step).tell(events.StepFailed(step=step, failure=FAILURE, **more))


def prepared(*, database: bool = True, options: dict[str, Any] | None = None) -> Teller:
    """Return a promotion that waits at its gate."""
    plan = promoted(options={"on_failure": "ask", **(options or {})})
    teller = Teller(plan)
    decision = decided(IMPORT) if database else decided()
    teller.did(*(step.id for step in plan.steps))
    amended = (
        *gate_steps(environment(), "promote", RELEASE, LIVE, waits=True),
        *cut_over_steps(switching(environment()), decision),
    )
    forecast = {"window": decision.window, "reasons": list(decision.reasons), "import": {}}
    teller.tell(events.Amended(step="decide", steps=amended, forecast=forecast))
    teller.did("unlock-for-gate")
    return teller.tell(
        events.StepStarted(step="gate", attempt=1), events.GateOpened(step="gate", digest="e" * 64)
    )


def approved(*, database: bool = True, until: str = "", options: dict[str, Any] | None = None) -> Teller:
    """Return a promotion that was approved and has run all steps before `until`."""
    teller = prepared(database=database, options=options)
    teller.tell(
        events.GateAnswered(step="gate", answer="approved", who="bob", digest="e" * 64),
        events.StepFinished(step="gate"),
    )
    for item in teller.state.steps:
        if item.step.id == until:
            break
        if not item.settled:
            teller.did(item.step.id)
    return teller
