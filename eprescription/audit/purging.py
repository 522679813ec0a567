"""Empties rows of the journal whose time is over: the chain holds, and a sealed row tells which rows were emptied."""

from collections.abc import Sequence
from uuid import UUID

from django.db import connection
from django.db.models import Q

from eprescription.audit.chain import of_erased
from eprescription.audit.journal import NotInTransaction
from eprescription.models import Deed, JournalEntry


def purge(*, prescriptions: Sequence[UUID], subjects: Sequence[UUID] = (), rule: str) -> int:
    """Takes person, place, subject, prescription and code from the sealed rows about these; returns how many.

    The trace says the rule when nothing was to empty, and else bears the digest of what it emptied. It needs a warrant
    of erasure in this transaction. A row that waits for its seal stays: seal first.
    """
    if not connection.in_atomic_block:
        raise NotInTransaction
    about = Q(prescription_id__in=prescriptions) | Q(subject_id__in=subjects)
    rows = JournalEntry.objects.filter(about, seal__isnull=False, purged_by=None)
    ids = list(rows.values_list("pk", flat=True))
    trace = JournalEntry.objects.create(
        deed=Deed.ERASED, role="system", code=of_erased(ids) if ids else rule
    )
    return JournalEntry.objects.filter(pk__in=ids).update(
        activity=None,
        place=None,
        subject=None,
        prescription=None,
        code="",
        salt=None,
        purged_by=trace,
    )
