"""`trust`."""

import click
import msgspec

from core.actions.connections import connect_options, target_of
from core.cli.context import answer, console, interactive, run, tell
from core.environments.model import Project
from core.errors import Exit, Refused
from core.ssh.trust import ShownKey, accept, fetch


@click.command()
@click.argument("host")
@click.option("--yes", is_flag=True, help="Accept without a question; compare the fingerprint yourself.")
def trust(host: str, yes: bool) -> int:
    """Show a HOST's key and accept it."""
    door = console()
    address = _address(door.project, host)
    jump = target_of(door.project, address).jump
    options = msgspec.structs.replace(connect_options(door.project), jump=jump)

    async def work() -> ShownKey:
        return await fetch(address, options)

    shown = run(work())
    tell(f"{shown.place} shows {shown.fingerprint}")
    if shown.standing == "unknown" and not yes:
        if not interactive():
            raise Refused(
                "not-confirmed", "The key was not accepted: nobody could be asked.", where=address,
                remedy="Compare the fingerprint, then give --yes.",
            )  # fmt: skip
        if not click.confirm("Is that its key, as its administrator told you?", default=False, err=True):
            return int(Exit.REFUSED)
    new = accept(shown)
    told = f"accepted, in {shown.file}" if new else "known already"
    answer({"host": address, "fingerprint": shown.fingerprint, "new": new}, [told])
    return int(Exit.DONE)


def _address(project: Project, host: str) -> str:
    """Return the address of environments.toml that is meant: itself, or the only one with that host name."""
    hosts = [entry for environment in project.environments.values() for entry in environment.hosts]
    if any(entry.address == host for entry in hosts):
        return host
    named = {entry.address for entry in hosts if entry.name == host}
    return named.pop() if len(named) == 1 else host
