"""Whole releases hashed and compared with their artifact: `check --deep`, and before production (decision 19)."""

from collections.abc import Sequence
from typing import Final

import msgspec

from core.actions.checks.finding import Finding, Weight
from core.actions.files import read_if_there
from core.actions.site import Site
from core.errors import ConsoleError, Refused
from core.magento.same_config import same_config
from core.release.drift import Drift, deep_verify
from core.release.marks import read_release_manifest
from core.release.shared import Shared
from core.ssh.host import Host
from core.text import one_line

_CONFIG: Final = "app/etc/config.php"
_NAMED: Final = 12


def _named(paths: Sequence[str]) -> str:
    more = f" and {len(paths) - _NAMED} more" if len(paths) > _NAMED else ""
    return ", ".join(one_line(path) for path in paths[:_NAMED]) + more


def drift_findings(address: str, release: str, found: Drift) -> list[Finding]:
    """Return what a release's differences from its artifact mean. Pure."""
    told = []
    for code, what, paths, remedy in (
        (
            "changed-by-hand", "is not as it was built", found.changed,
            "Bring the change into git, or promote again; the next promotion stops and names it.",
        ),
        (
            "files-missing", "lacks files of its artifact", found.missing,
            "Promote the artifact again; somebody or something removed them.",
        ),
        (
            "not-in-artifact", "holds what its artifact does not", found.extra,
            "Share it, ship it in git, or leave it behind with --drop: the next promotion stops and names it.",
        ),
    ):  # fmt: skip
        if paths:
            count = f"{len(paths)} {'path' if len(paths) == 1 else 'paths'}"
            told.append(
                Finding(
                    code=code,
                    weight=Weight.WARNS,
                    where=address,
                    what=f"Release {release} {what}: {count}: {_named(paths)}.",
                    remedy=remedy,
                )
            )
    return told


async def deep_drift(host: Host, site: Site, release: str) -> Drift:
    """Hash all of a release and compare it with its artifact. Changes nothing. Raises ConsoleError.

    A config.php that an upgrade only wrote anew is not told.
    """
    manifest = await read_release_manifest(host, site.layout, release)
    environment = site.environment
    shared = Shared(files=environment.shared_files, dirs=environment.shared_dirs)
    found = await deep_verify(host, site.layout, release, manifest, shared)
    if _CONFIG not in found.changed or not await _rewritten(host, site, release):
        return found
    return msgspec.structs.replace(found, changed=tuple(path for path in found.changed if path != _CONFIG))


async def deep_findings(host: Host, site: Site, release: str) -> list[Finding]:
    """Hash all of a live release. Changes nothing. Raises ConsoleError."""
    try:
        found = await deep_drift(host, site, release)
    except ConsoleError as error:
        if error.code not in ("file-unread", "manifest-damaged"):
            raise
        return [
            Finding(
                code=error.code, weight=Weight.WARNS, where=site.address, what=error.what, remedy=error.remedy
            )
        ]
    return drift_findings(site.address, release, found)


async def refuse_changed(host: Host, site: Site, release: str) -> None:
    """Hash all of a release that is about to go live. Raises Refused `release-changed`.

    What somebody wrote into a file of another release in place came here too, by its hard link.
    """
    found = await deep_drift(host, site, release)
    wrong = (*found.changed, *found.missing)
    if wrong:
        raise Refused(
            "release-changed",
            f"Release {release} is not as it was built: {_named(wrong)}.",
            where=site.address,
            remedy=f"Remove {site.layout.mark(release)}/complete there and promote again: what is wrong is sent anew.",
        )


async def _rewritten(host: Host, site: Site, release: str) -> bool:
    """Whether config.php only was written anew by an upgrade: the artifact's own was kept before it."""
    now = await read_if_there(host, f"{site.layout.release(release)}/{_CONFIG}")
    return same_config(now, (await read_if_there(host, f"{site.layout.mark(release)}/config.php"),))
