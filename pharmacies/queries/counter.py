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
from eprescription.audit.journal import record_deeds
from eprescription.catalogue import search
from eprescription.catalogue.editions import current_label
from eprescription.models import Claim, Deed, Dispensing, Preparation, Prescription
from eprescription.once import earlier
from eprescription.permissions import visible_to
from eprescription.presenters import LineExecution, LineView, sheet_mentions
from pharmacies.counter_line import Choices, CounterLine
from pharmacies.counter_presenter import Counter, Today, counter, counter_lines, is_over
from pharmacies.decisions import Decision
from pharmacies.faith import good_faith
from pharmacies.gaps import lost_by
from pharmacies.presentations import presentations_of, was_collected
from pharmacies.queries.asking import asked_of
from pharmacies.queries.informing import informing
from pharmacies.queries.known import Known, known_of
from pharmacies.queries.names import traits_of
from pharmacies.standing import exceptions_of


@transaction.atomic
def presented(
    actor: Actor, pk: UUID, decided: Iterable[Decision] = ()
) -> tuple[Prescription, Counter]:
    """The prescription to dispense from, with its page; 404 for all that was not presented here.

    `decided` is what was done of its lines so far, for what the law tells of it.
    """
    prescription = _visible(actor, pk)
    record_deeds((Deed.READ, Deed.READ_EXECUTION), by=actor, prescription=prescription)
    known, claim, at = known_of(prescription), _claim_here(actor, prescription), timezone.now()
    seen = presentations_of(prescription, claim, at=at)
    execution = known.execution()
    today = _today(known, execution.lines, claim, at=at)
    told = informing(known, today.dues, decided, at=at) if today.dues else []
    lost = lost_by(prescription.case)
    today = replace(today, collected=was_collected(seen, claim), told=told, lost=lost)
    faith = good_faith(prescription, seen, reported=known.reported, by=actor, claim=claim, at=at)
    page = counter(prescription, traits=traits_of(prescription), execution=execution, today=today)
    asked = asked_of(actor, pk) if known.asked else []
    return prescription, replace(page, faith=faith, questions=asked)


def to_dispense(actor: Actor, pk: UUID) -> tuple[Prescription, list[CounterLine]]:
    """What the form of a dispensing is read against: the lines and what is due. The act leaves the trace."""
    prescription = _visible(actor, pk)
    known = known_of(prescription)
    rows = known.execution().lines
    return prescription, counter_lines(rows, _dated(known, rows, at=timezone.now()))


def done_with(actor: Actor, prescription: Prescription, key: UUID) -> UUID | None:
    """The dispensing that this key already made here: a second press is told of the first."""
    done = earlier(act="dispense", key=key, by=actor)
    if done is None:
        return None
    mine = Dispensing.objects.filter(pk=done, case__prescription=prescription)
    return mine.values_list("pk", flat=True).first()


def _visible(actor: Actor, pk: UUID) -> Prescription:
    found = visible_to(actor).filter(pk=pk).select_related("case", "sheet").first()
    if found is None:
        raise Http404
    return found


def _today(known: Known, rows: list[LineExecution], claim: Claim | None, *, at: datetime) -> Today:
    """All that the page asks; without a claim it is only read, and offers nothing."""
    said = sheet_mentions(known.prescription, known.lines)
    if claim is None:
        return Today(mentions=said)
    return replace(
        _dated(known, rows, at=at), claim=claim, prepared=_ready(known, claim), mentions=said
    )


def _dated(known: Known, rows: list[LineExecution], *, at: datetime) -> Today:
    """What may be chosen on the lines, and what has run out."""
    assert known.prescription.expires_on
    today = Today(expired=timezone.localdate(at) > known.prescription.expires_on)
    dues = known.dues(at)
    kinds = exceptions_of(known.prescription, at=at) if is_over(rows, today) else {}
    exceptions = {
        pk: kind for pk, kind in kinds.items() if dues[pk].exceptional and dues[pk].quantity
    }
    due = [row.line for row in rows if row.remaining or row.line.id in exceptions]
    return Today(
        expired=today.expired,
        exceptions=exceptions,
        dues=dues,
        agreed=known.agreements(),
        substitutes=substitutes_of(due),
    )


def _ready(known: Known, claim: Claim) -> Preparation | None:
    """What a préparateur made ready under this claim."""
    rows = Preparation.objects.filter(claim=claim, ended_at=None).select_related("by")
    return rows.first() if known.prepared else None


def _claim_here(actor: Actor, prescription: Prescription) -> Claim | None:
    held = Claim.objects.filter(case=prescription.case, pharmacy_id=actor.place_id, ended_at=None)
    claim = held.select_related("by").first()
    if claim:
        claim.case = prescription.case
    return claim


def substitutes_of(due: Iterable[LineView]) -> dict[str, Choices]:
    """For each medicine that is still due, what may stand in for it."""
    edition = current_label()
    wanted = {line.cis for line in due if not line.non_substitutable}
    return {cis: list(_choices(cis, edition)) for cis in wanted}


@lru_cache(maxsize=4096)
def _choices(cis: str, edition: str) -> tuple[tuple[str, str], ...]:
    """A generic group changes with the edition of the drug base and with nothing else."""
    return tuple((hit.cis, hit.name) for hit in search.substitutes(cis))
