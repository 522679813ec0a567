"""Writes the journal: one row an act or reading, in the transaction of what it tells."""

from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.utils import timezone

from eprescription import ceilings
from eprescription.actor import Actor
from eprescription.anonymity import is_anonymous
from eprescription.models import Deed, JournalEntry, Outcome, Prescription


class NotInTransaction(RuntimeError):
    """A trace outside the transaction of its act could be lost or lie."""


def record(
    deed: Deed,
    *,
    by: Actor | None,
    prescription: Prescription | None = None,
    subject_id: Any = None,
    outcome: Outcome = Outcome.DONE,
    code: str = "",
    place_id: Any = None,
) -> None:
    """One act or reading. Raises NotInTransaction outside a transaction: if the trace fails, the act fails.

    `place_id`: where it happened, when the portal itself acts; else it is where `by` works.
    """
    entry = _entry(deed, by, prescription, subject_id, outcome, code)
    entry.place_id = entry.place_id or place_id
    _write([entry], by)


def record_deeds(deeds: Iterable[Deed], *, by: Actor, prescription: Prescription) -> None:
    """What one page or act did with one prescription, a row each, in one query."""
    _write([_entry(deed, by, prescription, None, Outcome.DONE, "") for deed in deeds], by)


def record_list(by: Actor, prescriptions: Iterable[Prescription], deed: Deed = Deed.LISTED) -> None:
    """What a list showed, one row an object, in one query."""
    _write([_entry(deed, by, p, None, Outcome.DONE, "") for p in prescriptions], by)


def record_subjects(deed: Deed, *, by: Actor, subject_ids: Iterable[Any]) -> None:
    """People whom a list or a search showed, one row a person, in one query."""
    _write([_entry(deed, by, None, pk, Outcome.DONE, "") for pk in subject_ids], by)


def _entry(
    deed: Deed,
    by: Actor | None,
    prescription: Prescription | None,
    subject_id: Any,
    outcome: Outcome,
    code: str,
) -> JournalEntry:
    return JournalEntry(
        deed=deed,
        outcome=outcome,
        activity_id=by.activity_id if by else None,
        role=by.role if by else "system",
        place_id=by.place_id if by else None,
        subject_id=subject_id or _whose(prescription),
        prescription=prescription,
        code=code,
    )


def _whose(prescription: Prescription | None) -> Any:
    """Whom it concerned; nobody, when she asked for anonymity."""
    if prescription is None or is_anonymous(prescription):
        return None
    return prescription.subject_id


def _write(entries: list[JournalEntry], by: Actor | None) -> None:
    """What is traced is counted: beyond a ceiling nothing is written, and so nothing is shown."""
    if not connection.in_atomic_block:
        raise NotInTransaction
    ceilings.check(by, entries, at=timezone.now())
    JournalEntry.objects.bulk_create(entries)
