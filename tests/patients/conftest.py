"""The health space of the patients' tests: the portal's own door, without a network."""

import httpx
import pytest

from eprescription.health_space import client
from tests.eprescription.health_space.receivers import DoorOfThePortal


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> DoorOfThePortal:
    """What leaves the outbox arrives in the portal itself."""
    door = DoorOfThePortal()
    monkeypatch.setattr(client.httpx, "stream", httpx.Client(transport=door).stream)
    return door
