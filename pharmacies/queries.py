"""What a pharmacist reads: what was presented here, and what was dispensed here. Each reading leaves its trace."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db import transaction
from django.db.models import QuerySet, Sum
from django.http import Http404
from django.utils.translation import gettext as _

from eprescription.actor import Actor
from eprescription.audit.journal import record, record_list
from eprescription.catalogue import search
from eprescription.catalogue.editions import current_label
from eprescription.execution import read_execution
from eprescription.identity import vault
from eprescription.identity.traits import Traits, display_name
from eprescription.models import (
    Claim,
    Deed,
    DispensedLine,
    Dispensing,
    Prescription,
)
from eprescription.once import earlier
from eprescription.permissions import visible_to
from eprescription.presenters import LineView, execution
from eprescription.upkeep import CLAIM_HOLDS
from pharmacies.keeping import balances_of
from pharmacies.presenters import (
    Counter,
    CounterLine,
    DispensingCard,
    InHand,
    counter,
    counter_line,
    dispensing_card,
    in_hand,
)
from pharmacies.slips import Slip, slip_of

PAGE = 20
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
    latest = list(_dispensings(actor)[:LATEST])
    listed = [x.case.prescription for x in claims] + [x.case.prescription for x in latest]
    names = _names(listed)
    record_list(actor, {p.pk: p for p in listed}.values())
    return Desk(
        queue=[in_hand(x, names[x.case.prescription_id]) for x in claims],
        latest=[dispensing_card(x, names[x.case.prescription_id]) for x in latest],
    )


@transaction.atomic
def presented(actor: Actor, pk: UUID) -> tuple[Prescription, Counter]:
    """The prescription to dispense from, with its page; 404 for all that was not presented here."""
    prescription = visible_to(actor).filter(pk=pk).select_related("case").first()
    if prescription is None:
        raise Http404
    record(Deed.READ, by=actor, prescription=prescription)
    execution = read_execution(prescription, by=actor)
    claim = _claim_here(actor, prescription)
    page = counter(
        prescription,
        traits=_traits(prescription),
        execution=execution,
        claim=claim,
        substitutes=_substitutes(row.line for row in execution.lines if row.remaining)
        if claim
        else {},
    )
    return prescription, page


def to_dispense(actor: Actor, pk: UUID) -> tuple[Prescription, list[CounterLine]]:
    """What the form of a dispensing is read against: the lines and what is due. The act leaves the trace."""
    rows = visible_to(actor).filter(pk=pk).select_related("case")
    prescription = rows.first()
    if prescription is None:
        raise Http404
    balances = balances_of(prescription.case).values()
    rows = execution(prescription, prescription.case.state, balances, []).lines
    others = _substitutes(row.line for row in rows if row.remaining)
    return prescription, [counter_line(row, others.get(row.line.cis, [])) for row in rows]


@transaction.atomic
def dispensings(actor: Actor, number: Any) -> Page:
    """One page of what this pharmacy dispensed, latest first; a constant number of queries."""
    page = Paginator(_dispensings(actor), PAGE).get_page(number)
    rows = list(page.object_list)
    listed = [x.case.prescription for x in rows]
    names = _names(listed)
    record_list(actor, {p.pk: p for p in listed}.values())
    cards = [dispensing_card(x, names[x.case.prescription_id]) for x in rows]
    page.object_list = cards  # type: ignore[assignment]
    return page


@transaction.atomic
def slip(actor: Actor, pk: UUID) -> Slip:
    """One dispensing of this pharmacy; 404 for the others."""
    row = _dispensings(actor).filter(pk=pk).select_related("pharmacy").first()
    if row is None:
        raise Http404
    prescription = row.case.prescription
    record(Deed.READ_EXECUTION, by=actor, prescription=prescription)
    return slip_of(
        row,
        traits=_traits(prescription),
        balances=list(row.case.balances.select_related("line").order_by("line__position")),
        given=_given_until(row),
    )


def done_with(actor: Actor, prescription: Prescription, key: UUID) -> UUID | None:
    """The dispensing that this key already made here: a second press is told of the first."""
    done = earlier(act="dispense", key=key, by=actor)
    mine = Dispensing.objects.filter(pk=done, case__prescription=prescription)
    return mine.values_list("pk", flat=True).first()


def _dispensings(actor: Actor) -> QuerySet[Dispensing]:
    here = Dispensing.objects.filter(
        pharmacy_id=actor.place_id, case__prescription__in=visible_to(actor)
    )
    related = here.select_related("case__prescription", "by").prefetch_related("lines__line")
    return related.order_by("-at", "pk")


def _claim_here(actor: Actor, prescription: Prescription) -> Claim | None:
    held = Claim.objects.filter(
        case__prescription=prescription, pharmacy_id=actor.place_id, ended_at=None
    )
    return held.select_related("by").first()


def _given_until(row: Dispensing) -> dict[UUID, int]:
    """What had been delivered of each line, in all pharmacies, after this dispensing."""
    standing = DispensedLine.objects.filter(dispensing__correction=None)
    lines = standing.filter(dispensing__case=row.case_id, dispensing__at__lte=row.at)
    return dict(lines.values_list("line").annotate(Sum("quantity")).order_by())


def _substitutes(due: Iterable[LineView]) -> dict[str, list[tuple[str, str]]]:
    """For each medicine that is still due, what may stand in for it."""
    edition = current_label()
    wanted = {line.cis for line in due if not line.non_substitutable}
    return {cis: list(_choices(cis, edition)) for cis in wanted}


@lru_cache(maxsize=4096)
def _choices(cis: str, edition: str) -> tuple[tuple[str, str], ...]:
    """A generic group changes with the edition of the drug base and with nothing else."""
    return tuple((hit.cis, hit.name) for hit in search.substitutes(cis))


def _traits(prescription: Prescription) -> Traits | None:
    if prescription.identity_version is None:
        return None
    return vault.read(prescription.subject_id, prescription.identity_version)


def _names(prescriptions: Iterable[Prescription]) -> dict[UUID, str]:
    """Names as signed, read from the vault in one query."""
    pairs = {p.pk: (p.subject_id, p.identity_version) for p in prescriptions if p.identity_version}
    known = vault.read_many(pairs.values())
    named = {pk: display_name(known[pair]) for pk, pair in pairs.items()}
    return {p.pk: named.get(p.pk, _("Patiente anonyme")) for p in prescriptions}
