"""The patient: registered once by his traits, then known."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from eprescription.actor import Actor
from eprescription.audit.journal import record
from eprescription.identity import vault
from eprescription.identity.traits import Traits
from eprescription.models import (
    Care,
    Deed,
    Subject,
)


def register_patient(*, traits: Traits, by: Actor, at: datetime) -> UUID:
    """Registers a person by the five strict traits, or finds again the one who has this INS; opens the care."""
    with transaction.atomic():
        subject_id = vault.register(traits=traits, new_subject=lambda: Subject.objects.create().pk)
        _open_care(subject_id, by, at)
        record(Deed.IDENTIFIED, by=by, subject_id=subject_id)
    return subject_id


def take_in_care(*, subject_id: UUID, by: Actor, at: datetime) -> None:
    """The prescriber found a known person by his traits: from now on the patient is his too."""
    with transaction.atomic():
        _open_care(subject_id, by, at)
        record(Deed.SEARCHED, by=by, subject_id=subject_id)


def _open_care(subject_id: UUID, by: Actor, at: datetime) -> None:
    Care.objects.update_or_create(
        subject_id=subject_id,
        prescriber_id=by.activity_id,
        defaults={"last_at": at},
        create_defaults={"since": at, "last_at": at},
    )
