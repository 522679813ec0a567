"""The providers run once for all these tests; each test finds them as if they had just started."""

from collections.abc import Iterator
from typing import Any

import pytest

from eprescription.national.registered import FRANCECONNECT, PSC
from tests.national import Nation, running


@pytest.fixture(scope="session")
def _running() -> Iterator[Nation]:
    with running() as nation:
        yield nation


@pytest.fixture
def nation(_running: Nation, settings: Any) -> Nation:
    _running.forget()
    settings.NATIONAL_PROVIDERS = {key: _running.registered(key) for key in (PSC, FRANCECONNECT)}
    return _running
