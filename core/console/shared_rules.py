"""The rules of shared settings: changed on development alone, and never a secret."""

from core.console.system_settings import SystemSettings
from core.environments.model import Environment, Role
from core.errors import Refused
from core.magento.php_values import Value
from core.magento.setting_key import SettingKey


def refuse_sensitive(system: SystemSettings, key: SettingKey, value: Value) -> None:
    """Raise Refused for a secret that would get into config.php."""
    if value in (None, ""):
        return
    kind = system.classifier.of(key.path, value)
    if kind.kind.is_sensitive:
        raise Refused(
            "secret-in-git",
            f"{key} is {kind.kind} ({kind.evidence}: {kind.why}); in config.php it would be in git and every artifact.",
            where=system.environment.name,
            remedy='Name it under "sensitive" in environments.toml, and give it with: mageconsole settings secret set',
        )


def refuse_shared_elsewhere(environment: Environment) -> None:
    """Raise Refused for a shared setting that would be changed on another system than development."""
    if environment.role is Role.DEVELOPMENT:
        return
    raise Refused(
        "shared-on-target",
        f"A shared setting is the same on all systems; {environment.name} gets it with the artifact.",
        where=environment.name,
        remedy="Set it on development, build and promote. For this system alone, and until then, give "
        "--anyway REASON: it is declared in environments.toml, put into env.php, and the reason is recorded.",
    )
