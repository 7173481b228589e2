"""Versions of Magento: parsed and compared, `2.4.7 < 2.4.7-p3 < 2.4.8-beta1 < 2.4.8`."""

import re
from typing import Final

import msgspec

from core.text import clean

_VERSION: Final = re.compile(r"\b(\d+)\.(\d+)\.(\d+)(?:\.\d+)?(?:-(alpha|beta|rc|p)\.?(\d+))?\b", re.IGNORECASE)
_STAGES: Final = {"alpha": -3, "beta": -2, "rc": -1, "": 0, "p": 1}
_NAMES: Final = {number: name for name, number in _STAGES.items()}


class Version(msgspec.Struct, frozen=True, order=True):
    """A version of Magento; `stage` sorts pre-releases before, patches after the plain version."""

    major: int
    minor: int
    patch: int = 0
    stage: int = 0
    number: int = 0

    @classmethod
    def parse(cls, text: str) -> "Version | None":
        """Return the last version in a text, None when there is none.

        The last: `bin/magento --version` prints `Magento CLI 2.4.7-p3`, after whatever PHP had to say;
        forks add the version they are based on at the end.
        """
        found = list(_VERSION.finditer(clean(text)))
        if not found:
            return None
        major, minor, patch, stage, number = found[-1].groups()
        return cls(int(major), int(minor), int(patch), _STAGES[(stage or "").lower()], int(number or 0))

    def __str__(self) -> str:
        tail = f"-{_NAMES[self.stage]}{self.number}" if self.stage else ""
        return f"{self.major}.{self.minor}.{self.patch}{tail}"
