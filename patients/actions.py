"""The acts of a patient: who may read what was dispensed to him, and what he must not be given."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

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
from eprescription.permissions import check_oppose, check_self, settle_reading, visible_to
from eprescription.refusal import Refusal


def oppose(
    *,
    reach: Reach,
    by: Actor,
    at: datetime,
    prescription: Prescription | None = None,
    prescriber_id: Any = None,
) -> None:
    """At once the prescriber reads only that the patient opposed; past dispensings included. Twice is once.

    One of two parents is enough; a consent that he gave to its end is taken back.
    """
    with _deciding(reach, prescription, prescriber_id, by, at) as (target, _whose):
        standing, new = Opposition.objects.get_or_create(
            **target,
            until=None,
            defaults={"channel": Channel.SPACE, "since": at, "by_id": by.activity_id},
        )
        again = standing.consents.filter(user=by.user_id, until=None).update(until=at)
        if new or again:
            _settle(Deed.OPPOSED, target, by)


def withdraw(
    *,
    reach: Reach,
    by: Actor,
    at: datetime,
    prescription: Prescription | None = None,
    prescriber_id: Any = None,
) -> bool:
    """Agrees that an opposition ends; it ends, and the reading returns, once all who decide agree (decision 9).

    Tells whether it has ended: False while it waits for the word of another.
    """
    with _deciding(reach, prescription, prescriber_id, by, at) as (target, whose):
        standing = Opposition.objects.filter(**target, until=None).first()
        if standing is None:
            return True
        if not standing.consents.filter(user=by.user_id, until=None).exists():
            standing.consents.create(user_id=by.user_id, by_id=by.activity_id, at=at)
        agreed = set(standing.consents.filter(until=None).values_list("user", flat=True))
        if not whose <= agreed:
            _settle(Deed.CONSENTED, target, by)
            return False
        Opposition.objects.filter(pk=standing.pk).update(until=at, withdrawn_by=by.activity_id)
        _settle(Deed.WITHDREW, target, by)
        return True


def declare_allergy(*, kind: str, code: str, label: str, by: Actor, at: datetime) -> Allergy:
    """Declares an allergy of his own: his prescribers are warned of it. Twice is once."""
    check_self(by, by.subject_id)
    assert by.subject_id is not None
    return allergies.write(
        subject_id=by.subject_id, kind=kind, code=code, label=label, by=by, at=at
    )


def end_allergy(*, allergy_id: int, by: Actor, at: datetime) -> None:
    """Ends an allergy that he declared himself; 404 for a stranger's. What a professional declared
    is ended by a professional: a warning must not vanish without one who knows why it stood."""
    check_self(by, by.subject_id)
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
    reach: Reach, prescription: Prescription | None, prescriber_id: Any, by: Actor, at: datetime
) -> Iterator[tuple[dict[str, Any], frozenset[UUID]]]:
    """Gives what the decision is about and whose word counts, under the lock of the subject."""
    whose = _whose(by, reach, prescription, prescriber_id, at)
    with transaction.atomic():
        Subject.objects.select_for_update().get(pk=by.subject_id)
        yield _target(by.subject_id, reach, prescription, prescriber_id), whose


def _settle(deed: Deed, target: dict[str, Any], by: Actor) -> None:
    """Who reads is settled, and the trace left, in the transaction of the decision."""
    settle_reading(Prescription.objects.filter(subject_id=by.subject_id))
    about = target["prescription"]
    record(deed, by=by, subject_id=by.subject_id, prescription=about, code=target["reach"])


def _whose(
    by: Actor, reach: Reach, prescription: Prescription | None, prescriber_id: Any, at: datetime
) -> frozenset[UUID]:
    """Whose word counts, when the target is of this space; a stranger's prescription does not exist for him."""
    about = prescription if reach is Reach.PRESCRIPTION else None
    secret = bool(about and about.secret)
    whose = check_oppose(by, by.subject_id, secret=secret, at=at)
    own = visible_to(by)
    if reach is Reach.PRESCRIPTION:
        known = about is not None and own.filter(pk=about.pk).exists()
    elif reach is Reach.PRESCRIBER:
        known = own.filter(author__user_id=prescriber_id).exists()
    else:
        known = True
    if not known:
        raise Refusal("not_self", _("Cette ordonnance n'est pas la vôtre."))
    return whose


def _target(
    subject_id: Any, reach: Reach, prescription: Prescription | None, prescriber_id: Any
) -> dict[str, Any]:
    return {
        "subject_id": subject_id,
        "reach": reach,
        "prescription": prescription if reach is Reach.PRESCRIPTION else None,
        "prescriber_id": prescriber_id if reach is Reach.PRESCRIBER else None,
    }
