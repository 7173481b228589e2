"""What a plan changes, as labelled facts: the same for the command line and the screen. Pure.

A forecast grows: the plan's own (artifact, commits, what lies between the releases, the predicted cut-over), then,
at the gate, what Magento really answered (`window`, `reasons`, `import`), which goes before what was predicted.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, Final

import msgspec

from core.console.figures import clock, seconds, size
from core.text import one_line

Row = tuple[str, ...]


class Weight(StrEnum):
    """How much a fact wants to be seen."""

    PLAIN = "plain"
    ATTENTION = "attention"
    """It can't be undone by a roll back, or closes the shop."""
    DANGER = "danger"
    """It deletes."""


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """One labelled statement, and the rows behind it."""

    label: str
    value: str
    rows: tuple[Row, ...] = ()
    """Cells; those of one fact have the same columns."""
    noun: str = ""
    """What the rows are, for "and 12 more commits"."""
    weight: Weight = Weight.PLAIN


def facts(forecast: Mapping[str, Any]) -> tuple[Fact, ...]:
    """Return all that a forecast says, in the order in which an approver asks."""
    return (
        *circumstances(forecast),
        *artifact(forecast),
        *changes(forecast),
        *conflicts(forecast),
        *new_settings(forecast),
        *applied(forecast),
        *stores(forecast),
        *window(forecast),
    )


def circumstances(forecast: Mapping[str, Any]) -> tuple[Fact, ...]:
    """Return what is unusual about the plan: it only verifies, or the hosts do not run the same."""
    found = []
    if forecast.get("verifies"):
        told = f"{one_line(forecast['verifies'])}: nothing is changed, the verification is made up for"
        found.append(Fact(label="verifies", value=told, weight=Weight.ATTENTION))
    if forecast.get("differing"):
        runs = ", ".join(
            f"{name} runs {release or 'nothing'}" for name, release in forecast["differing"].items()
        )
        told = f"{one_line(runs)}; what changes is told for all of them together"
        found.append(Fact(label="differ", value=told, weight=Weight.ATTENTION))
    return tuple(found)


def artifact(forecast: Mapping[str, Any]) -> tuple[Fact, ...]:
    """Return what it is that goes live; nothing for a roll back."""
    info = forecast.get("artifact")
    if not info:
        return ()
    subject = one_line(info.get("subject", ""))
    built = (
        f"{clock(info.get('built_at', 0))}, {info.get('files', 0):,} files, {size(info.get('bytes', 0))}, "
        f"PHP {one_line(info.get('php', '?'))}, Magento {one_line(info.get('magento', '?'))}"
    )
    named = f"{one_line(info['id'][:12])}  commit {one_line(info['commit'][:12])}  {subject}"
    return Fact(label="artifact", value=named), Fact(label="built", value=built)


def changes(forecast: Mapping[str, Any]) -> tuple[Fact, ...]:
    """Return commits, files, shared settings and database changes between the live release and the new one."""
    between = forecast.get("between")
    if not between:
        return ()
    commits = _commits(forecast.get("commits", []))
    if not between.get("known", True):
        unknown = "not known: there is no live release to compare with"
        return (*commits, Fact(label="changes", value=unknown, weight=Weight.ATTENTION))
    files = (
        f"{between.get('files_added', 0):,} added, {between.get('files_changed', 0):,} changed, "
        f"{between.get('files_removed', 0):,} removed"
    )
    return (
        *commits,
        Fact(label="files", value=files),
        _settings(between.get("settings", [])),
        _database(between),
    )


def conflicts(forecast: Mapping[str, Any]) -> tuple[Fact, ...]:
    """Return what was set by hand on the system and clashes with the artifact, with what either choice does."""
    found = forecast.get("conflicts", [])
    if not found:
        return ()
    waiting = sum(1 for item in found if not item.get("answer"))
    were = "1 value was" if len(found) == 1 else f"{len(found)} values were"
    told = f"{were} set by hand and clash with the artifact, "
    told += f"{waiting} to be decided: keep or take" if waiting else "all decided"
    rows = tuple(row for item in found for row in _conflict(item))
    weight = Weight.DANGER if waiting else Weight.ATTENTION
    return (Fact(label="conflicts", value=told, rows=rows, noun="lines", weight=weight),)


def _conflict(item: Mapping[str, Any]) -> tuple[Row, ...]:
    head = (one_line(item["name"], 120),)
    sides = (
        f"    live {one_line(item['live'], 60)} ({one_line(item['where'])}), "
        f"artifact {one_line(item['candidate'], 60)}, promoted before {one_line(item['last'], 60)}",
    )
    answer = item.get("answer")
    if answer:
        return (head, sides, (f"    decided: {one_line(answer)}: {one_line(item.get(answer, ''), 160)}",))
    return (head, sides, *((f"    {word}: {one_line(item.get(word, ''), 160)}",) for word in ("keep", "take")))


def new_settings(forecast: Mapping[str, Any]) -> tuple[Fact, ...]:
    """Return the settings that only the new release knows, which a promotion sets from it (decision 31)."""
    found = forecast.get("new_settings", [])
    if not found:
        return ()
    rows = _changed(found)
    are = "1 setting is" if len(found) == 1 else f"{len(found)} settings are"
    told = f"{are} new in this artifact, and set by the promotion before the shop opens"
    return (Fact(label="new", value=told, rows=rows, noun="lines", weight=Weight.ATTENTION),)


def applied(forecast: Mapping[str, Any]) -> tuple[Fact, ...]:
    """Return the settings that a plan changes on a system, and what else is wrong with them there."""
    told: list[Fact] = []
    if "changes" in forecast:
        rows = _changed(forecast["changes"])
        count = len(forecast["changes"])
        verb = "is changed" if count == 1 else "are changed"
        told.append(Fact(label="settings", value=f"{count} {verb}", rows=rows, noun="lines"))
    warnings = forecast.get("warnings", [])
    if warnings:
        rows = tuple((one_line(warning, 200),) for warning in warnings)
        told.append(
            Fact(label="findings", value=str(len(rows)), rows=rows, noun="findings", weight=Weight.ATTENTION)
        )
    return tuple(told)


def _changed(items: Sequence[Mapping[str, Any]]) -> tuple[Row, ...]:
    """Return changes with what follows from each, and then once what follows from all of them."""
    follows = [item.get("effects", []) for item in items]
    common = [one for one in follows[0] if all(one in others for others in follows[1:])] if follows[1:] else []
    rows = tuple(row for item in items for row in _applied(item, common))
    return (*rows, *((f"for each: {one_line(effect, 120)}",) for effect in common))


def _applied(item: Mapping[str, Any], common: Sequence[str]) -> tuple[Row, ...]:
    """Return one change with what follows from it; what follows from all is left out."""
    kind = f", {one_line(item['kind'])}" if item.get("kind") else ""
    head = (f"{one_line(item['name'], 120)}  ({one_line(item['file'])}{kind})",)
    moves = (f"    {one_line(item.get('before', ''), 80)} -> {one_line(item.get('after', ''), 80)}",)
    effects = tuple(
        (f"    {one_line(effect, 120)}",) for effect in item.get("effects", []) if effect not in common
    )
    return (head, moves, *effects)


def _commits(commits: Sequence[Mapping[str, str]]) -> tuple[Fact, ...]:
    if not commits:
        return ()
    authors = list(dict.fromkeys(one_line(row["author"], 30) for row in commits))
    rows: list[Row] = [(one_line(row["commit"])[:10], one_line(row["subject"], 70)) for row in commits]
    told = f"{len(commits)} by {authors[0]}"
    if len(authors) > 1:
        told = f"{len(commits)} by {len(authors)} authors"
        by = (f"({one_line(row['author'], 30)})" for row in commits)
        rows = [(*row, author) for row, author in zip(rows, by, strict=True)]
    return (Fact(label="commits", value=told, rows=tuple(rows), noun="commits"),)


def _settings(settings: Sequence[Mapping[str, Any]]) -> Fact:
    if not settings:
        return Fact(label="settings", value="none of the shared ones changes")
    rows = tuple(
        (
            f"{one_line(row['scope'])}:",
            one_line(row["path"]),
            f"{_value(row['before'])} -> {_value(row['after'])}",
        )
        for row in settings
    )
    verb = "changes" if len(settings) == 1 else "change"
    return Fact(
        label="settings", value=f"{len(settings)} of the shared ones {verb}", rows=rows, noun="settings"
    )


def _value(value: Any) -> str:
    return "nothing" if value is None else one_line(repr(value), 40)


def _database(between: Mapping[str, Any]) -> Fact:
    schema = between.get("schema", [])
    unseen = len(between.get("unseen", []))
    rows: tuple[Row, ...] = tuple((one_line(path),) for path in schema)
    if unseen:
        rows += ((f"{unseen} more only take effect with --full-upgrade",),)
    if not schema:
        return Fact(label="database", value="no schema or set-up changes", rows=rows)
    what = "1 file" if len(schema) == 1 else f"{len(schema)} files"
    verb = "changes" if len(schema) == 1 else "change"
    told = f"{what} of schema or set-up {verb}: a roll back does not undo that"
    return Fact(label="database", value=told, rows=rows, noun="files", weight=Weight.ATTENTION)


_STORES: Final = (("creates", "created"), ("updates", "changed"), ("deletes", "DELETED"))


def stores(forecast: Mapping[str, Any]) -> tuple[Fact, ...]:
    """Return what an import does to websites, groups and stores: as Magento forecast it, else as config.php tells."""
    real = forecast.get("import")
    source: Mapping[str, Any] = real if real is not None else forecast.get("between", {})
    codes = forecast.get("between", {}).get("codes", [])
    found = []
    for key, told in _STORES:
        names = [one_line(name) for name in source.get(key, [])]
        if key == "deletes" and len(codes) == len(names):
            named = zip(names, codes, strict=True)
            names = [f"{name} (--allow-delete {one_line(code)})" for name, code in named]
        if names:
            verb = "will" if real is not None else "would"
            weight = Weight.DANGER if key == "deletes" else Weight.PLAIN
            found.append(Fact(label="stores", value=f"{verb} be {told}: {', '.join(names)}", weight=weight))
    warned = [one_line(text) for text in source.get("others", [])]
    if warned:
        found.append(Fact(label="import", value=f"warns: {'; '.join(warned)}", weight=Weight.ATTENTION))
    return tuple(found)


def window(forecast: Mapping[str, Any]) -> tuple[Fact, ...]:
    """Return whether the shop is closed meanwhile, for how long, and why."""
    decided = "window" in forecast
    told = forecast if decided else forecast.get("predicted")
    if told is None:
        return ()
    reasons = "; ".join(one_line(reason) for reason in told.get("reasons", []))
    if not told.get("window"):
        stays = "none: the shop stays open" if decided else "none expected: the shop stays open"
        return (Fact(label="window", value=f"{stays}{f' ({reasons})' if reasons else ''}"),)
    inside = [row["id"] for row in forecast.get("cut_over", []) if row["window"]]
    about = window_length(inside, forecast)
    head = "needed" if decided else "expected"
    value = f"{head}{f', {about}' if about else ''}: {reasons}"
    return (Fact(label="window", value=value, weight=Weight.ATTENTION),)


def window_length(inside: Sequence[str], forecast: Mapping[str, Any]) -> str:
    """Return how long the shop will probably be closed, by earlier jobs; empty when none tells.

    `inside`: the ids of the steps in the window. Never promises too little: where a step never ran before, it
    says "at least".
    """
    windows: list[float] = forecast.get("windows", [])
    if windows:
        last = f" (last {_counted(len(windows))}{', '.join(seconds(took) for took in windows)})"
        return f"about {seconds(max(windows))}{last}"
    took: dict[str, float] = forecast.get("durations", {})
    known = [took[step_id] for step_id in inside if step_id in took]
    if not known:
        return ""
    least = "about" if len(known) == len(inside) else "at least"
    return f"{least} {seconds(sum(known))} by earlier jobs"


def _counted(number: int) -> str:
    return {1: "time: ", 2: "two: ", 3: "three: "}.get(number, f"{number}: ")
