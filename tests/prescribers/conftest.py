"""A doctor at work: her sessions and her patients."""

from typing import Any

import pytest
from django.test import Client

from eprescription.actor import Actor
from tests import factories as f
from tests.sessions import acting


@pytest.fixture
def doctor(db: Any) -> Actor:
    return f.a_prescriber()


@pytest.fixture
def client(doctor: Actor) -> Client:
    return acting(doctor)
