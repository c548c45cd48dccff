"""Fixtures for all tests; sub-folders add their own."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from office import Office, missing

ROOT = Path(__file__).resolve().parents[1]
NO_SHARED = "there is no folder ../shared"

# no example is judged by its time, and a failing run can be repeated as it was
settings.register_profile("ducha", deadline=None, derandomize=True)
settings.load_profile("ducha")


def in_ci() -> bool:
    return bool(os.environ.get("CI"))


@pytest.fixture(scope="session")
def office() -> Iterator[Office]:
    """A running LibreOffice (see tests/office.py); without one: skip, and in CI fail."""
    lack = missing()
    if lack and in_ci():
        pytest.fail(f"CI must run the office tests: {lack}")
    if lack:
        pytest.skip(lack)
    running = Office()
    yield running
    running.close()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real documents beside the project; not everybody has it."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip(NO_SHARED)
    return folder


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever uses the fixture is an office test, marked or not."""
    for item in items:
        if "office" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.office)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """In CI a skipped office test is a failed one, whoever skipped it, unless it lacks the real documents."""
    report = yield
    skipped = report.skipped and not hasattr(report, "wasxfail") and NO_SHARED not in str(report.longrepr)
    if skipped and in_ci() and item.get_closest_marker("office"):
        report.outcome = "failed"
        report.longrepr = f"skipped in CI: {report.longrepr}"
    return report
