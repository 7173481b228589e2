"""What outlives releases: linking the shared paths into a release, and looking whether they are linked."""

from collections.abc import Sequence

import msgspec

from core.release.layout import Layout
from core.release.script import Guard, ask, nul_list, pack, records, script, unguarded
from core.ssh.host import Host


class Shared(msgspec.Struct, frozen=True):
    """The shared paths of an environment, relative to a release."""

    files: tuple[str, ...]
    dirs: tuple[str, ...]


def outermost(paths: Sequence[str]) -> tuple[str, ...]:
    """Return the paths without those that lie in another one of them."""
    clean = sorted({path.strip("/") for path in paths})
    return tuple(
        path for path in clean if not any(path.startswith(f"{other}/") for other in clean if other != path)
    )


def _target(path: str) -> str:
    """Return the link from `releases/<name>/<path>` to `shared/<path>`, relative."""
    return "../" * (path.count("/") + 2) + f"shared/{path}"


def _list(shared: Shared) -> bytes:
    """Return kind, path and target of each link, NUL-ended; a file in a shared directory needs no link."""
    dirs = outermost(shared.dirs)
    files = [path.strip("/") for path in shared.files]
    loose = [path for path in files if not any(path.startswith(f"{d}/") for d in dirs)]
    rows = [("d", path) for path in dirs] + [("f", path) for path in loose]
    return "".join(f"{kind}\t{path}\t{_target(path)}\n" for kind, path in rows).encode()


async def link_shared(
    host: Host,
    layout: Layout,
    release: str,
    shared: Shared,
    *,
    umask: str = "0022",
    group: str = "",
    guard: Guard = unguarded,
) -> None:
    """Link the shared paths into a release that is not live. May be run again.

    Makes shared directories that are missing (with `umask` and `group`), never a file: env.php is neither
    made nor touched. A directory of the artifact in a link's place is removed, in the new release only.
    Raises ConsoleError `not-linked`.
    """
    parameters, payload = pack({"links": _list(shared)})
    text = script(
        "shared_link",
        release=layout.release(release),
        shared=layout.shared,
        current=layout.current,
        mask=umask,
        group=group,
        **parameters,
    )
    await ask(
        host,
        guard(host.address, text),
        payload,
        code="not-linked",
        what=f"The shared paths can't be linked into {release}",
    )


async def wrong_links(host: Host, layout: Layout, release: str, shared: Shared) -> tuple[str, ...]:
    """Return the shared paths that a release does not link to `shared`, each with why; empty: all is well."""
    parameters, payload = pack({"links": _list(shared)})
    text = script("shared_check", release=layout.release(release), shared=layout.shared, **parameters)
    out = await ask(host, text, payload, code="links-unread", what="The shared links can't be read")
    return tuple(records(out))


async def not_in_shared(host: Host, layout: Layout, paths: Sequence[str], shared: Shared) -> tuple[str, ...]:
    """Return the paths but those that are shared by now, and lie under `shared` already.

    What was made shared after a release was laid out is still a file of its own there. Changes nothing.
    Raises ConsoleError `shared-unread`.
    """
    places = [path.strip("/") for path in (*shared.dirs, *shared.files)]
    covered = [path for path in paths if any(path == one or path.startswith(f"{one}/") for one in places)]
    if not covered:
        return tuple(paths)
    text = script("shared_missing", shared=layout.shared)
    out = await ask(
        host, text, nul_list(covered), code="shared-unread", what="The shared files can't be looked at"
    )
    missing = {path.removeprefix("./") for path in records(out)}
    return tuple(path for path in paths if path not in covered or path in missing)
