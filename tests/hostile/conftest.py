"""One world for all hostile tests: each request is undone after its answer."""

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import transaction

from eprescription import limits
from eprescription.models import Prescription
from prescribers.lines import of_text
from tests import factories
from tests.policy.world import Family, World


class HostileWorld(World):
    """The world of the policy, with what only some pages show: lines of words, and a prescription without name."""

    def __init__(self) -> None:
        super().__init__()
        doctor, own = self.author, self.families["own"]
        draft = Prescription.objects.get(pk=own.draft)
        factories.prescriber_acts.add_line(
            prescription=draft, content=of_text("care", "Pansement"), by=doctor, at=self.now
        )
        nameless = factories.an_anonymous(doctor)
        self.families["nameless"] = Family(
            uuid.UUID(int=7), factories.a_signed_anonymous(doctor).pk, nameless.pk
        )


@pytest.fixture(scope="package")
def world(refill: Callable[[], None], django_db_blocker: Any) -> Iterator[HostileWorld]:
    refill()
    with django_db_blocker.unblock(), transaction.atomic():
        yield HostileWorld()
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who tries ten thousand texts touches the ceilings of a professional: they have tests of their own."""
    for name in ("SEARCHES", "READINGS", "FILES"):
        for period in ("HOUR", "DAY"):
            if hasattr(limits, f"{name}_PER_{period}"):
                monkeypatch.setattr(limits, f"{name}_PER_{period}", 10**6)
