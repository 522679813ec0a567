"""A pytest plugin: with PORTAL_REQUIRE_ALL=1, a skipped test fails the run and is named."""

import os

import pytest

skipped: list[str] = []


def required() -> bool:
    """Whether this run must have run everything, as .ci/run demands."""
    return os.environ.get("PORTAL_REQUIRE_ALL") == "1"


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Notes each skipped test; an expected failure is not one."""
    if report.skipped and not hasattr(report, "wasxfail"):
        skipped.append(report.nodeid)


def pytest_collectreport(report: pytest.CollectReport) -> None:
    """Notes each module that skipped itself whole."""
    if report.skipped:
        skipped.append(report.nodeid)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Turns a run that skipped something into a failed one."""
    if required() and skipped and exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Names what was skipped."""
    if required() and skipped:
        terminalreporter.section("Skipped, and PORTAL_REQUIRE_ALL=1 forbids it", red=True)
        for nodeid in skipped:
            terminalreporter.line(nodeid)
