"""A small environments.toml that is right, to be made wrong in one place by each test."""

from collections.abc import Callable
from pathlib import Path

import pytest

GOOD = """\
[project]
name = "Acme Store"

[environments.development]
role = "development"
hosts = ["magento@dev.example.com"]
path = "/srv/acme"

[environments.build]
role = "build"
hosts = ["build@build.example.com:2222"]
path = "/srv/build/acme"
repository = "git@git.example.com:acme/store.git"

[environments.staging]
role = "staging"
hosts = ["deploy@staging.example.com"]
path = "/srv/acme"

[environments.production]
role = "production"
hosts = ["deploy@web1.example.com", { address = "deploy@web2.example.com", roles = ["web"] }]
path = "/srv/acme"
requires = "staging"

[environments.production.settings.default]
"web/unsecure/base_url" = "https://shop.example.com/"

[[steps]]
name = "Build the theme"
on = "build"
after = "composer"
run = "npm ci"
"""

Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Return a function that writes a text to environments.toml."""

    def write_file(text: str) -> Path:
        path = tmp_path / "environments.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write_file
