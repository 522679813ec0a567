"""What was presented at this counter: the page to dispense from."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from django.db import transaction
from django.http import Http404
from django.utils import timezone

from eprescription.actor import Actor
from eprescription.audit.journal import record
from eprescription.catalogue import search
from eprescription.catalogue.editions import current_label
from eprescription.due import dues_of
from eprescription.execution import read_execution
from eprescription.models import Claim, Deed, Dispensing, Opening, Preparation, Prescription
from eprescription.once import earlier
from eprescription.permissions import visible_to
from eprescription.presenters import LineExecution, LineView, execution, sheet_mentions
from pharmacies.counter_presenter import (
    Choices,
    Counter,
    CounterLine,
    Today,
    counter,
    counter_lines,
    is_over,
)
from pharmacies.faith import good_faith
from pharmacies.keeping import balances_of
from pharmacies.queries.asking import agreements
from pharmacies.queries.names import traits_of
from pharmacies.standing import exceptions_of


@transaction.atomic
def presented(actor: Actor, pk: UUID) -> tuple[Prescription, Counter]:
    """The prescription to dispense from, with its page; 404 for all that was not presented here."""
    prescription = _visible(actor, pk)
    record(Deed.READ, by=actor, prescription=prescription)
    execution = read_execution(prescription, by=actor)
    claim = _claim_here(actor, prescription)
    at = timezone.now()
    today = _today(prescription, execution.lines, claim, at=at)
    traits = traits_of(prescription)
    page = counter(prescription, traits=traits, execution=execution, today=today)
    return prescription, replace(page, faith=good_faith(prescription, by=actor, claim=claim, at=at))


def to_dispense(actor: Actor, pk: UUID) -> tuple[Prescription, list[CounterLine]]:
    """What the form of a dispensing is read against: the lines and what is due. The act leaves the trace."""
    prescription = _visible(actor, pk)
    balances = balances_of(prescription.case).values()
    rows = execution(prescription, prescription.case.state, balances, []).lines
    today = _dated(prescription, rows, at=timezone.now())
    return prescription, counter_lines(rows, today)


def done_with(actor: Actor, prescription: Prescription, key: UUID) -> UUID | None:
    """The dispensing that this key already made here: a second press is told of the first."""
    done = earlier(act="dispense", key=key, by=actor)
    if done is None:
        return None
    mine = Dispensing.objects.filter(pk=done, case__prescription=prescription)
    return mine.values_list("pk", flat=True).first()


def _visible(actor: Actor, pk: UUID) -> Prescription:
    found = visible_to(actor).filter(pk=pk).select_related("case").first()
    if found is None:
        raise Http404
    return found


def _today(
    prescription: Prescription, rows: list[LineExecution], claim: Claim | None, *, at: datetime
) -> Today:
    """All that the page asks; without a claim it is only read, and offers nothing."""
    said = sheet_mentions(prescription, prescription.lines.all())
    if claim is None:
        return Today(mentions=said)
    dated = _dated(prescription, rows, at=at)
    ready = Preparation.objects.filter(claim=claim, ended_at=None).select_related("by").first()
    return Today(
        claim=claim,
        prepared=ready,
        collected=_collected(claim, prescription),
        expired=dated.expired,
        exceptions=dated.exceptions,
        dues=dated.dues,
        substitutes=dated.substitutes,
        mentions=said,
    )


def _dated(prescription: Prescription, rows: list[LineExecution], *, at: datetime) -> Today:
    """What may be chosen on the lines, and what has run out."""
    assert prescription.expires_on
    today = Today(expired=timezone.localdate(at) > prescription.expires_on)
    dues = dues_of(balances_of(prescription.case).values(), at=at)
    kinds = exceptions_of(prescription, at=at) if is_over(rows, today) else {}
    exceptions = {
        pk: kind for pk, kind in kinds.items() if dues[pk].exceptional and dues[pk].quantity
    }
    due = [row.line for row in rows if row.remaining or row.line.id in exceptions]
    substitutes = substitutes_of(due)
    return Today(
        expired=today.expired,
        exceptions=exceptions,
        dues=dues,
        agreed=agreements(prescription),
        substitutes=substitutes,
    )


def _collected(claim: Claim, prescription: Prescription) -> bool:
    """Whether somebody came with the code that a patient gives to who fetches for him."""
    rows = Opening.objects.filter(
        prescription=prescription, pharmacy=claim.pharmacy_id, refused="", at__gte=claim.at
    )
    return rows.filter(way=Opening.Way.COLLECT).exists()


def _claim_here(actor: Actor, prescription: Prescription) -> Claim | None:
    held = Claim.objects.filter(
        case__prescription=prescription, pharmacy_id=actor.place_id, ended_at=None
    )
    return held.select_related("by", "case").first()


def substitutes_of(due: Iterable[LineView]) -> dict[str, Choices]:
    """For each medicine that is still due, what may stand in for it."""
    edition = current_label()
    wanted = {line.cis for line in due if not line.non_substitutable}
    return {cis: list(_choices(cis, edition)) for cis in wanted}


@lru_cache(maxsize=4096)
def _choices(cis: str, edition: str) -> tuple[tuple[str, str], ...]:
    """A generic group changes with the edition of the drug base and with nothing else."""
    return tuple((hit.cis, hit.name) for hit in search.substitutes(cis))
