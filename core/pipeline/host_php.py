"""How PHP is called on a host. Pure."""

from core.environments.model import Host


def php_argv(host: Host) -> tuple[str, ...]:
    """Return PHP with its arguments; without a memory limit unless environments.toml sets one.

    Compiling and static content need more than the usual 128 to 756 MB (445 MB and more were seen).
    """
    if any("memory_limit" in part for part in host.php):
        return host.php
    return (*host.php, "-d", "memory_limit=-1")
