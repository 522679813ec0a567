"""What a patient does about an access: he knows the place, or he doubts it and the operator looks into it."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404

from eprescription.actor import Actor
from eprescription.audit.journal import record
from eprescription.models import AccessCase, Deed, KnownPlace
from eprescription.permissions import check_self, journal_of


def recognise(*, place_id: Any, by: Actor, at: datetime) -> None:
    """The place is known from now on and is no alert any more. Twice is once; 404 for a place that read nothing.

    What a minor recognised alone stays unknown to a representative: he recognises it once more, for both.
    """
    check_self(by, by.subject_id)
    if not journal_of(by).filter(place=place_id).exists():
        raise Http404
    with transaction.atomic():
        row, new = KnownPlace.objects.get_or_create(
            subject_id=by.subject_id,
            place_id=place_id,
            defaults={"since": at, "by_id": by.activity_id},
        )
        if by.representing and not new:
            new = bool(the_minors_own(by).filter(pk=row.pk).update(by=by.activity_id))
        if new:
            record(Deed.PREFERRED, by=by, subject_id=by.subject_id, code="place")


def the_minors_own(by: Actor) -> QuerySet[KnownPlace]:
    """The places that the person of a represented space recognised alone: perhaps for care that stays secret."""
    rows = KnownPlace.objects.filter(subject=by.subject_id)
    return rows.filter(by__user__subject=by.subject_id) if by.representing else rows.none()


def doubt(*, entry_id: int, by: Actor, at: datetime) -> AccessCase:
    """Opens a case about one access. Twice is once; 404 for what does not stand in his own journal."""
    check_self(by, by.subject_id)
    entry = journal_of(by).filter(pk=entry_id).first()
    if entry is None:
        raise Http404
    with transaction.atomic():
        case, new = AccessCase.objects.get_or_create(
            entry=entry,
            defaults={
                "subject_id": by.subject_id,
                "opened_by_id": by.activity_id,
                "opened_at": at,
            },
        )
        if new:
            record(Deed.DOUBTED, by=by, subject_id=by.subject_id, code=str(entry.pk))
    return case
