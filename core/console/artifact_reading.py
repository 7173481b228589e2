"""What a plan is made from: the artifact, the live release, what lies between them. Reads, changes nothing."""

import shlex
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, TypeVar

import msgspec

from core.actions.files import read_if_there
from core.actions.site import Site
from core.errors import ConsoleError
from core.magento.config_difference import scopes_difference, settings_difference
from core.magento.configuration_hash import SECTIONS, json_encode
from core.magento.php_config import read
from core.magento.php_values import Array, Expression, Value
from core.magento.schema import proposes_full_upgrade, schema_paths
from core.pipeline.build_layout import BuildLayout
from core.release.artifact import read_manifest, tree
from core.release.difference import difference
from core.release.manifest import Manifest
from core.release.marks import read_release_manifest
from core.secret import MASK
from core.settings.classify import Classifier
from core.ssh.host import Host
from core.text import one_line

_CLASSIFIER: Final = Classifier()
_CONFIG: Final = "app/etc/config.php"
_MOST_COMMITS: Final = 200
_Row = TypeVar("_Row")


class Between(msgspec.Struct, frozen=True, kw_only=True):
    """What lies between the live release and an artifact."""

    known: bool
    """False when the live release can't be compared: everything may have changed."""
    files_added: int = 0
    files_changed: int = 0
    files_removed: int = 0
    schema: tuple[str, ...] = ()
    unseen: tuple[str, ...] = ()
    """What only an upgrade takes in, though probes don't ask for it."""
    imports: tuple[str, ...] = ()
    """Sections of config.php that an import would process."""
    settings: tuple[dict[str, Any], ...] = ()
    creates: tuple[str, ...] = ()
    updates: tuple[str, ...] = ()
    deletes: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    """Codes of what would be deleted, in the order of `deletes`."""


def _plain(value: Any) -> Any:
    """Return a PHP value as JSON can hold it; expressions as their source."""
    if isinstance(value, Expression):
        return f"<?= {value.source} ?>"
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    return value


def _told(path: str, value: Any) -> Any:
    """Return a setting's value as a plan may hold it: secrets masked, also one that an artifact takes away."""
    kind = _CLASSIFIER.of(path, value).kind
    return MASK if kind.is_sensitive and value not in (None, "") else _plain(value)


def _hash_moves(before: Value, after: Value) -> bool:
    """Whether Magento takes a section for changed: it hashes the section's JSON, where order and types count."""
    try:
        return json_encode(before) != json_encode(after)
    except ConsoleError:  # it holds what PHP has to compute
        return before != after


def compare(old: Manifest | None, new: Manifest, old_config: Array, new_config: Array) -> Between:
    """Return what lies between two releases. Pure."""
    if old is None:
        return Between(known=False)
    files = difference(old, new)
    changed = (*files.added, *files.changed, *files.removed)
    scopes = scopes_difference(old_config, new_config)
    return Between(
        known=True,
        files_added=len(files.added),
        files_changed=len(files.changed),
        files_removed=len(files.removed),
        schema=schema_paths(changed),
        unseen=proposes_full_upgrade(changed),
        imports=tuple(name for name in SECTIONS if _hash_moves(old_config.get(name), new_config.get(name))),
        settings=tuple(
            {
                "path": item.path,
                "scope": item.scope,
                "before": None if item.absent_before else _told(item.path, item.before),
                "after": None if item.absent_after else _told(item.path, item.after),
            }
            for item in settings_difference(old_config, new_config)
        ),
        creates=tuple(f"{scope.kind} {scope.name}" for scope in scopes.created),
        updates=tuple(f"{scope.kind} {scope.name}" for scope in scopes.changed),
        deletes=tuple(f"{scope.kind} {scope.name}" for scope in scopes.deleted),
        codes=tuple(scope.code for scope in scopes.deleted),
    )


def _united(rows: Iterable[Sequence[_Row]]) -> tuple[_Row, ...]:
    """Return what any of them has, once, in order."""
    found: list[_Row] = []
    for row in (row for some in rows for row in some):
        if row not in found:
            found.append(row)
    return tuple(found)


def together(found: Sequence[Between]) -> Between:
    """Return what lies between an artifact and hosts that run different releases: what any of them meets. Pure.

    The counts of files are those of the host with the most changes.
    """
    most = max(found, key=lambda one: one.files_added + one.files_changed + one.files_removed)
    deleted = _united([tuple(zip(one.deletes, one.codes, strict=False)) for one in found])
    return msgspec.structs.replace(
        most,
        known=all(one.known for one in found),
        schema=_united([one.schema for one in found]),
        unseen=_united([one.unseen for one in found]),
        imports=_united([one.imports for one in found]),
        settings=_united([one.settings for one in found]),
        creates=_united([one.creates for one in found]),
        updates=_united([one.updates for one in found]),
        deletes=tuple(name for name, _ in deleted),
        codes=tuple(code for _, code in deleted),
    )


async def release_side(host: Host, site: Site, release: str) -> tuple[Manifest, Array] | None:
    """Return a release's manifest and its config.php as it lies there; None when it can't be compared."""
    if not release:
        return None
    try:
        manifest = await read_release_manifest(host, site.layout, release)
    except ConsoleError:  # a release of before, or damaged: then everything may have changed, and that is said
        return None
    config = await read_if_there(host, f"{site.layout.release(release)}/{_CONFIG}")
    return manifest, read(config).values if config else {}


async def artifact_side(build: Host, site: Site, artifact: str) -> tuple[Manifest, Array]:
    """Return an artifact's manifest and its config.php, from the build system. Raises ConsoleError."""
    return await read_manifest(build, site.layout, artifact), await artifact_config(build, site, artifact)


async def artifact_config(build: Host, site: Site, artifact: str) -> Array:
    """Return an artifact's config.php, from the build system. Raises ConsoleError."""
    return read(await build.read(f"{tree(site.layout, artifact)}/{_CONFIG}", limit=8 << 20)).values


async def between(
    build: Host, build_site: Site, artifact: str, target: Host, target_site: Site, live: str
) -> Between:
    """Read both sides and compare them. Raises ConsoleError."""
    new, new_config = await artifact_side(build, build_site, artifact)
    there = await release_side(target, target_site, live)
    old, old_config = there if there is not None else (None, {})
    return compare(old, new, old_config, new_config)


async def between_releases(host: Host, site: Site, live: str, older: str) -> Between:
    """Compare two releases on one host. Raises ConsoleError."""
    now, then = await release_side(host, site, live), await release_side(host, site, older)
    if now is None or then is None:
        return Between(known=False)
    return compare(now[0], then[0], now[1], then[1])


class History(msgspec.Struct, frozen=True):
    """The commits between two, as git tells them."""

    behind: int
    """How many the old one lacks."""
    ahead: int
    """How many only the old one has."""
    rows: list[dict[str, str]]
    """The first of those it lacks, newest first: `commit`, `author`, `subject`."""


async def history(host: Host, git: str, old: str, new: str, limit_s: float) -> History | None:
    """Return the commits from the old one (not with it) to the new one; None when git does not know them.

    git: how git is called for the repository, as shell text.
    """
    ends = f"{shlex.quote(old)}...{shlex.quote(new)}"
    script = (
        f"{git} rev-list --left-right --count {ends} -- || exit 1\n"
        f"{git} log -n {_MOST_COMMITS} --format='%H%x09%an%x09%s' {shlex.quote(old)}..{shlex.quote(new)} --\n"
    )
    result = await host.sh(script, limit_s=limit_s)
    counts, *lines = result.out.decode("utf-8", "replace").splitlines() or [""]
    ahead, _, behind = counts.partition("\t")
    if not (result.ok and ahead.isdigit() and behind.isdigit()):
        return None
    rows: list[dict[str, str]] = []
    for line in lines:
        commit, _, rest = line.partition("\t")
        author, _, subject = rest.partition("\t")
        rows.append({"commit": commit, "author": one_line(author), "subject": one_line(subject)})
    return History(int(behind), int(ahead), rows)


def mirror_of(build_site: Site) -> str:
    """Return how git is called for the build system's mirror of the repository, as shell text."""
    return f"git --git-dir={shlex.quote(BuildLayout(build_site.path, '').mirror)}"


async def commits(build: Host, build_site: Site, old: str, new: str) -> list[dict[str, str]]:
    """Return the commits from the live one (not with it) to the new one, newest first; [] when unknown."""
    if not old or not new or old == new:
        return []
    limit = build_site.environment.timeouts.command
    found = await history(build, mirror_of(build_site), old, new, limit)
    return found.rows if found else []
