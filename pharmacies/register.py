"""The register of listed medicines (*ordonnancier*): each delivery gets the next number of its pharmacy, without gaps."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import F

from eprescription.actor import Actor
from eprescription.models import DispensedLine, Prescription, Register, RegisterEntry

NARCOTIC = "S"
LISTED = ("I", "II", NARCOTIC)


def enter(
    rows: Iterable[DispensedLine], prescription: Prescription, *, by: Actor, at: datetime
) -> list[RegisterEntry]:
    """Numbers what was dispensed of listed medicines (CSP R. 5132-9, R. 5132-10), in the transaction of the act.

    The row of the pharmacy is locked last and for a short time: numbers follow each other and none is lost.
    """
    listed = [row for row in rows if row.quantity and row.line.list in LISTED]
    if not listed:
        return []
    last = _next(by, len(listed))
    return RegisterEntry.objects.bulk_create(
        RegisterEntry(
            pharmacy_id=by.place_id,
            number=last - len(listed) + rank,
            at=at,
            delivered=row,
            subject_id=prescription.subject_id,
            cis=row.cis,
            narcotic=row.line.list == NARCOTIC,
        )
        for rank, row in enumerate(listed, 1)
    )


def _next(by: Actor, count: int) -> int:
    """The last of `count` new numbers."""
    assert by.place_id
    mine = Register.objects.filter(pharmacy_id=by.place_id)
    if not mine.update(last=F("last") + count):
        Register.objects.bulk_create([Register(pharmacy_id=by.place_id)], ignore_conflicts=True)
        mine.update(last=F("last") + count)
    return mine.values_list("last", flat=True).get()
