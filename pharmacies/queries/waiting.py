"""What waits at a counter, queue by queue: each may be counted, begun or read in whole."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import Prefetch, QuerySet

from eprescription.actor import Actor
from eprescription.models import Claim, Line, Preparation, Prescription
from eprescription.upkeep import CLAIM_HOLDS
from pharmacies import queue
from pharmacies.presenters import in_hand
from pharmacies.queries import asking, due
from pharmacies.queries.names import told_of
from pharmacies.queue import Names, Queue

FIRST = 12  # of each queue on the desk: what one reads at a glance
LOOKED = 60  # lines that are due: one looks through so many to fill a block
PERSON = ("by__title", "by__first_name", "by__surname")


class Waits:
    """Where the queues of one pharmacy are looked up at one moment, through so many lines that are due; what two of
    them share is read once."""

    def __init__(self, actor: Actor, at: datetime, *, lines: int = due.MOST) -> None:
        self.actor, self.at, self.lines = actor, at, lines

    @cached_property
    def questions(self) -> asking.Open:
        return asking.unsettled(self.actor)


@dataclass(frozen=True)
class Block:
    """The beginning of one queue: `count` were seen to wait, all of them unless `cut`."""

    queue: Queue
    rows: list[Any]
    count: int
    cut: bool = False

    @property
    def more(self) -> int:
        """How many were seen that are not shown."""
        return self.count - len(self.rows)


@dataclass(frozen=True)
class Kind:
    """How one queue is found (rows that are sliced and counted), whom a row is about, and how rows are shown."""

    queue: Queue
    find: Callable[[Waits], Any]
    about: Callable[[Any], Prescription]
    show: Callable[[list[Any], Names], list[Any]]

    def first(self, waits: Waits) -> Block:
        """What the desk shows of it, not yet in words; counted apart only when there is more."""
        found = self.find(waits)
        rows = list(found[: FIRST + 1])
        whole = len(rows) <= FIRST
        count = len(rows) if whole else len(found) if isinstance(found, list) else found.count()
        return Block(self.queue, rows[:FIRST], count, getattr(found, "cut", False))

    def shown(self, block: Block, names: Names) -> Block:
        """The same as plain values."""
        return Block(block.queue, self.show(block.rows, names), block.count, block.cut)


def claims(waits: Waits) -> QuerySet[Claim]:
    """What is in hand here, the latest first."""
    here = Claim.objects.filter(pharmacy_id=waits.actor.place_id, ended_at=None)
    read = ("at", *PERSON, "case__prescription__secured", *told_of("case__prescription"))
    rows = here.filter(at__gte=waits.at - CLAIM_HOLDS).select_related("case__prescription", "by")
    return rows.only(*read).prefetch_related(_medicines("case__prescription")).order_by("-at")


def to_validate(actor: Actor) -> QuerySet[Preparation]:
    """What préparateurs of this pharmacy made ready and nobody has validated yet, the oldest first."""
    ready = Preparation.objects.filter(ended_at=None, claim__ended_at=None)
    here = ready.filter(claim__pharmacy_id=actor.place_id if actor.is_pharmacist else None)
    read = ("at", *PERSON, *told_of("claim__case__prescription"))
    rows = here.select_related("claim__case__prescription", "by").only(*read)
    return rows.prefetch_related(_medicines("claim__case__prescription")).order_by("at")


def _medicines(path: str) -> Prefetch:
    """The lines in force of the prescriptions at this path, as lists name them."""
    rows = Line.objects.only("prescription", "position", "inn", "name")
    return Prefetch(f"{path}__lines", rows)


KINDS = (
    Kind(
        Queue.IN_HAND,
        find=claims,
        about=lambda row: row.case.prescription,
        show=lambda rows, names: [in_hand(x, names[x.case.prescription_id]) for x in rows],
    ),
    Kind(
        Queue.ANSWERED,
        find=lambda waits: waits.questions.answered,
        about=lambda row: row.prescription,
        show=queue.answered,
    ),
    Kind(
        Queue.TO_VALIDATE,
        find=lambda waits: to_validate(waits.actor),
        about=lambda row: row.claim.case.prescription,
        show=queue.prepared,
    ),
    Kind(
        Queue.OWED,
        find=lambda waits: due.owed(waits.actor, at=waits.at, most=waits.lines),
        about=lambda row: row.prescription,
        show=queue.owed,
    ),
    Kind(
        Queue.TO_RENEW,
        find=lambda waits: due.to_renew(waits.actor, at=waits.at, most=waits.lines),
        about=lambda row: row.prescription,
        show=queue.to_renew,
    ),
    Kind(
        Queue.ASKED,
        find=lambda waits: waits.questions.waiting,
        about=lambda row: row.prescription,
        show=queue.asked,
    ),
)
OF = {kind.queue: kind for kind in KINDS}
