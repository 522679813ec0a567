"""What this pharmacy still owes, and whose treatment given here ends soon: the two promises of a counter.

Lines remember at which counter something is due of them and when (indexes `boxes_owed` and `treatments_ending`), so that
looking costs what is found and not what was dispensed.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils import timezone

from eprescription.actor import Actor
from eprescription.models import DispensedLine, Prescription, PrescriptionState
from pharmacies.queries.names import NAMED
from pharmacies.queue import Due, DueLine

OWED_FOR = timedelta(days=31)  # what was not fetched within a month is not waited for
SOON = timedelta(days=7)
LATE = timedelta(days=7)  # a treatment that ended longer ago is no reminder any more
MOST = 1000  # lines that one looks through on a page of their own
LINE = (
    "owed",
    "owed_since",
    "ends_on",
    "line__inn",
    "line__name",
    "line__form",
    "line__balance__unit",
)
WHOSE = ("id", *NAMED)


class AllDue(list[Due]):
    """By prescription, in the order of their first lines. `cut` when more lines than `most` ask."""

    def __init__(self, *parts: QuerySet[DispensedLine], most: int) -> None:
        paths = (f"dispensing__case__prescription__{field}" for field in WHOSE)
        wanted = (*LINE, *paths)
        found: list[tuple[Any, ...]] = []
        for lines in parts:
            if len(found) <= most:
                found += lines.values_list(*wanted)[: most + 1 - len(found)]
        self.cut = len(found) > most
        groups: dict[tuple[Any, ...], list[DueLine]] = {}
        for row in found[:most]:
            groups.setdefault(row[len(LINE) :], []).append(DueLine(*row[: len(LINE)]))
        super().__init__(
            Due(Prescription.from_db(None, WHOSE, whose), lines) for whose, lines in groups.items()
        )


def owed(actor: Actor, *, at: datetime, most: int = MOST) -> AllDue:
    """Lines of standing dispensings here with something owed and not given since; the oldest first."""
    since = timezone.localdate(at - OWED_FOR)
    rows = _last_here(actor).filter(owed_since__gte=since)
    rows = rows.exclude(dispensing__case__prescription__state=PrescriptionState.CANCELLED)
    return AllDue(rows.order_by("owed_since", "pk"), most=most)


def to_renew(actor: Actor, *, at: datetime, most: int = MOST) -> AllDue:
    """Lines last dispensed here whose treatment ends within a week, the soonest first, then those that ended lately.

    Something is left of each. What is owed stands with the promises, and nowhere else.
    """
    today = timezone.localdate(at)
    alive = _last_here(actor).filter(
        dispensing__case__prescription__state=PrescriptionState.ISSUED,
        dispensing__case__prescription__expires_on__gte=today,
    )
    ending = alive.filter(ends_on__gte=today, ends_on__lte=today + SOON)
    ended = alive.filter(ends_on__lt=today, ends_on__gte=today - LATE)
    return AllDue(ending.order_by("ends_on", "pk"), ended.order_by("-ends_on", "-pk"), most=most)


def _last_here(actor: Actor) -> QuerySet[DispensedLine]:
    """Standing lines of this pharmacy with something left, that no later one, here or elsewhere, has followed.

    Nothing is left of a line that another one replaced: its balance is lost.
    """
    same = DispensedLine.objects.filter(line=OuterRef("line"), quantity__gt=0)
    later = same.filter(pk__gt=OuterRef("pk"), dispensing__correction=None)
    here = DispensedLine.objects.filter(
        ~Exists(later),
        line__balance__total__gt=F("line__balance__dispensed") + F("line__balance__lost"),
        pharmacy=actor.place_id,
        dispensing__correction=None,
    )
    return here if actor.is_pharmacist else here.none()
