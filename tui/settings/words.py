"""Sentences of the settings screen: where a value goes, and a secret that is shown."""

from core.console.settings_table import ShownSetting
from core.environments.model import Environment, Role
from core.secret import Secret
from core.text import one_line
from tui.promotion.text import Line, line


def goes(row: ShownSetting, system: Environment) -> str:
    """Return where a value goes that is typed for a system."""
    if "sensitive" in row.kind:
        return "Sensitive: it goes into the keyring; applying it puts it into env.php, encrypted by Magento."
    if row.kind != "shared":
        return (
            f"It is declared in environments.toml for {system.name}; nothing changes there before you apply it."
        )
    if system.role is Role.DEVELOPMENT:
        return (
            "Shared: it goes into config.php on development, is committed and pushed. The plan is shown first."
        )
    return f"Shared: it belongs to all systems, not to {system.name}. You will be asked for a reason."


def revealed(row: ShownSetting, system: str, source: str, value: Secret) -> tuple[Line, ...]:
    """Return a secret that a person asked to see."""
    texts = [one_line(text, 400) for text in value.reveal().splitlines()[:8]]
    head = Line(((f"{row.name} on {system}", "bold"), (f"   from {source}", "dim")), 2)
    return (head, *(line(text, "accent") for text in texts))
