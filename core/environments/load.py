"""Reading environments.toml: `load` gives the project, or an error with all mistakes."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path as LocalPath
from typing import Any

from core.environments import sections, whole
from core.environments.leaks import tell_secrets
from core.environments.mistake import EnvironmentsError, Mistake, written
from core.environments.model import CustomStep, Environment, Host, Project
from core.environments.place import WRONG, Finding, Place
from core.environments.readers import nearest, wrong_type
from core.environments.sections import Draft
from core.environments.source import Source, read
from core.text import one_line

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
_TABLES = ("project", "environments", "steps")


def load(path: LocalPath | str) -> Project:
    """Return what the file says. Raises EnvironmentsError, which holds every mistake in it."""
    return project_of(read(LocalPath(path)))


def project_of(source: Source) -> Project:
    """Return what the text says. Raises EnvironmentsError."""
    data = _tables(source)
    top = Place()
    # Secrets first: a place tells one mistake only, and none that would show the value.
    tell_secrets(top, data)
    for key in data:
        if key not in _TABLES:
            (top / key).wrong("unknown-key", "an unknown key", "a known one", nearest(key, _TABLES))
    folder = LocalPath(source.file).parent
    project = sections.project(top / "project", data.get("project", {}), folder)
    environments = _environments(top / "environments", data.get("environments", {}))
    steps = _steps(top / "steps", data.get("steps", []))
    whole.tell(top, environments, steps)
    if top.is_wrong:
        raise EnvironmentsError(source.file, _mistakes(source.text, top.findings))
    return _project(source, project, environments, steps)


def _tables(source: Source) -> dict[str, Any]:
    try:
        return tomllib.loads(source.text)
    except RecursionError:
        mistake = Mistake(code="environments-syntax", found="too deep a nesting", expected="TOML")
    except ValueError as error:  # also numbers too long to be read
        mistake = _syntax_mistake(source.text, str(error))
    raise EnvironmentsError(source.file, [mistake]) from None


def _syntax_mistake(text: str, message: str) -> Mistake:
    place = re.search(r" \(at (?:line (\d+), column (\d+)|end of document)\)$", message)
    what = message[: place.start()] if place else message
    lines = text.split("\n")
    line, column = len(lines), len(lines[-1]) + 1
    if place and place[1]:
        line, column = int(place[1]), int(place[2])
    hint = ""
    if re.match(r"\s*[\w-]+/[\w/-]*\s*=", lines[line - 1]):
        hint = "A key that holds a slash stands in quotes."
    if what in ("Cannot overwrite a value", "Cannot mutate immutable namespace") or "twice" in what:
        hint = "The same key or table stands in the file before."
    return Mistake(
        code="environments-syntax",
        line=line,
        column=column,
        found=f"broken TOML ({one_line(what)})",
        expected="TOML",
        hint=hint,
    )


def _mistakes(text: str, findings: Sequence[Finding]) -> list[Mistake]:
    # Only a file with mistakes pays for the syntax tree.
    from core.environments.positions import Positions

    positions = Positions(text)
    mistakes = []
    for item in findings:
        at = positions.of(item.path)
        mistakes.append(
            Mistake(
                code=item.code,
                line=at.line,
                column=at.column,
                key=written(item.path),
                found=item.found,
                expected=item.expected,
                hint=item.hint,
            )
        )
    return mistakes


def _environments(place: Place, value: Any) -> dict[str, Draft]:
    if not isinstance(value, dict):
        wrong_type(place, value, "a table for each environment")
        return {}
    drafts = {}
    for name, raw in value.items():
        if not _NAME.fullmatch(name):
            (place / name).wrong("wrong-name", "this name", "letters, digits, dashes, underscores; at most 40")
        draft = sections.environment(place / name, raw)
        drafts[name] = {} if draft is WRONG else draft
    return drafts


def _steps(place: Place, value: Any) -> list[Draft]:
    if not isinstance(value, list):
        wrong_type(place, value, "[[steps]], a list of tables")
        return []
    drafts = [sections.step(place / position, raw) for position, raw in enumerate(value)]
    return [{} if draft is WRONG else draft for draft in drafts]


def _project(
    source: Source, project: Draft, environments: Mapping[str, Draft], steps: Sequence[Draft]
) -> Project:
    shared = {key: project[key] for key in ("locales", "keep_releases") if key in project}
    own = {key: value for key, value in project.items() if key != "keep_releases"}
    of_each: dict[str, list[CustomStep]] = {name: [] for name in environments}
    for draft in steps:
        for name in whole.on_which(draft["on"], environments):
            of_each[name].append(CustomStep(**draft))
    return Project(
        file=source.file,
        digest=source.digest,
        environments={
            name: _environment(name, shared | draft, of_each[name]) for name, draft in environments.items()
        },
        **own,
    )


def _environment(name: str, draft: Draft, steps: Sequence[CustomStep]) -> Environment:
    inherited = {key: draft[key] for key in sections.INHERITED if key in draft}
    own = {key: value for key, value in draft.items() if key not in (*inherited, "hosts")}
    hosts = tuple(Host(**(inherited | host)) for host in draft["hosts"].values())
    return Environment(name=name, hosts=hosts, steps=tuple(steps), **own)
