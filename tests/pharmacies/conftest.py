"""What the tests of the counter share: people at work, each in a browser of their own."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from eprescription.actor import Actor
from tests import factories
from tests.sessions import acting


@pytest.fixture
def at_work() -> Callable[[Actor], Client]:
    """A client that is signed in and acts as this person."""

    return acting


@pytest.fixture
def doctor(db: Any) -> Actor:
    return factories.a_prescriber()


@pytest.fixture
def pharmacist(db: Any) -> Actor:
    return factories.a_pharmacist()


@pytest.fixture
def desk(at_work: Any, pharmacist: Actor) -> Client:
    """The pharmacist at her desk."""
    return at_work(pharmacist)


@pytest.fixture
def patient(doctor: Actor) -> Any:
    subject_id, _account = factories.a_patient(doctor)
    return subject_id
