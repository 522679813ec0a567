"""Who reached a ceiling of readings or of searches lately: a stolen account, a script, or a limit that is too low."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef

from eprescription.ceilings import CEILINGS, CODE
from eprescription.models import Activity, Deed, JournalEntry

SHOWN_FOR = timedelta(days=7)
MOST = 50


@dataclass(frozen=True)
class Stopped:
    """One person at one ceiling: how often he was refused, and last when. No patient."""

    who: str
    identifier: str
    where: str
    what: str
    times: int
    last: datetime


def stopped(*, at: datetime) -> list[Stopped]:
    """The latest first. Found person by person, by the index of the journal: it is not read as a whole."""
    refusals = JournalEntry.objects.filter(
        deed=Deed.REFUSED, code__startswith=CODE, at__gt=at - SHOWN_FOR
    )
    people = Activity.objects.filter(Exists(refusals.filter(activity=OuterRef("pk"))))
    known = people.select_related("place").in_bulk()
    rows = refusals.filter(activity__in=list(known)).values("activity", "code")
    told = rows.annotate(times=Count("pk"), last=Max("at")).order_by("-last")[:MOST]
    return [_stopped(known[row["activity"]], row) for row in told]


def _stopped(who: Activity, row: Any) -> Stopped:
    code = row["code"]
    return Stopped(
        who=who.person or str(who.get_role_display()),
        identifier=who.identifier,
        where=who.place.name if who.place else "",
        what=str(next((c.what for c in CEILINGS if CODE + c.name == code), code)),
        times=row["times"],
        last=row["last"],
    )
