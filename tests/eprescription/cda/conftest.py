"""Who writes, for whom, and who dispenses."""

from typing import Any

import pytest

from eprescription.actor import Actor
from tests import factories as f


@pytest.fixture
def doctor(catalogue: None) -> Actor:
    return f.a_prescriber()


@pytest.fixture
def patient(doctor: Actor) -> Any:
    subject, _account = f.a_patient(doctor)
    return subject


@pytest.fixture
def pharmacist() -> Actor:
    return f.a_pharmacist()
