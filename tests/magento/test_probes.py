"""The reader of probes against what a real Magento answered."""

import pytest

from core.magento.probes import (
    CodeOlderThanDatabase,
    CommandMissing,
    DatabaseUnreachable,
    NeedsImport,
    NeedsUpgrade,
    NotInstalled,
    Unknown,
    UpToDate,
    classify,
)
from core.magento.version import Version
from tests.magento.golden import PROBES, Golden

LATEST = Version(2, 4, 7, 1, 3)
WARNING = "Warning: Undefined array key 1 in /srv/shop/vendor/acme/x.php on line 3\n"


def _ask(case: Golden, out: str, err: str) -> object:
    return classify(case.command, LATEST, case.exit, out, err)


@pytest.mark.parametrize("case", PROBES, ids=lambda case: case.name)
def test_golden_answers_are_understood(case: Golden) -> None:
    assert _ask(case, "\n".join(case.out), "\n".join(case.err)) == case.expected


@pytest.mark.parametrize("case", PROBES, ids=lambda case: case.name)
def test_noise_and_colours_do_not_matter(case: Golden) -> None:
    out = "\n".join(f"\x1b[32m{line}\x1b[39m" for line in case.out)
    err = "\n".join(f"\x1b[37;41m{line}\x1b[39;49m" for line in case.err)
    assert _ask(case, WARNING + out + "\n", "stdin: is not a tty\n\n" + err + "\n\n") == case.expected


@pytest.mark.parametrize("case", PROBES, ids=lambda case: case.name)
def test_text_without_its_exit_code_is_unknown(case: Golden) -> None:
    for exit in {0, 1, 2, 255, 137} - {case.exit} - ({1} if case.exit == 255 else {255}):
        result = classify(case.command, LATEST, exit, "\n".join(case.out), "\n".join(case.err))
        # Exceptions carry any code but those with a meaning of their own.
        obstacle = isinstance(result, CommandMissing | NotInstalled | DatabaseUnreachable)
        assert isinstance(result, Unknown) or (obstacle and exit not in (0, 2)), (exit, result)


@pytest.mark.parametrize("command", ["app:config:status", "setup:db:status", "module:config:status"])
@pytest.mark.parametrize("exit", [0, 1, 2, 255])
def test_an_exit_code_without_text_is_unknown(command: str, exit: int) -> None:
    assert classify(command, LATEST, exit, "", "") == Unknown(exit, "")


def test_a_lost_connection_is_never_an_answer() -> None:
    result = classify("setup:db:status", LATEST, None, "All modules are up to date.\n", "")
    assert isinstance(result, Unknown)
    assert result.exit is None


def test_words_that_a_box_splits_are_read() -> None:
    err = (
        "\n                                                                               \n"
        '  There are no commands defined in the "app:config" namespace which is a sen  \n'
        "  tence.                                                                       \n\n"
    ).replace(" which is a sen", ".            ")
    assert classify("app:config:status", LATEST, 1, "", err) == CommandMissing("app:config:status")
    split = (
        "  SQLSTATE[HY000] [2002] php_network_getaddresses: getaddrinfo for database.exam  \n  ple.org failed"
    )
    found = classify("setup:db:status", LATEST, 255, "", "\nIn Abstract.php line 148:\n" + split)
    assert found == DatabaseUnreachable(
        "SQLSTATE[HY000] [2002] php_network_getaddresses: getaddrinfo for database.example.org failed"
    )


def test_missing_tables_are_not_an_unreachable_database() -> None:
    err = "  SQLSTATE[42S02]: Base table or view not found: 1146 Table 'shop.flag' doesn't exist  "
    assert isinstance(classify("app:config:status", LATEST, 255, "", err), Unknown)


def test_a_lost_database_connection_is_unreachable() -> None:
    out = "SQLSTATE[HY000]: General error: 2006 MySQL server has gone away"
    assert classify("app:config:import", LATEST, 1, out, "") == DatabaseUnreachable(out)


def test_several_kinds_at_once() -> None:
    out = (
        "Declarative Schema is not up to date\nSchema patches are not up to date\n"
        "            Acme_Shop     data:       1.9.0  ->  1.10.0      \n"
        "Run 'setup:upgrade' to update your DB schema and data.\n"
    )
    found = classify("setup:db:status", LATEST, 2, out, "")
    assert isinstance(found, NeedsUpgrade)
    assert found.kinds == ("declarative", "schema", "modules")


def test_a_new_module_is_no_older_code() -> None:
    out = "  Acme_New   schema:   none  ->  1.0.0\nRun 'setup:upgrade' to update your DB schema and data.\n"
    assert isinstance(classify("setup:db:status", LATEST, 2, out, ""), NeedsUpgrade)


def test_the_old_form_of_older_code() -> None:
    out = "  Acme_Shop  schema:  2.0.0  ->  1.0.0\nFirst update the module code, then run 'setup:upgrade'.\n"
    assert isinstance(classify("setup:db:status", Version(2, 2, 5), 1, out, ""), CodeOlderThanDatabase)
    assert isinstance(classify("setup:db:status", LATEST, 1, out, ""), Unknown)


def test_bytes_are_read_as_text_is() -> None:
    assert classify(
        "app:config:status", None, 2, b"\xff\nConfig files have changed. Run app:config:import", b""
    ) == (NeedsImport())
    assert classify("app:config:status", None, 0, b"Config files are up to date.", b"\xfe") == UpToDate()
