"""What lies under the one field of the desk."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from eprescription.actor import Actor
from eprescription.audit.journal import record_list
from eprescription.models import Claim, Preparation
from eprescription.upkeep import CLAIM_HOLDS
from pharmacies.presenters import DispensingCard, InHand, dispensing_card, in_hand
from pharmacies.queries.dispensings import done_here
from pharmacies.queries.names import names_of

LATEST = 5
LONGEST_QUEUE = 50


@dataclass(frozen=True)
class Desk:
    """What lies under the one field: in hand here, then done here."""

    queue: list[InHand]
    latest: list[DispensingCard]


@transaction.atomic
def desk(actor: Actor, *, at: datetime) -> Desk:
    """The queue and the latest dispensings; a constant number of queries."""
    claims = list(
        Claim.objects.filter(pharmacy_id=actor.place_id, ended_at=None, at__gte=at - CLAIM_HOLDS)
        .select_related("case__prescription", "by")
        .prefetch_related("case__prescription__lines")
        .order_by("-at")[:LONGEST_QUEUE]
    )
    latest = list(done_here(actor)[:LATEST])
    listed = [x.case.prescription for x in claims] + [x.case.prescription for x in latest]
    names = names_of(listed)
    record_list(actor, {p.pk: p for p in listed}.values())
    return Desk(
        queue=[in_hand(x, names[x.case.prescription_id]) for x in claims],
        latest=[dispensing_card(x, names[x.case.prescription_id]) for x in latest],
    )


def to_validate(actor: Actor) -> list[Preparation]:
    """What préparateurs of this pharmacy made ready and nobody has validated yet, the oldest first; two queries.

    Rows for the desk, which names them and leaves the trace: `claim.case.prescription` with its lines, and `by`.
    """
    ready = Preparation.objects.filter(ended_at=None, claim__ended_at=None)
    here = ready.filter(claim__pharmacy_id=actor.place_id if actor.is_pharmacist else None)
    related = here.select_related("claim__case__prescription", "by")
    return list(
        related.prefetch_related("claim__case__prescription__lines").order_by("at")[:LONGEST_QUEUE]
    )
