"""The acts of a patient: who may read what was dispensed to him, and what he must not be given."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from eprescription import allergies
from eprescription.actor import Actor
from eprescription.audit.journal import record
from eprescription.models import (
    Allergy,
    Channel,
    Deed,
    Opposition,
    Prescription,
    Reach,
    Role,
    Subject,
)
from eprescription.permissions import check_oppose, settle_reading, visible_to
from eprescription.refusal import Refusal


def oppose(
    *,
    reach: Reach,
    by: Actor,
    at: datetime,
    prescription: Prescription | None = None,
    prescriber_id: Any = None,
) -> None:
    """At once the prescriber reads only that the patient opposed; past dispensings included. Twice is once."""
    with _deciding(Deed.OPPOSED, reach, prescription, prescriber_id, by) as target:
        Opposition.objects.get_or_create(
            **target,
            until=None,
            defaults={"channel": Channel.SPACE, "since": at, "by_id": by.activity_id},
        )


def withdraw(
    *,
    reach: Reach,
    by: Actor,
    at: datetime,
    prescription: Prescription | None = None,
    prescriber_id: Any = None,
) -> None:
    """Takes an opposition back: the reading returns where no other opposition stands."""
    with _deciding(Deed.WITHDREW, reach, prescription, prescriber_id, by) as target:
        standing = Opposition.objects.filter(**target, until=None)
        standing.update(until=at, withdrawn_by_id=by.activity_id)


def declare_allergy(*, kind: str, code: str, label: str, by: Actor, at: datetime) -> Allergy:
    """Declares an allergy of his own: his prescribers are warned of it. Twice is once."""
    check_oppose(by, by.subject_id)
    assert by.subject_id is not None
    return allergies.write(
        subject_id=by.subject_id, kind=kind, code=code, label=label, by=by, at=at
    )


def end_allergy(*, allergy_id: int, by: Actor, at: datetime) -> None:
    """Ends an allergy that he declared himself; 404 for a stranger's. What a professional declared
    is ended by a professional: a warning must not vanish without one who knows why it stood."""
    check_oppose(by, by.subject_id)
    own = Allergy.objects.filter(pk=allergy_id, subject=by.subject_id)
    allergy = own.select_related("declared_by").first()
    if allergy is None:
        raise Http404
    if allergy.declared_by.role != Role.PATIENT or allergy.declared_by.user_id != by.user_id:
        raise Refusal(
            "not_declared_by_you", _("Seul un professionnel peut retirer cette allergie.")
        )
    allergies.withdraw(allergy=allergy, by=by, at=at)


@contextmanager
def _deciding(
    deed: Deed, reach: Reach, prescription: Prescription | None, prescriber_id: Any, by: Actor
) -> Iterator[dict[str, Any]]:
    """Gives what the decision is about, under the lock of the subject; then settles who reads, and leaves the trace."""
    subject_id = _own(by, reach, prescription, prescriber_id)
    with transaction.atomic():
        Subject.objects.select_for_update().get(pk=subject_id)
        yield _target(subject_id, reach, prescription, prescriber_id)
        settle_reading(Prescription.objects.filter(subject_id=subject_id))
        record(deed, by=by, subject_id=subject_id, prescription=prescription, code=reach)


def _own(by: Actor, reach: Reach, prescription: Prescription | None, prescriber_id: Any) -> Any:
    """The actor's own subject, when the target is his; a stranger's prescription does not exist for him."""
    check_oppose(by, by.subject_id)
    own = visible_to(by)
    if reach is Reach.PRESCRIPTION:
        known = prescription is not None and own.filter(pk=prescription.pk).exists()
    elif reach is Reach.PRESCRIBER:
        known = own.filter(author__user_id=prescriber_id).exists()
    else:
        known = True
    if not known:
        raise Refusal("not_self", _("Cette ordonnance n'est pas la vôtre."))
    return by.subject_id


def _target(
    subject_id: Any, reach: Reach, prescription: Prescription | None, prescriber_id: Any
) -> dict[str, Any]:
    return {
        "subject_id": subject_id,
        "reach": reach,
        "prescription": prescription if reach is Reach.PRESCRIPTION else None,
        "prescriber_id": prescriber_id if reach is Reach.PRESCRIBER else None,
    }
