"""Signs that a code was copied or forged, told from the openings alone. They advise; they never block (L. 5125-23)."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from uuid import UUID

from eprescription.models import Opening
from pharmacies.presentations import RECENT, Presentation

NEAR = timedelta(hours=1)
# A month of a chronic treatment is one presentation, two when a box is owed: five in a day are not explained by that.
MANY = 5


class Signal(StrEnum):
    """What may be wrong; the strongest first."""

    REPORTED = "reported"  # a pharmacy holds it for forged
    ELSEWHERE = "elsewhere"  # somebody else presented it while it is in hand here
    TWO_PLACES = "two_places"  # in two pharmacies within an hour
    MANY = "many"  # again and again within a day


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
