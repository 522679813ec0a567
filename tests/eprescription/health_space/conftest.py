"""A receiver at hand for each test of the health space."""

import httpx
import pytest

from eprescription.health_space import client
from tests.eprescription.health_space.receivers import DoorOfThePortal


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> DoorOfThePortal:
    """The portal's own door; nothing leaves the process."""
    door = DoorOfThePortal()
    monkeypatch.setattr(client.httpx, "stream", httpx.Client(transport=door).stream)
    return door
