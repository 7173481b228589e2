"""The name of a secret: an environment and a path, and what each place calls it. Pure."""

import hashlib
import re

import msgspec

_SERVICE = "mageconsole"


class SecretName(msgspec.Struct, frozen=True, order=True):
    """A sensitive setting of one environment."""

    environment: str
    path: str
    """`payment/acme/private_key`, `websites/eu/payment/acme/private_key`, or a key of env.php."""

    def __str__(self) -> str:
        return f"{self.environment}:{self.path}"

    @classmethod
    def parse(cls, text: str) -> "SecretName":
        """Return the name that `str` wrote."""
        environment, _, path = text.partition(":")
        return cls(environment, path)

    @property
    def variable(self) -> str:
        """The environment variable: MAGECONSOLE_SECRET_PRODUCTION__PAYMENT__ACME__PRIVATE_KEY."""
        words = [self.environment, *self.path.split("/")]
        return "MAGECONSOLE_SECRET_" + "__".join(re.sub(r"[^A-Za-z0-9]", "_", word).upper() for word in words)

    def command(self, template: tuple[str, ...]) -> tuple[str, ...]:
        """Return the command that prints it: `{environment}` and `{path}` of the template are filled in."""
        return tuple(
            word.replace("{environment}", self.environment).replace("{path}", self.path) for word in template
        )

    def service(self, project: str) -> str:
        """Return what a keyring calls the environment."""
        return f"{_SERVICE}/{project}/{self.environment}"


def slug(project: str) -> str:
    """Return a file name of our own for a project: its letters, and a digest that only it has."""
    letters = re.sub(r"[^a-z0-9]+", "-", project.lower()).strip("-")[:40]
    return f"{letters}-{hashlib.sha256(project.encode()).hexdigest()[:8]}"
