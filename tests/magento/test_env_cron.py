"""`cron/enabled` off and on again, with every other byte as it was."""

import pytest

from core.magento import env_cron

_FILES = {
    "absent": b"<?php\nreturn [\n    'a' => 1\n];\n",
    "empty": b"<?php\nreturn [\n    'cron' => [\n\n    ],\n    'a' => 1\n];\n",
    "other key": b"<?php\nreturn [\n    'cron' => [\n        'x' => 'y'\n    ]\n];\n",
    "on": b"<?php\nreturn [\n    'cron' => [\n        'enabled' => 1\n    ]\n];\n",
    "on, as a word": b"<?php return array('cron' => array('enabled' => true));",
    "old arrays": b"<?php\n// made by hand\nreturn array(\n  'a' => 'b [c] (d)',\n);\n",
    "first entry holds brackets": b"<?php\nreturn ['a [' => ['b'], 'cron' => [ /* [ */ 'x' => 2]];\n",
}


@pytest.mark.parametrize("name", _FILES)
def test_off_and_back_to_the_same_bytes(name: str) -> None:
    source = _FILES[name]
    assert env_cron.enabled(source)
    off, changed = env_cron.disable(source)
    assert not env_cron.enabled(off)
    assert env_cron.restore(off, changed) == source


def test_what_was_off_is_seen_as_off() -> None:
    assert not env_cron.enabled(b"<?php return ['cron' => ['enabled' => 0]];")
    assert not env_cron.enabled(b"<?php return ['cron' => ['enabled' => false]];")


def test_comes_back_on_when_magento_rewrote_the_file_meanwhile() -> None:
    _, changed = env_cron.disable(_FILES["absent"])
    rewritten = b"<?php\nreturn [\n    'a' => 1,\n    'cron' => [\n        'enabled' => 0\n    ]\n];\n"
    assert env_cron.enabled(env_cron.restore(rewritten, changed))
