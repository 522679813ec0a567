"""What all tests share: a catalogue loaded once, journals that can be emptied between tests."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.db.backends.postgresql.operations import DatabaseOperations
from django.utils import timezone

from eprescription.catalogue.listed import load_listed
from eprescription.catalogue.loading import load_starter

# Insert-only tables refuse TRUNCATE, as they should. Between tests that commit, and only there, the test
# superuser empties them with triggers asleep.
_flush = DatabaseOperations.execute_sql_flush


def _flush_with_triggers_asleep(self: Any, sql_list: list[str]) -> None:
    asleep = ["SET session_replication_role = replica;"] if sql_list else []
    awake = ["SET session_replication_role = DEFAULT;"] if sql_list else []
    _flush(self, [*asleep, *sql_list, *awake])


DatabaseOperations.execute_sql_flush = _flush_with_triggers_asleep  # type: ignore[method-assign]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: Any, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock():
        call_command("createcachetable")
        load_starter(at=timezone.now())
        load_listed()


@pytest.fixture(autouse=True)
def no_news(monkeypatch: pytest.MonkeyPatch) -> None:
    """The banner asks the database now and then: not in the middle of a test that counts its queries."""
    monkeypatch.setattr("eprescription.health._news", (time.monotonic() + 3600, False))


@pytest.fixture
def catalogue(transactional_db: Any) -> Iterator[None]:
    """Tests that commit empty the base afterwards: they load the catalogue themselves."""
    load_starter(at=timezone.now())
    load_listed()
    yield
