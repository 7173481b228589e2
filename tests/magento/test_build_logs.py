"""Logs of builds: what their exit codes hide."""

import pytest

from core.environments.model import Locales
from core.magento import compile_log, static_log
from core.magento.commands import argv
from core.magento.static_content import content_version, deploys, expected_directories, physical_themes, wanted

BAR = "============================"
UP = "\x1b[1A\x1b[2K"
END = "\n\nExecution time: 1.7076737880707\n"
BEGIN = "\nDeploy using quick strategy\n"


def _line(package: str, done: int, total: int) -> str:
    share = done * 28 // total if total else 0
    bar = BAR if done == total and total else ("=" * share + ">").ljust(28, "-")
    return f"{package:<40}{f'{done}/{total}':<20}{bar} {100 * done // total if total else 0}%   1 sec"


BLANK = "frontend/Magento/blank/en_US"
LUMA = "frontend/Magento/luma/en_US"
# Seen: it succeeded, and its last drawing says 71 %.
LAST_DRAWING_EARLY = BEGIN + _line(BLANK, 0, 2394) + "\n" + UP + _line(BLANK, 1723, 2394) + END
WHOLE = (
    BEGIN + _line(BLANK, 5, 2394) + "\n" + UP + _line(BLANK, 2394, 2394) + "\n" + _line(LUMA, 2410, 2410) + END
)
# Seen: -j 2, a LESS error in both children, exit code 0; children print old drawings to standard error.
PARALLEL = (
    BEGIN + _line(BLANK, 2394, 2394) + "\n" + _line(LUMA, 872, 2410) + END + _line(BLANK, 0, 2394) + "\n"
    "Compilation from source: /srv/build/lib/web/mage/gallery/gallery.less\nParseError: missing closing `}`\n\n"
    "Error happened during deploy process: Magento\\Framework\\Exception\\LocalizedException::__construct()\n"
)


def test_a_run_that_succeeded_has_no_failures() -> None:
    assert static_log.failures(WHOLE, 0) == []
    assert static_log.judge(WHOLE, 0).unproven == ()
    assert static_log.progress(WHOLE) == (4804, 4804)


def test_the_last_drawing_is_no_proof_for_one_process() -> None:
    verdict = static_log.judge(LAST_DRAWING_EARLY, 0)
    assert verdict.failures == ()
    assert verdict.unproven == (BLANK,)


def test_a_child_that_was_killed_leaves_only_the_drawing() -> None:
    assert static_log.failures(LAST_DRAWING_EARLY, 0, jobs=2) == [f"{BLANK} stopped at 1723 of 2394 files"]


def test_an_earlier_package_can_not_be_unfinished() -> None:
    log = BEGIN + _line(BLANK, 872, 2394) + "\n" + _line(LUMA, 2410, 2410) + END
    assert static_log.failures(log, 0) == [f"{BLANK} stopped at 872 of 2394 files"]


def test_hidden_errors_are_found() -> None:
    found = static_log.failures(PARALLEL, 0, jobs=2)
    assert any(line.startswith("Error happened during deploy process") for line in found)
    assert any(line.startswith("Compilation from source") for line in found)
    assert f"{LUMA} stopped at 872 of 2410 files" in found
    assert not any(line.startswith(BLANK) for line in found)


@pytest.mark.parametrize(
    ("log", "exit"),
    [
        (BEGIN + END, 0),  # --theme No/Such
        (WHOLE, 1),
        (WHOLE, None),
        (WHOLE + "Exited: frontend/Magento/luma/de_DE(status: 255)\n", 0),
        (WHOLE + "Compilation from source acme.less failed\n", 0),
        (WHOLE.replace(END, ""), 0),
    ],
)
def test_what_must_not_pass(log: str, exit: int | None) -> None:
    assert static_log.failures(log, exit)


def test_an_exit_of_0_and_packages_with_nothing_to_do_are_no_failures() -> None:
    log = WHOLE.replace(END, "\n" + _line("frontend/Magento/luma/de_DE", 0, 0) + END)
    assert static_log.failures(log + "Exited: frontend/Magento/luma/de_DE(status: 0)\n", 0) == []


def test_processes_share_no_directory() -> None:
    static = (
        Locales(area="frontend", themes=("Acme/a",), locales=("en_US", "de_DE")),
        Locales(area="frontend", themes=("Acme/b",), locales=("de_DE",)),
        Locales(area="adminhtml", locales=("en_US",)),
    )
    found = deploys(static, content_version="1234")
    assert [(one.area, one.locale, one.themes) for one in found] == [
        ("frontend", "en_US", ("Acme/a",)),
        ("frontend", "de_DE", ("Acme/a", "Acme/b")),
        ("adminhtml", "en_US", ()),
    ]
    assert ["--no-html-minify" in one.arguments for one in found] == [False, True, True]
    assert all("--content-version=1234" in one.arguments and "-f" in one.arguments for one in found)
    assert not any(argument.startswith(("-j", "--jobs")) for one in found for argument in one.arguments)
    line = argv("setup:static-content:deploy", *found[1].arguments, php=("php8.2",), root="/b")
    assert line[:3] == ["php8.2", "/b/bin/magento", "setup:static-content:deploy"]


def test_all_themes_once_asked_for_stay_all() -> None:
    every = Locales(area="frontend", locales=("de_DE",))
    named = Locales(area="frontend", themes=("Acme/a",), locales=("de_DE",))
    assert deploys((named, every), content_version="1")[0].themes == ()
    assert deploys((every, named), content_version="1")[0].themes == ()


def test_the_version_is_digits_and_follows_from_the_inputs() -> None:
    one = content_version(["commit", "php 8.2"])
    assert one.isdigit()
    assert len(one) == 15
    assert one == content_version(["commit", "php 8.2"]) != content_version(["commitphp 8.2", ""])


def test_expected_directories() -> None:
    config: dict[int | str, object] = {
        "themes": {
            "frontend/Acme/a": {"type": "0"},
            "frontend/Acme/virtual": {"type": "1"},
            "adminhtml/M/b": {},
        }
    }
    themes = physical_themes(config)
    assert themes == ("frontend/Acme/a", "adminhtml/M/b")
    assert expected_directories(wanted((), ("en_US",)), themes) == (
        "pub/static/frontend/Acme/a/en_US",
        "pub/static/adminhtml/M/b/en_US",
    )


def test_compile_logs() -> None:
    done = "Compilation was started.\n\nGenerated code and dependency injection configuration successfully.\n"
    steps = (
        "%message% 0/9 [>---]   0% < 1 sec 75.0 MiBProxies code generation... 0/9 [>---]   0%\n"
        "Interceptors generation... 4/9 [======>-------]  44% 8 secs 230.0 MiB\n"
    )
    assert compile_log.failures(done + steps, 0) == []
    assert compile_log.progress(steps) == (4, 9, "Interceptors generation")
    assert compile_log.progress("") == (0, 0, "")
    assert compile_log.failures("Compilation was started.\n", 0)
    box = '\nIn X.php line 41:\n                                        \n  Class "No\\Such\\Thing" does not exist  \n'
    assert compile_log.failures(box, 1) == ['Class "No\\Such\\Thing" does not exist']
    assert compile_log.failures(done, None) == ["its exit code is unknown"]
