"""Erases prescriptions with all that belongs to them, but for what a pharmacy's register must still tell."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from eprescription.audit.purging import purge
from eprescription.models import (
    Balance,
    DispensingCase,
    Line,
    Prescription,
    RegisterEntry,
    Subject,
    Tombstone,
    Transition,
    Warrant,
)
from eprescription.retention.belonging import Rows, belonging_to, needed_by, without


@transaction.atomic
def erase_prescription(prescription_id: UUID, *, rule: str, at: datetime) -> int:
    """One prescription, its execution, and what the journal says of it; how many rows went.

    Its number and last state stay as a tombstone. What the register of a pharmacy still refers to stays with it, and is
    read nowhere else.
    """
    Warrant.objects.create(kind=Warrant.Kind.ERASURE, reason=rule)
    return erase(belonging_to(Prescription, [prescription_id]), rule=rule, at=at)


def erase(rows: Rows, *, rule: str, at: datetime, subjects: Iterable[UUID] = ()) -> int:
    """Deletes these rows but for what registers need; needs a warrant of erasure in this transaction."""
    prescriptions = list(rows.get(Prescription, ()))
    _leave_tombstones(prescriptions, rule, at)
    going = without(rows, held_by_registers(rows, at=at))
    held = set(prescriptions) - going.get(Prescription, set())
    Prescription.objects.filter(pk__in=held, erased_at=None).update(erased_at=at)
    moved = [*going.get(Prescription, ()), *going.get(DispensingCase, ())]
    Transition.objects.filter(object_id__in=moved)._raw_delete("default")
    for model, keys in going.items():
        # The database checks references at the end of the transaction: any order will do.
        model._base_manager.filter(pk__in=keys)._raw_delete("default")  # type: ignore[attr-defined]
    purge(prescriptions=prescriptions, subjects=list(subjects), rule=rule)
    return sum(map(len, going.values()))


def held_by_registers(rows: Rows, *, at: datetime) -> Rows:
    """Rows of registers whose ten years are not over (CSP R. 5132-10, R. 5132-36), and what they tell of."""
    entries = RegisterEntry.objects.filter(
        pk__in=rows.get(RegisterEntry, ()), at__gte=at - settings.KEEP_REGISTERS
    )
    kept: Rows = {RegisterEntry: set(entries.values_list("pk", flat=True))}
    needed = needed_by(kept, rows)
    lines: set[Any] = needed.get(Line, set())
    balances = Balance.objects.filter(pk__in=lines)  # says in which unit the register counts
    if lines:
        needed[Balance] = set(balances.values_list("pk", flat=True))
    return needed


def registered_subjects(at: datetime) -> Q:
    """Prescriptions of which a register still tells."""
    return Q(
        case__dispensings__lines__registered__at__gte=at - settings.KEEP_REGISTERS,
    )


def _leave_tombstones(prescriptions: list[UUID], rule: str, at: datetime) -> None:
    numbered = Prescription.objects.filter(pk__in=prescriptions, number__isnull=False)
    Tombstone.objects.bulk_create(
        [
            Tombstone(number=number, state=state, erased_at=at, rule=rule)
            for number, state in numbered.values_list("number", "state")
            if number
        ],
        ignore_conflicts=True,
    )


def subject_rows(subject_id: UUID) -> Rows:
    """All that belongs to a person; the bare id stays, since the journal and registers may name it."""
    rows = belonging_to(Subject, [subject_id])
    del rows[Subject]
    return rows
