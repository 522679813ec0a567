"""Erases a person on his demand (GDPR art. 17): at once and wholly, but for what the law makes a pharmacy keep."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from eprescription.identity import vault
from eprescription.models import Activity, NationalLink, Prescription, Subject, Warrant
from eprescription.retention.erasing import erase, held_by_registers, subject_rows

RULE = "request"


@dataclass(frozen=True)
class Erased:
    """How many rows went, and how many prescriptions stay behind a register."""

    rows: int
    held: int


@transaction.atomic
def erase_patient(subject_id: UUID, *, at: datetime) -> Erased:
    """Destroys the identity, the prescriptions (number and state stay), and what the journal says of them.

    A register names its patient for ten years (CSP R. 5132-10): the sealed identity that such a row was signed under
    stays as long, found by no look-up any more. Raises Subject.DoesNotExist.
    """
    subject = Subject.objects.select_for_update().get(pk=subject_id)
    Warrant.objects.create(kind=Warrant.Kind.ERASURE, reason=RULE)
    rows = subject_rows(subject_id)
    held = Prescription.objects.filter(pk__in=held_by_registers(rows, at=at).get(Prescription, ()))
    versions = set(held.values_list("identity_version", flat=True))
    _close_account(subject)
    gone = erase(rows, rule=RULE, at=at, subjects=[subject_id])
    vault.forget(subject_id, but={version for version in versions if version})
    return Erased(rows=gone, held=held.count())


def _close_account(subject: Subject) -> None:
    """The account of a patient is emptied; a professional keeps his, without the patient's role."""
    user = subject.user
    if user is None:
        return
    subject.user = None
    subject.save(update_fields=["user"])
    Activity.objects.filter(user=user, place=None).update(is_active=False)
    if not Activity.objects.filter(user=user, is_active=True).exists():
        NationalLink.objects.filter(user=user).delete()
        user.set_unusable_password()
        user.username, user.is_active = f"{RULE} {user.pk}", False
        user.save(update_fields=["username", "password", "is_active"])
