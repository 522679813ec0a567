"""What this pharmacy dispensed: lists, one slip, its versions, and what its author may correct."""

from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db import transaction
from django.db.models import Prefetch, Q, QuerySet, Sum
from django.http import Http404

from eprescription.actor import Actor
from eprescription.audit.journal import record, record_list
from eprescription.cda import dispensing as cda
from eprescription.models import Balance, Deed, DispensedLine, Dispensing
from eprescription.permissions import dispensed_at
from pharmacies.presenters import dispensing_card
from pharmacies.queries.names import names_of, told_of, traits_of
from pharmacies.slips import Slip, slip_of

PAGE = 20
MEDICINE = ("line__position", "line__inn", "line__name")
CARD = (
    "at",
    "completeness",
    "correction__corrects",
    "by__title",
    "by__first_name",
    "by__surname",
    *told_of("case__prescription"),
)


@transaction.atomic
def dispensings(actor: Actor, number: Any) -> Page:
    """One page of what this pharmacy dispensed, latest first; a constant number of queries."""
    page = Paginator(listed_here(actor), PAGE).get_page(number)
    rows = list(page.object_list)
    listed = [x.case.prescription for x in rows]
    names = names_of(listed)
    record_list(actor, {p.pk: p for p in listed}.values())
    cards = [dispensing_card(x, names[x.case.prescription_id]) for x in rows]
    page.object_list = cards  # type: ignore[assignment]
    return page


@transaction.atomic
def slip(actor: Actor, pk: UUID) -> Slip:
    """One dispensing of this pharmacy; 404 for the others."""
    row = one_here(actor, pk)
    record(Deed.READ_EXECUTION, by=actor, prescription=row.case.prescription)
    return slip_of_row(row)


@transaction.atomic
def as_cda(actor: Actor, pk: UUID) -> bytes | None:
    """The CDA document of one dispensing of this pharmacy; None when the model cannot hold it, 404 for the others."""
    row = one_here(actor, pk)
    traits = traits_of(row.case.prescription)
    if traits is None or not cda.can_be_written(row):
        return None
    record(Deed.READ_EXECUTION, by=actor, prescription=row.case.prescription)
    return cda.document_of(row, traits)


def slip_of_row(row: Dispensing) -> Slip:
    """The slip of a dispensing that one may read."""
    return slip_of(
        row,
        traits=traits_of(row.case.prescription),
        balances=list(_balances_then(row)),
        given=_given_until(row),
    )


def _balances_then(row: Dispensing) -> QuerySet[Balance]:
    """Of the lines as they stood at this dispensing: no version that came later, none that was replaced before."""
    rows = row.case.balances.select_related("line").order_by("line__position")
    begun = Q(line__version=1) | Q(line__made_by__answered_at__lt=row.at)
    replaced = Q(line__replacement__made_by__answered_at__lt=row.at)
    return rows.filter(begun).exclude(replaced)


def listed_here(actor: Actor) -> QuerySet[Dispensing]:
    """The dispensings of this pharmacy, latest first, with what a list says of them and no more; two queries."""
    lines = DispensedLine.objects.select_related("line").only("dispensing", *MEDICINE)
    rows = dispensed_at(actor).select_related("case__prescription", "by", "correction").only(*CARD)
    return rows.prefetch_related(Prefetch("lines", lines)).order_by("-at", "pk")


def done_here(actor: Actor) -> QuerySet[Dispensing]:
    """The dispensings of this pharmacy, latest first, with what a page says of one."""
    related = dispensed_at(actor).select_related("case__prescription", "by", "correction__by")
    related = related.prefetch_related("lines__line")
    return related.order_by("-at", "pk")


def one_here(actor: Actor, pk: UUID) -> Dispensing:
    """One dispensing of this pharmacy, with what its page says; 404 for the others."""
    rows = done_here(actor).select_related("pharmacy", "prepared_by")
    row = rows.prefetch_related("lines__boxes").filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def _given_until(row: Dispensing) -> dict[UUID, int]:
    """What had been delivered of each line, in all pharmacies, after this dispensing, as it was known then."""
    known = Q(dispensing__correction=None) | Q(dispensing__correction__at__gt=row.at)
    lines = DispensedLine.objects.filter(known, exceptional="", dispensing__at__lte=row.at)
    lines = lines.filter(dispensing__case=row.case_id)
    return dict(lines.values_list("line").annotate(Sum("quantity")).order_by())
