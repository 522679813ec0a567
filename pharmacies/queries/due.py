"""What this pharmacy still owes, and whose treatment given here ends soon: the two promises of a counter.

Both look at a bounded past of one pharmacy (index `dispensings_of_pharmacy`), so that their cost follows a month of its
work and not the size of the tables.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import (
    DateTimeField,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Value,
)
from django.utils import timezone

from eprescription.actor import Actor
from eprescription.models import DispensedLine, PrescriptionState

OWED_FOR = timedelta(days=31)  # what was not fetched within a month is not waited for
SOON = timedelta(days=7)
LATE = timedelta(days=7)  # a treatment that ended longer ago is no reminder any more
LONGEST_TREATMENT = timedelta(days=100)  # the biggest packs hold three months
MOST = 50


@dataclass(frozen=True)
class DueLine:
    """One line that asks for something: `day` is when it was owed, or when the treatment ends."""

    row: DispensedLine
    day: date


def owed(actor: Actor, *, at: datetime) -> list[DueLine]:
    """Lines of standing dispensings here with something owed and not given since; the oldest first; one query."""
    rows = _last_here(actor, at - OWED_FOR).filter(owed__gt=0)
    rows = rows.exclude(dispensing__case__prescription__state=PrescriptionState.CANCELLED)
    return [
        DueLine(row, timezone.localtime(row.dispensing.at).date())
        for row in rows.order_by("dispensing__at")[:MOST]
    ]


def to_renew(actor: Actor, *, at: datetime) -> list[DueLine]:
    """Lines last dispensed here whose treatment ends within a week, with something left; the soonest first.

    What is owed stands with the promises, and nowhere else.
    """
    one_day = Value(timedelta(days=1), output_field=DurationField())
    ends = ExpressionWrapper(
        F("dispensing__at") + F("days") * one_day, output_field=DateTimeField()
    )
    rows = _last_here(actor, at - LONGEST_TREATMENT - LATE).filter(
        quantity__gt=0, days__gt=0, owed=0
    )
    dated = rows.annotate(ends=ends).filter(ends__gte=at - LATE, ends__lte=at + SOON)
    alive = dated.filter(
        dispensing__case__prescription__state=PrescriptionState.ISSUED,
        dispensing__case__prescription__expires_on__gte=timezone.localtime(at).date(),
    )
    return [
        DueLine(row, timezone.localtime(row.ends).date())  # type: ignore[attr-defined]
        for row in alive.order_by("ends")[:MOST]
    ]


def _last_here(actor: Actor, since: datetime) -> QuerySet[DispensedLine]:
    """Standing lines of this pharmacy that no later dispensing, here or elsewhere, has followed."""
    later = DispensedLine.objects.filter(
        line=OuterRef("line"),
        quantity__gt=0,
        dispensing__correction=None,
        dispensing__at__gt=OuterRef("dispensing__at"),
    )
    here = DispensedLine.objects.filter(
        Q(line__balance__total__gt=F("line__balance__dispensed") + F("line__balance__lost")),
        dispensing__pharmacy_id=actor.place_id if actor.is_pharmacist else None,
        dispensing__at__gte=since,
        dispensing__correction=None,
        line__replacement=None,
    )
    last = here.filter(~Exists(later))
    return last.select_related("line__balance", "dispensing__case__prescription")
