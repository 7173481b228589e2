"""`--json`: before every command and behind it, and for what goes wrong too."""

import json
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from core.cli.main import command, run

_WRONG = '[project]\nname = 3\ncolour = "red"\n'


def _leaves(group: click.Group, *path: str) -> Iterator[tuple[str, ...]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        assert found is not None
        if isinstance(found, click.Group):
            yield from _leaves(found, *path, name)
        elif name != "demo":
            yield (*path, name)


def _names(found: click.Command, *path: str) -> list[str]:
    """Return words for each argument that a command needs."""
    for name in path:
        assert isinstance(found, click.Group)
        inner = found.get_command(click.Context(found), name)
        assert inner is not None
        found = inner
    needed = [one for one in found.params if isinstance(one, click.Argument) and one.required]
    return [one.type.choices[0] if isinstance(one.type, click.Choice) else "x" for one in needed]


@pytest.mark.parametrize("path", list(_leaves(command)), ids=" ".join)
@pytest.mark.parametrize("before", [True, False], ids=["before", "behind"])
def test_every_command_answers_with_a_document_when_it_cannot_begin(
    path: tuple[str, ...], before: bool, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "environments.toml"
    words = [*path, *_names(command, *path)]
    assert run(["-c", str(file), *(["--json"] if before else []), *words, *([] if before else ["--json"])]) == 2
    out, err = capfd.readouterr()
    told = json.loads(out)["error"]
    if path[0] == "jobs" and told["code"] == "no-agent":
        return  # asked before the file
    assert (told["code"], told["exit_code"]) == ("environments-missing", 2), told
    assert "[environments-missing]" in err


def test_all_mistakes_of_environments_toml_are_in_the_document(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "environments.toml"
    file.write_text(_WRONG)
    assert run(["-c", str(file), "status", "--json"]) == 2
    told = json.loads(capfd.readouterr().out)["error"]
    assert told["where"] == str(file)
    found = {(one["code"], one["key"], one["line"]) for one in told["mistakes"]}
    assert {("wrong-type", "project.name", 2), ("unknown-key", "project.colour", 3)} <= found


def test_wrong_usage_is_a_document_too_and_nothing_is_one_without_json(
    capfd: pytest.CaptureFixture[str],
) -> None:
    assert run(["--json", "promote", "staging"]) == 2
    assert json.loads(capfd.readouterr().out)["error"]["code"] == "missing-argument"
    assert run(["promote", "staging"]) == 2
    assert capfd.readouterr().out == ""
