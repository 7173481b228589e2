"""The switch of `current` in two phases, so that several hosts are all new or all old (decision 5).

Every script may be run again at any time; `live` tells what became of it when an answer was lost.
"""

import msgspec

from core.release.layout import Layout
from core.release.script import Guard, ask, records, script, unguarded
from core.ssh.host import Host


class Links(msgspec.Struct, frozen=True):
    """Where the two links lead: real paths, empty when there is no link or it leads nowhere."""

    current: str
    next: str


def _script(step: str, layout: Layout, release: str) -> str:
    return script(
        f"switch_{step}",
        root=layout.root,
        name=release,
        current=layout.current,
        next=layout.next_link,
        marks=layout.marks,
        releases=layout.releases,
    )


async def prepare(host: Host, layout: Layout, release: str, *, guard: Guard = unguarded) -> None:
    """Phase 1: write `current.next`, and prove that it may be renamed. `current` is as it was.

    Raises ConsoleError `switch-not-prepared`: the release is not complete, `current` is a directory, or the
    right to rename is missing.
    """
    text = guard(host.address, _script("prepare", layout, release))
    await ask(host, text, code="switch-not-prepared", what="The switch can't be prepared")


async def take(host: Host, layout: Layout, release: str, *, guard: Guard = unguarded) -> None:
    """Phase 2: rename `current.next` to `current`, and read it back. Raises ConsoleError `not-switched`."""
    text = guard(host.address, _script("take", layout, release))
    await ask(host, text, code="not-switched", what="The release was not made live")


async def take_back(host: Host, layout: Layout, release: str, before: str, *, guard: Guard = unguarded) -> None:
    """Undo: let `current` lead to the release `before` again; empty: there was none, and there is none then.

    Also takes back phase 1 alone. Raises ConsoleError `not-switched-back`.
    """
    text = script(
        "switch_back",
        root=layout.root,
        name=release,
        before=before,
        current=layout.current,
        next=layout.next_link,
        marks=layout.marks,
        releases=layout.releases,
    )
    await ask(
        host,
        guard(host.address, text),
        code="not-switched-back",
        what="The release that was live before was not made live again",
    )


async def links(host: Host, layout: Layout) -> Links:
    """Read where the links lead now. Raises ConsoleError `links-unread`."""
    text = script("switch_links", current=layout.current, next=layout.next_link)
    found = records(
        await ask(host, text, code="links-unread", what="The link to the live release can't be read")
    )
    return Links(current=found[0], next=found[1])


async def mark_verified(host: Host, layout: Layout, release: str, *, guard: Guard = unguarded) -> None:
    """Record that the release passed its verification while live. Raises ConsoleError `not-recorded`."""
    text = script("verified_mark", mark=layout.mark(release))
    await ask(
        host, guard(host.address, text), code="not-recorded", what="That it was verified can't be recorded"
    )
