"""Allergies, declared or ended by a prescriber who has the patient in care."""

from datetime import datetime
from uuid import UUID

from django.http import Http404

from eprescription.actor import Actor
from eprescription.allergies import withdraw, write
from eprescription.models import Allergy
from eprescription.permissions import check_care, patients_of


def declare_allergy(
    *, subject_id: UUID, kind: str, code: str, label: str, by: Actor, at: datetime
) -> Allergy:
    """Declares an allergy to a substance, a class, or anything else that is then not checked.
    Declaring twice is once; what was ended can be declared again."""
    check_care(by, subject_id)
    return write(subject_id=subject_id, kind=kind, code=code, label=label, by=by, at=at)


def end_allergy(*, allergy_id: int, by: Actor, at: datetime) -> None:
    """Ends an allergy of a patient in care, whoever declared it; 404 for any other."""
    known = patients_of(by).values("subject")
    allergy = Allergy.objects.filter(pk=allergy_id, subject__in=known).first()
    if allergy is None:
        raise Http404
    withdraw(allergy=allergy, by=by, at=at)
