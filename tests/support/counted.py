"""A pytest plugin: the run fails unless every test that was collected has passed.

Tests that were skipped, or were expected to fail, or never came to run, count as not passed. It prints both
numbers before pytest's own closing line.
"""

import pytest

_COLLECTED: set[str] = set()
_PASSED: set[str] = set()
_NOT_PASSED: set[str] = set()


def pytest_collection_finish(session: pytest.Session) -> None:
    """Note what was collected in this process."""
    _COLLECTED.update(item.nodeid for item in session.items)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_node_collection_finished(node: object, ids: list[str]) -> None:
    """Note what a worker of pytest-xdist collected."""
    _COLLECTED.update(ids)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Note what a test came to, in each of its three phases."""
    if report.outcome != "passed" or hasattr(report, "wasxfail"):
        _NOT_PASSED.add(report.nodeid)
    elif report.when == "call":
        _PASSED.add(report.nodeid)


def _passed() -> set[str]:
    return (_PASSED - _NOT_PASSED) & _COLLECTED


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail the run when the numbers differ."""
    if session.exitstatus == pytest.ExitCode.OK and _passed() != _COLLECTED:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print both numbers, and name what did not pass without having failed."""
    for name in sorted(_COLLECTED - _passed()):
        terminalreporter.write_line(f"not passed: {name}")
    terminalreporter.write_line(f"collected {len(_COLLECTED)}, passed {len(_passed())}")
