"""The desk under its one field: what waits for somebody of this pharmacy, what was done last, who is at work."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db import transaction

from eprescription.actor import Actor
from eprescription.audit.journal import record_list
from eprescription.models import Claim, Prescription
from pharmacies import mailbox, people
from pharmacies.presenters import DispensingCard, InHand, dispensing_card, in_hand
from pharmacies.queries import waiting
from pharmacies.queries.dispensings import listed_here
from pharmacies.queries.names import names_of
from pharmacies.queries.waiting import KINDS, OF, Block, Waits, claims
from pharmacies.queue import Queue

LATEST = 5
PAGE = 50  # of a queue that is opened in whole


@dataclass(frozen=True)
class Desk:
    """The blocks by queue, what was done here last, who is at work, and messages to open or to look at.

    `also`: prescriptions in hand here that were asked for by name, wherever they stand in their block.
    """

    blocks: dict[str, Block]
    latest: list[DispensingCard]
    team: list[str]
    mail: int = 0
    also: list[InHand] = field(default_factory=list)


@transaction.atomic
def desk(actor: Actor, *, at: datetime, also: Collection[UUID] = ()) -> Desk:
    """All of it in a constant number of queries; names are read, and the trace is written, once for all."""
    waits = Waits(actor, at, lines=waiting.LOOKED)
    parts = [kind.first(waits) for kind in KINDS]
    latest = list(listed_here(actor)[:LATEST])
    asked: list[Claim] = list(claims(waits).filter(case__prescription__in=also)) if also else []
    listed = [OF[part.queue].about(row) for part in parts for row in part.rows]
    names = _named(actor, [*listed, *(x.case.prescription for x in (*latest, *asked))])
    return Desk(
        blocks={x.queue.name.lower(): OF[x.queue].shown(x, names) for x in parts},
        latest=[dispensing_card(x, names[x.case.prescription_id]) for x in latest],
        team=people.at_work(actor, at=at),
        mail=mailbox.waiting(actor),
        also=[in_hand(x, names[x.case.prescription_id]) for x in asked],
    )


@transaction.atomic
def whole(actor: Actor, queue: Queue, number: Any, *, at: datetime) -> tuple[Page, bool]:
    """One page of everything that waits in one queue, and whether more waits than one looks through."""
    kind = OF[queue]
    found = kind.find(Waits(actor, at))
    page = Paginator(found, PAGE).get_page(number)
    rows = list(page.object_list)
    names = _named(actor, map(kind.about, rows))
    page.object_list = kind.show(rows, names)
    return page, getattr(found, "cut", False)


def _named(actor: Actor, prescriptions: Iterable[Prescription]) -> dict[UUID, str]:
    """Names by prescription; the trace is left with them."""
    listed = {p.pk: p for p in prescriptions}.values()
    names = names_of(listed)
    record_list(actor, listed)
    return names
