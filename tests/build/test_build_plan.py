"""The plan of a build, and what decides that two builds are the same."""

import re

import msgspec
import pytest

from core.actions.build.registry import BUILD_ACTIONS
from core.environments.model import CustomStep, Environment, Host, Project, Role
from core.errors import ConsoleError
from core.jobs.state import may_skip
from core.model.plan import StepKind, digest
from core.pipeline.build import Commit, build_plan
from core.pipeline.build_inputs import Tools, build_inputs, key_of

COMMIT = Commit(id="0123456789abcdef0123456789abcdef01234567", ref="main", subject="Sell more")
PRODUCTION = Environment(
    name="production", role=Role.PRODUCTION, hosts=(Host(address="deploy@web"),), path="/srv/acme"
)
PROJECT = Project(name="Acme", file="/x", digest="0", environments={"production": PRODUCTION})
TOOLS = Tools(php="8.2.28", extensions=("bcmath", "intl"), composer="2.7.7", cores=2)


def environment(**more: object) -> Environment:
    given = {
        "name": "build",
        "role": Role.BUILD,
        "hosts": (Host(address="build@build.example.com"),),
        "path": "/srv/build",
        "repository": "git@git.example.com:acme/store.git",
        "branch": "main",
        **more,
    }
    return Environment(**given)  # type: ignore[arg-type] # the test's own values


def custom(**more: object) -> CustomStep:
    return CustomStep(**{"name": "Theme", "on": "build", "run": "npm ci", **more})  # type: ignore[arg-type] # the test's own values


def test_the_order_of_a_build() -> None:
    plan = build_plan(environment(), COMMIT)
    assert [step.id for step in plan.steps] == [
        "check", "lock", "known", "fetch", "checkout", "config", "composer", "modules", "compile", "autoload",
        "static", "package", "tidy", "unlock",
    ]  # fmt: skip


def test_every_action_exists() -> None:
    plan = build_plan(environment(steps=(custom(after="composer"),)), COMMIT)
    assert {step.action for step in plan.steps} <= set(BUILD_ACTIONS)


def test_without_composer() -> None:
    plan = build_plan(environment(composer=False, steps=(custom(after="composer"),)), COMMIT)
    ids = [step.id for step in plan.steps]
    assert "composer" not in ids
    assert "autoload" not in ids
    assert ids[ids.index("config") + 1] == "custom-theme"


def test_the_checks_come_before_the_long_work() -> None:
    ids = [step.id for step in build_plan(environment(), COMMIT).steps]
    assert ids.index("config") < ids.index("composer")
    assert ids.index("modules") < ids.index("compile")
    assert ids.index("autoload") > ids.index("compile")


@pytest.mark.parametrize("place", [{"before": "checkout"}, {"after": "package"}])
def test_a_step_without_a_tree_is_refused(place: dict[str, str]) -> None:
    with pytest.raises(ConsoleError) as caught:
        build_plan(environment(steps=(custom(**place),)), COMMIT)
    assert caught.value.code == "no-tree"


def test_a_step_after_the_lock_is_unknown() -> None:
    with pytest.raises(ConsoleError) as caught:
        build_plan(environment(steps=(custom(after="lock"),)), COMMIT)
    assert caught.value.code == "unknown-step"


def test_what_is_shown_is_what_a_host_is_asked() -> None:
    plan = build_plan(environment(hosts=(Host(address="b@h", php=("php8.2",)),)), COMMIT)
    shown = {step.id: step.commands for step in plan.steps}
    assert shown["compile"][0].startswith("php8.2 ")
    assert "setup:di:compile" in shown["compile"][0]
    assert "--no-dev" in shown["composer"][0]


def test_only_what_acts_is_undone_and_the_plan_is_data() -> None:
    plan = build_plan(environment(), COMMIT)
    assert {step.id for step in plan.steps if step.undo} == {"lock", "checkout", "package"}
    assert all(not step.undo for step in plan.steps if step.kind is StepKind.PROBE)
    again = msgspec.json.decode(msgspec.json.encode(plan), type=type(plan))
    assert again == plan
    assert digest(again) == digest(plan)


def test_a_digest_outlives_storing() -> None:
    plan = build_plan(environment(), COMMIT)
    whole = msgspec.structs.replace(plan, steps=(msgspec.structs.replace(plan.steps[0], limit_s=600),))
    again = msgspec.json.decode(msgspec.json.encode(whole), type=type(plan))
    assert digest(again) == digest(whole)


def test_the_key_follows_from_everything_that_counts() -> None:
    base = environment()
    more = msgspec.structs.replace(PRODUCTION, shared_dirs=("pub/media", "pub/feeds"))
    shared = msgspec.structs.replace(PROJECT, environments={"production": more})
    variants = [
        build_inputs(PROJECT, base, COMMIT.id, TOOLS),
        build_inputs(PROJECT, base, "f" * 40, TOOLS),
        build_inputs(PROJECT, environment(locales=("de_DE",)), COMMIT.id, TOOLS),
        build_inputs(PROJECT, environment(artifact_exclude=("dev",)), COMMIT.id, TOOLS),
        build_inputs(PROJECT, environment(steps=(custom(after="composer"),)), COMMIT.id, TOOLS),
        build_inputs(PROJECT, environment(composer=False), COMMIT.id, TOOLS),
        build_inputs(PROJECT, base, COMMIT.id, msgspec.structs.replace(TOOLS, php="8.3.1")),
        build_inputs(shared, base, COMMIT.id, TOOLS),
        build_inputs(PROJECT, base, COMMIT.id, msgspec.structs.replace(TOOLS, extensions=("intl",))),
        build_inputs(PROJECT, base, COMMIT.id, msgspec.structs.replace(TOOLS, composer="2.8.0")),
    ]
    keys = [key_of(inputs) for inputs in variants]
    assert len(set(keys)) == len(keys)
    assert all(re.fullmatch("[0-9a-f]{64}", key) for key in keys)


def test_the_key_does_not_follow_from_what_does_not() -> None:
    base = key_of(build_inputs(PROJECT, environment(), COMMIT.id, TOOLS))
    elsewhere = environment(path="/other", hosts=(Host(address="x@y"),), artifact_exclude=())
    assert key_of(build_inputs(PROJECT, elsewhere, COMMIT.id, msgspec.structs.replace(TOOLS, cores=16))) == base
    one = key_of(build_inputs(PROJECT, environment(artifact_exclude=("a", "b")), COMMIT.id, TOOLS))
    assert key_of(build_inputs(PROJECT, environment(artifact_exclude=("b", "a")), COMMIT.id, TOOLS)) == one


def test_only_what_the_artifact_does_not_rest_on_can_be_skipped() -> None:
    plan = build_plan(environment(steps=(custom(after="composer"),)), COMMIT)
    assert {step.id for step in plan.steps if may_skip(step)} == {"custom-theme", "tidy", "unlock"}
