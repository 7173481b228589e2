"""What kind a setting is, and how that is known."""

from enum import StrEnum
from typing import Final

import msgspec


class Kind(StrEnum):
    """Where a setting belongs (design, section 1)."""

    SHARED = "shared"
    SYSTEM = "system-specific"
    SENSITIVE = "sensitive"
    BOTH = "system-specific and sensitive"

    @property
    def is_sensitive(self) -> bool:
        """Whether its value is a secret."""
        return self in (Kind.SENSITIVE, Kind.BOTH)

    @property
    def is_system(self) -> bool:
        """Whether it is another one on each system, and `environments.toml` declares it."""
        return self in (Kind.SYSTEM, Kind.BOTH)

    @property
    def is_shared(self) -> bool:
        """Whether it belongs into config.php and git."""
        return self is Kind.SHARED


class Evidence(StrEnum):
    """How the kind of a setting is known."""

    DECLARED = "declared"
    """The system's own modules say so, in di.xml or system.xml."""
    BUILT_IN = "built-in"
    """The console's table of Magento's own settings says so."""
    CONFIRMED = "confirmed"
    """A person says so, in environments.toml (`kinds`)."""
    GUESSED = "guessed"
    """Its name or its value looks like it."""


class Classification(msgspec.Struct, frozen=True):
    """The kind of a setting."""

    kind: Kind
    evidence: Evidence
    why: str
    """A sentence's part for a person: `di.xml of Acme_Payment names it`. Holds no value."""

    @property
    def is_guessed(self) -> bool:
        """Whether a person should confirm it."""
        return self.evidence is Evidence.GUESSED

    @property
    def is_told(self) -> bool:
        """Whether something was said of this very setting, and not only nothing against it."""
        return self.why not in (UNDECLARED, UNLISTED)


UNDECLARED: Final = "no module declares it otherwise"
UNLISTED: Final = "nothing says otherwise"
