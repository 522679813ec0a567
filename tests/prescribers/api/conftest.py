"""For whom one prescribes, and the other side of the counter."""

from typing import Any

import pytest

from eprescription.actor import Actor
from tests import factories as f


@pytest.fixture
def pharmacist(db: Any) -> Actor:
    return f.a_pharmacist()


@pytest.fixture
def patient(doctor: Actor) -> Any:
    subject, _account = f.a_patient(doctor)
    return subject
