"""The register of a pharmacy, searched by patient, product and date: its own rows only, newest first."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import DateTimeField, DurationField, ExpressionWrapper, F, Q, QuerySet, Value
from django.utils import timezone

from eprescription.actor import Actor
from eprescription.audit.journal import record_list
from eprescription.catalogue import search
from eprescription.identity import vault
from eprescription.models import Deed, RegisterEntry
from pharmacies.boxes import read_box
from pharmacies.queries.names import registered_names, told_of
from pharmacies.registered import Entry, entry_of

PAGE = 20  # what one looks through on a screen
MOST_PRINTED = 2000  # rows of one print: some forty pages
MOST_EXPORTED = 5000  # rows of one file: two weeks of the busiest pharmacy
MOST_PRODUCTS = 200
NO_TIME = Value(timedelta(0), output_field=DurationField())
ACT, RX = "delivered__dispensing", "delivered__dispensing__case__prescription"
PATHS = ("delivered__line__balance", f"{ACT}__by", RX, f"{ACT}__correction")
READ = (
    "number",
    "at",
    "narcotic",
    *(f"delivered__{name}" for name in ("name", "quantity", "lot")),
    *("delivered__line__form", "delivered__line__balance__unit"),
    *(f"{ACT}__{name}" for name in ("bearer", "corrects_id", "correction__corrects_id")),
    *(f"{ACT}__by__{name}" for name in ("title", "first_name", "surname")),
    *told_of(RX),
    f"{RX}__prescriber",
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
    found = _rows(actor, asked)
    shown = _whole(found, limit)
    prescriptions = {x.delivered.dispensing.case.prescription for x in shown}
    names = registered_names(prescriptions)
    record_list(actor, prescriptions, Deed.READ_EXECUTION)
    last = shown[-1] if len(shown) == limit and found[limit : limit + 1].exists() else None
    return Found(
        entries=[entry_of(x, names[x.delivered.dispensing.case.prescription_id]) for x in shown],
        after=(last.at, last.number) if last else None,
    )


def _whole(found: QuerySet[RegisterEntry], limit: int) -> list[RegisterEntry]:
    """The first rows with all that is read of them; looked up by their keys, so that nothing else is joined."""
    keys = list(found.values_list("pk", flat=True)[:limit])
    rows = (
        RegisterEntry.objects.select_related(*PATHS)
        .only(*READ)
        .prefetch_related("delivered__boxes")
    )
    ranks = {pk: rank for rank, pk in enumerate(keys)}
    return sorted(rows.filter(pk__in=keys), key=lambda row: ranks[row.pk])


def _rows(actor: Actor, asked: Asked) -> QuerySet[RegisterEntry]:
    rows = RegisterEntry.objects.filter(pharmacy_id=actor.place_id)
    if asked.birth_name and asked.birth_date:
        known = vault.find(birth_name=asked.birth_name, birth_date=asked.birth_date)
        rows = rows.filter(subject_id__in=known)
    if asked.product:
        rows = rows.filter(cis__in=_products(asked.product))
    if asked.narcotics:
        rows = rows.filter(narcotic=True)
    # By product, an order that no index has: the planner would else walk the whole register backwards to find few.
    when = (
        ExpressionWrapper(F("at") + NO_TIME, output_field=DateTimeField())
        if asked.product
        else F("at")
    )
    return _between(rows, asked).annotate(when=when).order_by("-when", "-number")


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
