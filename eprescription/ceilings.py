"""How much one professional, and one place, may look for and read in an hour and in a day (security.md 2.10).

Counted in the journal when it is written, which no reading escapes: in PostgreSQL and in the transaction of the reading,
so that nothing is shown when it cannot be counted. What was refused weighs nothing more.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eprescription import limits
from eprescription.actor import Actor
from eprescription.models import Activity, Deed, JournalEntry, Role
from eprescription.refusal import Refusal

CODE = "ceiling_"  # how the codes of these refusals begin in the journal
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FILE = "export"  # how the code of a reading begins that left as a file


@dataclass(frozen=True)
class Ceiling:
    """One kind of reading, by its rows. `limit` begins the names of its numbers in eprescription.limits."""

    name: str
    limit: str
    what: Promise
    deeds: tuple[Deed, ...]
    code: str = ""  # how the codes of its rows begin
    by_person: bool = False  # what counts is how many people were found, and what found nobody
    in_turn: bool = True  # one at a time, so that no parallel tries pass it
    place_every: int = 1  # how many of one person lie between two counts of his whole place

    def concerns(self, row: JournalEntry) -> bool:
        return row.deed in self.deeds and row.code.startswith(self.code)

    def used(self, when: Q) -> Any:
        """How much of it the rows of the journal tell."""
        if not self.by_person:
            return Count("pk", filter=when)
        found = Count("subject", filter=when, distinct=True)
        return found + limits.WEIGHT_OF_A_MISS * Count("pk", filter=when & Q(subject=None))


SEARCHES = Ceiling(
    "search",
    "SEARCHES",
    gettext_lazy("Trop de recherches de patients."),
    (Deed.SEARCHED, Deed.IDENTIFIED),
    by_person=True,
)
READINGS = Ceiling(
    "reading",
    "READINGS",
    gettext_lazy("Trop d'ordonnances lues."),
    (Deed.READ, Deed.READ_DOCUMENT, Deed.PRINTED),
    in_turn=False,  # the counter is not made to wait: parallel readings pass it by their number
    place_every=10,
)
FILES = Ceiling(
    "file",
    "FILES",
    gettext_lazy("Trop de fichiers du registre."),
    (Deed.READ_EXECUTION,),
    code=FILE,
)
CEILINGS = (SEARCHES, READINGS, FILES)


class TooMuch(Refusal):
    """A ceiling is reached. `again_at`: when the next one is let pass."""

    status = 429

    def __init__(self, ceiling: Ceiling, again_at: datetime) -> None:
        here = timezone.localtime(again_at) + timedelta(minutes=1)  # minutes are told, not seconds
        when = date_format(here, "SHORT_DATETIME_FORMAT")
        text = _("%(what)s Réessayez à partir du %(when)s, ou appelez l'exploitant du portail.")
        super().__init__(CODE + ceiling.name, text % {"what": ceiling.what, "when": when})
        self.again_at = again_at


def check(by: Actor | None, rows: Sequence[JournalEntry], *, at: datetime) -> None:
    """Before the rows of what is about to be shown are written; one query. Raises TooMuch, and nothing is shown.

    Professionals only: a patient reads what is his.
    """
    if by is None or by.role not in (Role.PRESCRIBER, Role.PHARMACIST):
        return
    for ceiling in CEILINGS:
        if any(ceiling.concerns(row) for row in rows):
            _check(ceiling, by, at)


def _check(ceiling: Ceiling, by: Actor, at: datetime) -> None:
    if ceiling.in_turn:
        _wait_for_turn(by)
    used = _refuse_beyond(ceiling, Q(activity=by.activity_id), 1, at)
    if (used + 1) % ceiling.place_every == 0:
        _check_place(ceiling, by, at)


def _check_place(ceiling: Ceiling, by: Actor, at: datetime) -> None:
    if by.place_id is not None:
        people = Activity.objects.filter(place=by.place_id).values_list("pk", flat=True)
        _refuse_beyond(ceiling, Q(activity__in=list(people)), limits.PEOPLE_OF_A_PLACE, at)


def _refuse_beyond(ceiling: Ceiling, whose: Q, people: int, at: datetime) -> int:
    """One query; a second one when the limit is reached, to tell when to come again."""
    rows = JournalEntry.objects.filter(whose, deed__in=ceiling.deeds, at__gt=at - DAY)
    if ceiling.code:
        rows = rows.filter(code__startswith=ceiling.code)
    this_hour = Q(at__gt=at - HOUR)
    used = rows.aggregate(hour=ceiling.used(this_hour), day=ceiling.used(Q()))
    for name, span, since in (("hour", HOUR, this_hour), ("day", DAY, Q())):
        limit = people * getattr(limits, f"{ceiling.limit}_PER_{name.upper()}")
        if used[name] >= limit:
            raise TooMuch(ceiling, _reached(ceiling, rows.filter(since), limit) + span)
    return int(used["day"])


def _reached(ceiling: Ceiling, rows: QuerySet[JournalEntry], limit: int) -> datetime:
    """Counting back from now: the moment whose passing out of the span lets the next one in."""
    used, seen = 0, set()
    for at, subject in rows.order_by("-at").values_list("at", "subject").iterator():
        if ceiling.by_person and subject in seen and subject is not None:
            continue
        seen.add(subject)
        used += limits.WEIGHT_OF_A_MISS if ceiling.by_person and subject is None else 1
        if used >= limit:
            return at
    return timezone.now()


def _wait_for_turn(by: Actor) -> None:
    """Locks until the end of the transaction."""
    assert connection.in_atomic_block
    digest = hashlib.sha256(f"ceiling {by.activity_id}".encode()).digest()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(digest[:8], signed=True)]
        )
