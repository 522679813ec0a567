"""The register of a pharmacy, searched by patient, product and date: its own rows only, newest first."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from eprescription.actor import Actor
from eprescription.audit.journal import record_list
from eprescription.catalogue import search
from eprescription.identity import vault
from eprescription.models import Deed, RegisterEntry
from pharmacies.boxes import read_box
from pharmacies.queries.names import names_of
from pharmacies.registered import Entry, entry_of

PAGE = 50
MOST_PRINTED = 2000  # rows of one print: some forty pages
MOST_PRODUCTS = 200
NARCOTIC = "S"
PATHS = (
    "delivered__line__balance",
    "delivered__dispensing__by",
    "delivered__dispensing__case__prescription__subject",
    "delivered__dispensing__correction",
    "delivered__dispensing__corrects",
)


@dataclass(frozen=True)
class Asked:
    """What is looked for; all that is given must fit. `before` is where the page before this one ended."""

    birth_name: str = ""
    birth_date: date | None = None
    product: str = ""
    since: date | None = None
    until: date | None = None
    narcotics: bool = False
    before: tuple[datetime, int] | None = None


@dataclass(frozen=True)
class Found:
    """One page of the register; `after` is where the next begins, None at the end."""

    entries: list[Entry] = field(default_factory=list)
    after: tuple[datetime, int] | None = None


@transaction.atomic
def registered(actor: Actor, asked: Asked, *, limit: int = PAGE) -> Found:
    """The rows of this pharmacy's register that fit, and their trace; a constant number of queries."""
    rows = list(_rows(actor, asked)[: limit + 1])
    shown = rows[:limit]
    prescriptions = {x.delivered.dispensing.case.prescription for x in shown}
    names = names_of(prescriptions)
    record_list(actor, prescriptions, Deed.READ_EXECUTION)
    last = shown[-1] if len(rows) > limit else None
    return Found(
        entries=[entry_of(x, names[x.delivered.dispensing.case.prescription_id]) for x in shown],
        after=(last.at, last.number) if last else None,
    )


def _rows(actor: Actor, asked: Asked) -> QuerySet[RegisterEntry]:
    rows = RegisterEntry.objects.filter(pharmacy_id=actor.place_id).select_related(*PATHS)
    if asked.birth_name and asked.birth_date:
        known = vault.find(birth_name=asked.birth_name, birth_date=asked.birth_date)
        rows = rows.filter(subject_id__in=known)
    if asked.product:
        rows = rows.filter(cis__in=_products(asked.product))
    if asked.narcotics:
        rows = rows.filter(delivered__line__list=NARCOTIC)
    return _between(rows, asked).order_by("-at", "-number")


def _between(rows: QuerySet[RegisterEntry], asked: Asked) -> QuerySet[RegisterEntry]:
    """From the first moment of a day to the last of another, both as the pharmacy's clock has them."""
    if asked.since:
        rows = rows.filter(at__gte=_begins(asked.since))
    if asked.until:
        rows = rows.filter(at__lt=_begins(asked.until + timedelta(days=1)))
    if asked.before:
        at, number = asked.before
        rows = rows.filter(Q(at__lt=at) | Q(at=at, number__lt=number))
    return rows


def _begins(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _products(text: str) -> list[str]:
    """The medicines that a text or the code of a box names."""
    box = read_box(text)
    if box:
        found = search.by_cip13(box.cip13)
        return [found.cis] if found else []
    return [hit.cis for hit in search.search(text, limit=MOST_PRODUCTS)]


def entries_of(dispensing_id: UUID) -> Iterable[Any]:
    """Numbers of the register that one delivery was given, by line."""
    rows = RegisterEntry.objects.filter(delivered__dispensing=dispensing_id)
    return rows.values_list("delivered__line_id", "number")
