"""What we write against PHP, what PHP writes against our reader, and Magento's own files byte for byte."""

import base64
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import ConsoleError
from core.magento.configuration_hash import json_encode
from core.magento.php_config import read
from core.magento.php_values import Array, Expression
from core.magento.php_writer import Style, inline, literal, php_file, scalar
from tests.magento.php_examples import ARRAYS, SEEDED
from tests.magento.php_server import PhpServer, php_server, told

FACTS = Path(__file__).with_name("php_files")


@pytest.fixture(scope="module")
def php(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PhpServer]:
    with php_server(tmp_path_factory.mktemp("php")) as server:
        yield server


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(examples=st.lists(st.tuples(SEEDED, st.sampled_from(Style)), min_size=20, max_size=20))
def test_php_and_we_read_each_others_files_as_the_same_values_with_the_same_hash(
    php: PhpServer, examples: list[tuple[Array, Style]]
) -> None:
    """Two thousand examples, twenty at a time."""
    files = [php_file(values, style) for values, style in examples]
    for (values, _), ours, answer in zip(examples, files, php.ask_all(files), strict=True):
        check(values, ours, answer)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(values=ARRAYS, style=st.sampled_from(Style))
def test_the_same_for_examples_that_shrink(php: PhpServer, values: Array, style: Style) -> None:
    ours = php_file(values, style)
    check(values, ours, php.ask(ours))


def check(values: Array, ours: bytes, answer: dict[str, Any]) -> None:
    """Hold what we write, read and hash against PHP."""
    assert answer["value"] == told(values)  # PHP reads what we wrote
    assert told(read(ours).values) == answer["value"]  # and so do we
    theirs = b"<?php return " + base64.b64decode(answer["export"]) + b";"
    assert told(read(theirs).values) == answer["value"]  # we read what var_export wrote
    if answer["json"] is None:
        with pytest.raises(ConsoleError):  # PHP can't encode it either
            json_encode(values)
    else:
        text = json_encode(values)
        assert text == answer["json"]
        assert hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest() == answer["sha1"]


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(values=SEEDED, short=st.booleans())
def test_a_value_on_one_line_is_the_same_value(php: PhpServer, values: Array, short: bool) -> None:
    answer = php.ask(f"<?php return {inline(values, short=short)};".encode("utf-8", "surrogateescape"))
    assert answer["value"] == told(values)


def test_what_magento_wrote_is_written_again_byte_for_byte() -> None:
    source = (FACTS / "system.env.php").read_bytes()
    assert php_file(read(source).values) == source


def test_a_dumped_file_with_its_comment_is_written_again_byte_for_byte() -> None:
    source = (FACTS / "dumped.config.php").read_bytes()
    start = source.index(b"For the section: system\n") + len(b"For the section: system\n")
    lines = source[start : source.index(b"     */", start)].decode().splitlines()
    comment = tuple(line.removeprefix("     * ") for line in lines)
    assert len(comment) > 4
    assert php_file(read(source).values, comments={"system": comment}) == source


def test_an_expression_is_written_as_it_was() -> None:
    assert literal({"a": Expression("getenv('X')")}) == "[\n    'a' => getenv('X')\n]"


@pytest.mark.parametrize("value", [float("inf"), float("nan"), {}])
def test_what_has_no_literal_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match=r"finite|scalar"):
        scalar(value)


def test_a_comment_can_not_end_itself() -> None:
    with pytest.raises(ValueError, match="its own end"):
        php_file({"system": {}}, comments={"system": ("*/ evil();",)})
