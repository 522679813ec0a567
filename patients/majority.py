"""Of age: what others decided for a minor still stands, and he is invited to decide himself (product decision 9)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from eprescription.actor import Actor
from eprescription.models import Opposition, Reach, SecretCare, Subject
from eprescription.permissions import check_oppose, oppositions_of
from eprescription.representing import majority
from patients import actions


@dataclass(frozen=True)
class Invitation:
    """How many refusals others made for him, since the earliest of them."""

    number: int
    since: date


def invitation(by: Actor, *, at: datetime) -> Invitation | None:
    """What the new adult has not answered yet; None for everybody else, and once he answered."""
    found = inherited(by, at=at)
    if not found:
        return None
    first = min(o.since for o in found)
    return Invitation(len(found), timezone.localtime(first).date())


def inherited(by: Actor, *, at: datetime) -> list[Opposition]:
    """The oppositions that stand since he was a minor: on all but secret care, others decided then."""
    if not by.is_patient or by.representing or by.subject_id is None:
        return []
    of_age = majority(by.subject_id)
    if of_age is None or at < of_age:
        return []
    rows = oppositions_of(by).filter(until=None, since__lt=of_age)
    told = rows.select_related("prescription").order_by("since", "pk")
    return [o for o in told if not (o.prescription and o.prescription.secret != SecretCare.NONE)]


def keep(*, by: Actor, at: datetime) -> None:
    """The refusals become his own word: each ends and begins again in one transaction, and nobody reads between."""
    asked = _asked(by, at)
    assert by.subject_id
    for one in asked:
        with transaction.atomic():
            Subject.objects.select_for_update().get(pk=by.subject_id)
            standing = Opposition.objects.filter(pk=one.pk, until=None)
            if standing.update(until=at, withdrawn_by=by.activity_id):
                actions.oppose(**_target(one), by=by, at=at)


def lift(*, by: Actor, at: datetime) -> None:
    """He lets them all go: the reading returns at once."""
    for one in _asked(by, at):
        actions.withdraw(**_target(one), by=by, at=at)


def _asked(by: Actor, at: datetime) -> list[Opposition]:
    check_oppose(by, by.subject_id, at=at)
    return inherited(by, at=at)


def _target(one: Opposition) -> dict[str, Any]:
    return {
        "reach": Reach(one.reach),
        "prescription": one.prescription,
        "prescriber_id": one.prescriber_id,
    }
