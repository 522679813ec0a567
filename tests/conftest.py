"""What all tests share: a catalogue loaded once, journals that can be emptied between tests."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.db import OperationalError
from django.db.backends.postgresql.operations import DatabaseOperations
from django.utils import timezone

from eprescription import middleware
from eprescription.catalogue import editions
from eprescription.catalogue.listed import load_listed
from eprescription.catalogue.loading import load_starter
from eprescription.documents import reading

# Insert-only tables refuse TRUNCATE, as they should. Between tests that commit, and only there, the test
# superuser empties them with triggers asleep.
_flush = DatabaseOperations.execute_sql_flush
TRIES = 5
LONG = 3600.0  # seconds: more than any test lasts
emptied: list[bool] = []  # whether such a test emptied the base since it was filled


def _flush_with_triggers_asleep(self: Any, sql_list: list[str]) -> None:
    """Empties the base once the servers and workers of the test have let go of it: they may still be writing."""
    asleep = ["SET session_replication_role = replica;"] if sql_list else []
    awake = ["SET session_replication_role = DEFAULT;"] if sql_list else []
    for left in reversed(range(TRIES)):
        try:
            _flush(self, [*asleep, *sql_list, *awake])
        except OperationalError:  # a deadlock, or a lock that is held for long
            if not left:
                raise
        else:
            break
    emptied.append(True)


DatabaseOperations.execute_sql_flush = _flush_with_triggers_asleep  # type: ignore[method-assign]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: Any, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock():
        call_command("createcachetable")
        _fill()


def _fill() -> None:
    load_starter(at=timezone.now())
    load_listed()
    emptied.clear()


@pytest.fixture(scope="session")
def refill(django_db_setup: None, django_db_blocker: Any) -> Callable[[], None]:
    """Fills the base again if a test that commits emptied it: with `-n` any test may run before any other."""

    def fill_again() -> None:
        if emptied:
            with django_db_blocker.unblock():
                _fill()

    return fill_again


@pytest.fixture
def filled(request: pytest.FixtureRequest, refill: Callable[[], None]) -> None:
    """The catalogue is there for each test that does not commit itself."""
    marker = request.node.get_closest_marker("django_db")
    commits = {"transactional_db", "live_server"} & set(request.fixturenames)
    if not commits and not (marker and marker.kwargs.get("transaction")):
        refill()


@pytest.fixture
def _django_db_helper(filled: None, _django_db_helper: None) -> None:
    """What pytest-django opens for a test, once the base is filled."""


@pytest.fixture(autouse=True)
def no_news(monkeypatch: pytest.MonkeyPatch) -> None:
    """The banner asks the database now and then: not in the middle of a test that counts its queries."""
    monkeypatch.setattr("eprescription.health._news", (time.monotonic() + 3600, False))
    monkeypatch.setattr("eprescription.components._news", (time.monotonic() + 3600, frozenset()))


@pytest.fixture(autouse=True)
def no_minute_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is asked or written down again each minute comes at no moment of its own, whose queries are counted."""
    monkeypatch.setattr(middleware, "REFRESH_SECONDS", 240)  # a counter locks after five minutes
    monkeypatch.setattr(editions, "FRESH_SECONDS", LONG)


@pytest.fixture(autouse=True)
def no_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is read in a file does not depend on how busy the machine of the tests is."""
    monkeypatch.setattr(reading, "SECONDS", 30)


@pytest.fixture
def catalogue(transactional_db: Any) -> Iterator[None]:
    """Tests that commit empty the base afterwards: they load the catalogue themselves."""
    load_starter(at=timezone.now())
    load_listed()
    yield
