"""The queue of the day, under the one field of the desk: what waits for somebody of this pharmacy."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from eprescription.actor import Actor
from eprescription.audit.journal import record_list
from eprescription.models import Claim, Dispensing, Preparation, Prescription, Question
from eprescription.upkeep import CLAIM_HOLDS
from pharmacies import mailbox, people, queue
from pharmacies.presenters import DispensingCard, InHand, dispensing_card, in_hand
from pharmacies.queries import asking, due
from pharmacies.queries.dispensings import done_here
from pharmacies.queries.names import names_of
from pharmacies.queue import Waiting

LATEST = 5
LONGEST_QUEUE = 50


@dataclass(frozen=True)
class Desk:
    """In hand here, answered and still asked, to validate, owed, to renew, done here, and who is at work."""

    queue: list[InHand]
    answered: list[Waiting]
    asked: list[Waiting]
    to_validate: list[Waiting]
    owed: list[Waiting]
    to_renew: list[Waiting]
    latest: list[DispensingCard]
    team: list[str]
    mail: int = 0  # messages to open or to look at


@dataclass(frozen=True)
class _Rows:
    """The same as rows, before anybody is named."""

    claims: list[Claim]
    answered: list[Question]
    asked: list[Question]
    prepared: list[Preparation]
    owed: list[due.DueLine]
    to_renew: list[due.DueLine]
    latest: list[Dispensing]

    def prescriptions(self) -> Iterator[Prescription]:
        yield from (x.case.prescription for x in self.claims)
        yield from (x.prescription for x in (*self.answered, *self.asked))
        yield from (x.claim.case.prescription for x in self.prepared)
        yield from (x.row.dispensing.case.prescription for x in (*self.owed, *self.to_renew))
        yield from (x.case.prescription for x in self.latest)


@transaction.atomic
def desk(actor: Actor, *, at: datetime) -> Desk:
    """All of it in a constant number of queries; names are read, and the trace is written, once for all."""
    rows = _Rows(
        claims=_claims(actor, at),
        answered=asking.answered(actor),
        asked=asking.waiting(actor),
        prepared=to_validate(actor),
        owed=due.owed(actor, at=at),
        to_renew=due.to_renew(actor, at=at),
        latest=list(done_here(actor)[:LATEST]),
    )
    listed = {p.pk: p for p in rows.prescriptions()}.values()
    names = names_of(listed)
    record_list(actor, listed)
    return Desk(
        queue=[in_hand(x, names[x.case.prescription_id]) for x in rows.claims],
        answered=queue.answered(rows.answered, names),
        asked=queue.asked(rows.asked, names),
        to_validate=queue.prepared(rows.prepared, names),
        owed=queue.owed(rows.owed, names),
        to_renew=queue.to_renew(rows.to_renew, names),
        latest=[dispensing_card(x, names[x.case.prescription_id]) for x in rows.latest],
        team=people.at_work(actor, at=at),
        mail=mailbox.waiting(actor),
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


def _claims(actor: Actor, at: datetime) -> list[Claim]:
    here = Claim.objects.filter(pharmacy_id=actor.place_id, ended_at=None)
    related = here.filter(at__gte=at - CLAIM_HOLDS).select_related("case__prescription", "by")
    return list(
        related.prefetch_related("case__prescription__lines").order_by("-at")[:LONGEST_QUEUE]
    )
