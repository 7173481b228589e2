"""The shop's own steps: where they go in a plan's list of steps. Pure."""

import difflib
import re
from collections.abc import Sequence

from core.environments.model import CustomStep, Environment, Host, HostRole
from core.errors import ConsoleError, Exit
from core.jobs.decide import CUSTOM
from core.model.plan import Step, StepKind


def custom_id(custom: CustomStep) -> str:
    """Return the id of a step of the shop's own: `custom-` and its name in kebab-case."""
    slug = re.sub(r"[^a-z0-9]+", "-", custom.name.lower()).strip("-")
    return f"custom-{slug or 'step'}"


def custom_hosts(custom: CustomStep, environment: Environment) -> tuple[Host, ...]:
    """Return the hosts that a step of the shop's own runs on."""
    hosts = environment.hosts
    if custom.hosts == "first":
        return hosts[:1]
    if custom.hosts == "web":
        return tuple(host for host in hosts if HostRole.WEB in host.roles)
    if custom.hosts == "cron":
        return tuple(host for host in hosts if HostRole.CRON in host.roles)
    return hosts


def wants_window(environment: Environment) -> bool:
    """Whether one of the shop's own steps asks for a closed shop."""
    return any(custom.window for custom in environment.steps)


def insert(
    steps: Sequence[Step], environment: Environment, directory: str, order: Sequence[str] = ()
) -> tuple[Step, ...]:
    """Return the plan's steps with the environment's own among them.

    `directory`: where they run, the checkout or the new release. `order`: all step ids that a plan of this
    kind can have, in their order; a step attached to one that this plan has no need of goes where that one
    would have been. Raises ConsoleError `unknown-step` (exit 2) for one that no such plan has, and
    `outside-window` for a step that wants a closed shop where it is open.
    """
    known = list(order) or [step.id for step in steps]
    result = list(steps)
    taken = {step.id for step in steps}
    last_after: dict[str, str] = {}
    for custom in environment.steps:
        anchor = custom.after or custom.before
        _require_known(custom, anchor, known)
        sibling = last_after.get(anchor, "") if custom.after else ""
        at = _position(result, known, anchor, sibling, after=bool(custom.after))
        step = _step(custom, environment, directory, result, at, taken)
        _require_window(custom, result, at)
        result.insert(at, step)
        taken.add(step.id)
        if custom.after:
            last_after[anchor] = step.id
    return tuple(result)


def _require_known(custom: CustomStep, anchor: str, known: list[str]) -> None:
    if anchor in known:
        return
    near = difflib.get_close_matches(anchor, known, n=1, cutoff=0.5)
    hint = f"Did you mean {near[0]!r}? " if near else ""
    raise ConsoleError(
        "unknown-step",
        f"The step {custom.name!r} is attached to {anchor!r}, which is no step.",
        where="environments.toml",
        remedy=f"{hint}The steps are: {', '.join(known)}.",
        exit_code=Exit.USAGE,
    )


def _position(steps: list[Step], known: list[str], anchor: str, sibling: str, *, after: bool) -> int:
    """Return the index at which a step goes; several after the same anchor keep the order of the file."""
    places = {step.id: index for index, step in enumerate(steps)}
    if sibling:
        return places[sibling] + 1
    if anchor in places:
        return places[anchor] + (1 if after else 0)
    earlier = [places[name] for name in known[: known.index(anchor)] if name in places]
    return max(earlier) + 1 if earlier else 0


def _closed_at(steps: list[Step], at: int) -> bool:
    """Whether the shop is closed between the step before and the step at an index."""
    before = steps[at - 1] if at > 0 else None
    following = steps[at] if at < len(steps) else None
    return before is not None and following is not None and before.window and following.window


def _require_window(custom: CustomStep, steps: list[Step], at: int) -> None:
    inside = [step.id for step in steps if step.window]
    if not custom.window or not inside or _closed_at(steps, at):
        return
    raise ConsoleError(
        "outside-window",
        f"The step {custom.name!r} wants a closed shop, not given at {custom.after or custom.before!r}.",
        where="environments.toml",
        remedy=f"Attach it to a step inside the window ({', '.join(inside)}), or take `window = true` away.",
        exit_code=Exit.USAGE,
    )


def _step(
    custom: CustomStep, environment: Environment, directory: str, steps: list[Step], at: int, taken: set[str]
) -> Step:
    step_id = custom_id(custom)
    number = 2
    while step_id in taken:
        step_id = f"{custom_id(custom)}-{number}"
        number += 1
    neighbour = steps[at - 1] if at > 0 else steps[0]
    return Step(
        id=step_id,
        phase=neighbour.phase,
        kind=StepKind.TASK,
        title=custom.name,
        action=CUSTOM,
        hosts=tuple(host.address for host in custom_hosts(custom, environment)),
        args={
            "environment": environment.name,
            "run": custom.run,
            "undo": custom.undo,
            "directory": directory,
        },
        commands=(custom.run,),
        window=_closed_at(steps, at),
        undo=custom.undo,
        on_failure=custom.on_failure,
        limit_s=custom.limit,
    )
