"""Which commit a branch, tag or commit id means, asked of the build host's git. Changes nothing."""

import re
from collections.abc import Iterable
from typing import Final

from core.actions.build.base import shell
from core.actions.running import reason_of
from core.actions.site import Site
from core.errors import Refused
from core.pipeline.build import Commit
from core.pipeline.build_layout import BuildLayout
from core.ssh.host import Host, unknown
from core.text import clean, one_line

_ID: Final = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_PART: Final = re.compile(r"[0-9a-f]{7,64}")


def choose(ref: str, refs: Iterable[tuple[str, str]]) -> str:
    """Return the commit that a branch or tag names, a branch before a tag; empty when there is none. Pure.

    `refs`: commit and full name, as `git ls-remote` prints them; `^{}` marks what an annotated tag points to.
    """
    known = {name: commit for commit, name in refs}
    wanted = [ref] if ref.startswith("refs/") else [f"refs/heads/{ref}", f"refs/tags/{ref}"]
    for name in wanted:
        for candidate in (f"{name}^{{}}", name):
            if candidate in known:
                return known[candidate]
    return ""


async def resolve(host: Host, site: Site, ref: str = "") -> Commit:
    """Return the commit of a branch, tag or commit id; of the environment's branch when `ref` is empty.

    Raises Refused `no-repository`, `repository-unreadable`, `no-such-ref`; LinkLost.
    """
    environment = site.environment
    asked = ref or environment.branch
    if not environment.repository:
        raise Refused(
            "no-repository",
            f"{environment.name} names no repository.",
            where="environments.toml",
            remedy="Set `repository` of the build environment.",
        )
    script = shell(
        "resolve",
        mirror=BuildLayout(site.path, "").mirror,
        url=environment.repository,
        ref=asked or "HEAD",
        part=asked if _PART.fullmatch(asked) else "",
    )
    result = await host.sh(script, limit_s=max(environment.timeouts.command, 60.0))
    if result.exit is None:
        raise unknown(result, f"Asking {environment.repository} for {asked or 'HEAD'}", site.address)
    if not result.ok:
        raise Refused(
            "repository-unreadable",
            f"git can't read {environment.repository}: {reason_of(result)}",
            where=site.address,
            remedy="The user of the build needs a key for it, and its host key in known_hosts.",
        )
    return _commit(asked, clean(result.out), site)


def _commit(asked: str, output: str, site: Site) -> Commit:
    lines = [line.split("\t", 2) for line in output.splitlines()]
    rows = [(line[0], line[1], line[2]) for line in lines if len(line) == 3]
    refs = [(commit, name) for kind, commit, name in rows if kind == "ref"]
    found = choose(asked, refs) if asked else {name: commit for commit, name in refs}.get("HEAD", "")
    if not found and _ID.fullmatch(asked):
        found = asked
    if not found:
        found = next((commit for kind, commit, _ in rows if kind == "part"), "")
    if not found:
        raise Refused(
            "no-such-ref",
            f"The repository has no branch or tag {one_line(asked) or 'HEAD'}, and no such commit is known.",
            where=site.address,
            remedy="Was it pushed? A commit can be given by its whole id.",
        )
    subject = next((one_line(text) for kind, commit, text in rows if commit == found and kind != "ref"), "")
    return Commit(id=found, ref=asked or "HEAD", subject=subject)
