"""What the check of a build host makes of the host's answers."""

import pytest

from core.actions.build.check import read, room_of, tools_of
from core.errors import Refused

ANSWER = """Welcome to build.example.com

mageconsole user build

mageconsole cores 8

mageconsole disk 5000000 4096 6553600 6000000

mageconsole begin php
PHP Warning:  Module "intl" is already loaded in Unknown on line 0
PHP 8.2.29 (cli) (built: Jul  3 2025) (NTS)
Copyright (c) The PHP Group

mageconsole end php

mageconsole begin extensions
[PHP Modules]
intl
bcmath
PDO

[Zend Modules]
Zend OPcache

mageconsole end extensions

mageconsole begin composer
Deprecated: something in phar:///usr/bin/composer on line 1
Composer version 2.7.1 2024-02-09 15:26:28
PHP version 8.2.29 (/usr/bin/php8.2)

mageconsole end composer
"""


def test_the_tools_are_read_past_all_noise() -> None:
    tools = tools_of(read(ANSWER), composer=True, where="build")
    assert (tools.php, tools.composer, tools.cores) == ("8.2.29", "2.7.1", 8)
    assert tools.extensions == ("bcmath", "intl", "pdo", "zend opcache")


def test_everything_that_is_missing_is_told_at_once() -> None:
    text = ANSWER.replace("PHP 8.2.29 (cli)", "sh: php8.9: not found").replace("Composer version", "sh:")
    with pytest.raises(Refused) as caught:
        tools_of(read(text + "\nmageconsole missing git\n"), composer=True, where="build")
    assert caught.value.code == "tools-missing"
    assert "git, php, composer" in caught.value.what
    assert "php8.9: not found" in caught.value.what


def test_composer_is_not_missed_where_it_is_not_used() -> None:
    text = ANSWER.replace("Composer version", "sh:")
    assert tools_of(read(text), composer=False, where="build").composer == ""


@pytest.mark.parametrize(
    ("disk", "code", "warned"),
    [
        ("5000000 4096 6553600 6000000", "", False),
        ("500000 4096 6553600 6000000", "", True),
        ("100000 4096 6553600 6000000", "disk-full", False),
        ("5000000 4096 6553600 9000", "disk-full", False),
        ("5000000 4096 0 0", "", False),
        ("unknown", "", True),
    ],
)
def test_room_on_the_disk(disk: str, code: str, warned: bool) -> None:
    found = read(ANSWER.replace("5000000 4096 6553600 6000000", disk))
    if code:
        with pytest.raises(Refused) as caught:
            room_of(found, "build")
        assert caught.value.code == code
    else:
        assert bool(room_of(found, "build")) is warned
