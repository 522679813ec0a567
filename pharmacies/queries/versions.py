"""The versions of a delivery: what a correction replaced, and what its author may still correct."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import Http404

from eprescription.actor import Actor
from eprescription.audit.journal import record
from eprescription.execution import read_execution
from eprescription.models import Deed, DispensedLine, Dispensing, Substitution
from eprescription.once import earlier
from eprescription.permissions import can, check_correct, check_validate
from pharmacies.actions import CORRECTABLE
from pharmacies.bearers import bearer_of
from pharmacies.counter_line import CounterLine
from pharmacies.counter_presenter import Counter, Today, counter, counter_lines
from pharmacies.handed import boxes_of
from pharmacies.queries.asking import agreements
from pharmacies.queries.counter import substitutes_of
from pharmacies.queries.dispensings import one_here, slip_of_row
from pharmacies.queries.names import traits_of
from pharmacies.slips import Slip

Recorded = dict[int | None, Mapping[str, Any]]
COPIED = [
    "quantity",
    "cis",
    "cip13",
    "packs",
    "lot",
    "expiry",
    "serial",
    "refusal",
    "posology",
    "agreed_how",
    "reason",
    "problem",
    "intervention",
    "outcome",
    "note",
    "instruction",
]


@dataclass(frozen=True)
class Change:
    """A correction, as the version that it replaced tells of it."""

    id: UUID
    at: datetime
    by: str
    reason: str


@dataclass(frozen=True)
class Versions:
    """Which version one reads: what replaced it, what it replaced and why, and whether one may correct it."""

    replaced_by: Change | None
    before: Slip | None
    reason: str
    may_correct: bool


@dataclass(frozen=True)
class Correctable:
    """A delivery to correct: its page as if it had not been, and what was recorded, by position."""

    dispensing: Dispensing
    page: Counter
    recorded: Recorded


def versions(actor: Actor, pk: UUID, *, at: datetime) -> Versions:
    """For the page of a dispensing, whose reading left its trace."""
    row = one_here(actor, pk)
    later = getattr(row, "correction", None)
    return Versions(
        replaced_by=Change(later.pk, later.at, later.by.person, later.correction_reason)
        if later
        else None,
        before=slip_of_row(one_here(actor, row.corrects_id)) if row.corrects_id else None,
        reason=row.correction_reason,
        may_correct=_may_correct(actor, row, at),
    )


@transaction.atomic
def to_correct(actor: Actor, pk: UUID, *, at: datetime) -> Correctable:
    """The delivery that its author corrects; 404 for anybody else's, an older one and a version that was replaced."""
    row = one_here(actor, pk)
    if not _may_correct(actor, row, at):
        raise Http404
    prescription = row.case.prescription
    record(Deed.READ, by=actor, prescription=prescription)
    execution = read_execution(prescription, by=actor)
    done = {x.line_id: x for x in row.lines.all()}
    rows = [x for x in execution.lines if x.line.id in done]
    agreed = agreements(prescription)
    today = Today(agreed=agreed, substitutes=substitutes_of(x.line for x in rows))
    page = counter(prescription, traits=traits_of(prescription), execution=execution, today=today)
    lines = [_undone(x, done[x.view.id]) for x in counter_lines(rows, today)]
    recorded: Recorded = {x.view.position: _recorded(done[x.view.id]) for x in lines}
    recorded[None] = _fetched(row)
    return Correctable(row, replace(page, lines=lines, stopped="", over=False), recorded)


def corrected_with(actor: Actor, key: str | None) -> UUID | None:
    """The correction that this key already made here: a second press is told of the first."""
    try:
        wanted = UUID(key or "")
    except ValueError:
        return None
    return earlier(act="correct", key=wanted, by=actor)


def _may_correct(actor: Actor, row: Dispensing, at: datetime) -> bool:
    mine = can(check_validate, actor) and can(check_correct, actor, row)
    return mine and not hasattr(row, "correction") and at <= row.at + CORRECTABLE


def _undone(line: CounterLine, done: DispensedLine) -> CounterLine:
    """The line as it stood before: what was taken may be given again."""
    taken = 0 if done.exceptional else done.quantity
    remaining = line.remaining + taken + done.lost
    return replace(
        line,
        remaining=remaining,
        dispensed=line.dispensed - taken,
        due=max(done.quantity, min(remaining, line.period)),
        exceptional=done.exceptional,
    )


def _recorded(done: DispensedLine) -> dict[str, Any]:
    """The fields of a line as they were; who agreed and when only if somebody did."""
    said = {name: getattr(done, name) for name in COPIED}
    said |= {
        "boxes": boxes_of(done),
        "owed": done.owed or None,
        "exceptional": bool(done.exceptional),
        "urgent": done.substitution == Substitution.URGENT,
        "shortage": done.substitution == Substitution.SHORTAGE,
    }
    if done.agreement:
        said |= {"agreement": done.agreement, "agreed_at": done.agreed_at}
    return said


def _fetched(row: Dispensing) -> dict[str, Any]:
    name, address = bearer_of(row)
    return {
        "bearer": name,
        "bearer_address": address,
        "identity_checked": row.identity_checked,
    }
