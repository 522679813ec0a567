"""Signs that a code was copied or forged, told from the openings alone. They advise; they never block (L. 5125-23)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from uuid import UUID

from eprescription.actor import Actor
from eprescription.models import Claim, ForgeryReport, Opening, Prescription

NEAR = timedelta(hours=1)
RECENT = timedelta(hours=24)
# A month of a chronic treatment is one presentation, two when a box is owed: five in a day are not explained by that.
MANY = 5
LONGEST = 100


class Signal(StrEnum):
    """What may be wrong; the strongest first."""

    REPORTED = "reported"  # a pharmacy holds it for forged
    ELSEWHERE = "elsewhere"  # somebody else presented it while it is in hand here
    TWO_PLACES = "two_places"  # in two pharmacies within an hour
    MANY = "many"  # again and again within a day


@dataclass(frozen=True)
class Presentation:
    """One presentation of the code: where, when, how, and why it was refused (empty: it was not)."""

    place: UUID
    at: datetime
    way: str = Opening.Way.CODE
    refused: str = ""


def signals(
    presentations: Iterable[Presentation],
    *,
    reported: bool,
    at: datetime,
    here: UUID | None = None,
    held_since: datetime | None = None,
) -> list[Signal]:
    """The signs that stand at a moment, the strongest first; `held_since`: the claim of the pharmacy `here`.

    A page that its pharmacy reopens is no presentation. What is older than a day is no sign any more.
    """
    fresh = sorted(
        (p for p in presentations if p.way != Opening.Way.AGAIN and at - RECENT <= p.at <= at),
        key=lambda p: p.at,
    )
    stands = {
        Signal.REPORTED: reported,
        Signal.ELSEWHERE: held_since is not None
        and any(p.place != here and p.at >= held_since for p in fresh),
        Signal.TWO_PLACES: any(
            a.place != b.place and b.at - a.at <= NEAR for a, b in pairwise(fresh)
        ),
        Signal.MANY: len(fresh) >= MANY,
    }
    return [signal for signal, true in stands.items() if true]


def signals_of(
    prescription: Prescription, *, by: Actor, claim: Claim | None, at: datetime
) -> list[Signal]:
    """The same for a prescription at the actor's counter; two queries."""
    rows = Opening.objects.filter(prescription=prescription, at__gte=at - RECENT)
    rows = rows.exclude(way=Opening.Way.AGAIN).order_by("-at")
    found = rows.values_list("pharmacy_id", "at", "way", "refused")[:LONGEST]
    return signals(
        [Presentation(*row) for row in found],
        reported=ForgeryReport.objects.filter(prescription=prescription).exists(),
        at=at,
        here=by.place_id,
        held_since=claim.at if claim else None,
    )
