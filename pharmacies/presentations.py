"""What was presented of one prescription lately, in whichever pharmacy: read once for the receipt, the signs of
cloning and the one who fetches."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from eprescription.models import Claim, Opening, Prescription

RECENT = timedelta(hours=24)
# A page that its pharmacy keeps open for a working day leaves a row a minute: the presentations stay among them.
LONGEST = 1000


@dataclass(frozen=True)
class Presentation:
    """One presentation of the code: where, when, how, and why it was refused (empty: it was not).

    `pk`: its row, which is a receipt when it was granted.
    """

    place: UUID
    at: datetime
    way: str = Opening.Way.CODE
    refused: str = ""
    pk: UUID | None = None


def presentations_of(
    prescription: Prescription, claim: Claim | None, *, at: datetime
) -> list[Presentation]:
    """Those of the last day, and all since the claim began; the latest first. One query."""
    since = min(at - RECENT, claim.at) if claim else at - RECENT
    rows = Opening.objects.filter(prescription=prescription, at__gte=since).order_by("-at")
    told = rows.values_list("pharmacy_id", "at", "way", "refused", "pk")
    return [Presentation(*row) for row in told[:LONGEST]]


def was_collected(seen: Iterable[Presentation], claim: Claim | None) -> bool:
    """Whether somebody came with the code that a patient gives to who fetches for him."""
    return claim is not None and any(
        p.way == Opening.Way.COLLECT and p.at >= claim.at for p in granted(seen, claim.pharmacy_id)
    )


def granted(seen: Iterable[Presentation], place: UUID | None) -> list[Presentation]:
    """Those that this pharmacy was granted, in the order given."""
    return [p for p in seen if p.place == place and not p.refused]
