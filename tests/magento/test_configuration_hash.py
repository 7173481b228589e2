"""The configuration hash against PHP's own sha1(json_encode())."""

from pathlib import Path

import pytest

from core.errors import ConsoleError
from core.magento.configuration_hash import configuration_hash
from core.magento.php_config import read
from tests.magento import php

CONFIG = """<?php
return [
    'modules' => ['Magento_Store' => 1],
    'scopes' => [
        'websites' => ['base' => ['website_id' => '1', 'code' => 'base', 'name' => 'Grüße 😀 a/b']],
        'groups' => [0 => ['group_id' => '0'], 1 => ['group_id' => '1']],
    ],
    'themes' => [],
    'system' => ['default' => ['a' => ['b' => ['c' => '1', 'd' => 1, 'e' => 1.0, 'f' => null]]],
        'list' => ['x', 'y']],
];
""".encode()
ENV = b"""<?php
return [
    'system' => ['default' => ['a' => ['b' => ['d' => true, 'z' => 'new']]], 'list' => ['w']],
    'scopes' => ['groups' => [5 => ['group_id' => '5']]],
];
"""
MAGENTO = """
[$config, $env] = [require '%s/config.php', require '%s/env.php'];
$all = array_replace_recursive($config, $env);
foreach (['scopes', 'themes', 'system'] as $name)
    if (isset($all[$name])) $found[$name] = sha1(json_encode($all[$name]));
echo json_encode($found);
"""


def test_the_hash_is_that_of_magento(tmp_path: Path) -> None:
    (tmp_path / "config.php").write_bytes(CONFIG)
    (tmp_path / "env.php").write_bytes(ENV)
    wanted = php.run(MAGENTO % (tmp_path, tmp_path)).stdout
    ours = configuration_hash(read(CONFIG).values, read(ENV).values)
    assert list(ours) == ["scopes", "themes", "system"]
    assert wanted == ("{" + ",".join(f'"{name}":"{value}"' for name, value in ours.items()) + "}").encode()


def test_order_and_type_count() -> None:
    def of(text: bytes) -> str:
        return configuration_hash(read(b"<?php return ['system' => " + text + b"];").values, {})["system"]

    forms = [
        b"['a' => 1, 'b' => 2]",
        b"['b' => 2, 'a' => 1]",
        b"['a' => '1', 'b' => 2]",
        b"['a' => true, 'b' => 2]",
    ]
    assert len({of(form) for form in forms}) == 4


def test_absent_sections_have_no_hash() -> None:
    assert configuration_hash({"modules": {"A_B": 1}, "themes": None}, {}) == {}


@pytest.mark.parametrize("source", [b"getenv('X')", b'"\\xff"'])
def test_what_can_not_be_hashed_is_told(source: bytes) -> None:
    config = read(b"<?php return ['system' => ['a' => " + source + b"]];").values
    with pytest.raises(ConsoleError):
        configuration_hash(config, {})
