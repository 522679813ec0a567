"""What may be fetched today, and from which day the rest: the law's calendar, counted for the patient."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone

from eprescription.due import due_of, history_of, past_of
from eprescription.models import Prescription

NOW, LATER, OVER = "now", "later", "over"


@dataclass(frozen=True)
class Ready:
    """`now`: a pharmacy may hand something over today. Else `next_from` is the first day, if the law tells one."""

    now: bool
    next_from: date | None


def readiness(prescriptions: Iterable[Prescription], *, at: datetime) -> dict[UUID, Ready]:
    """Of each prescription, by its id; one query for all. They come with their case, its balances and their lines."""
    rows = list(prescriptions)
    history = history_of([p.case.pk for p in rows])  # type: ignore[attr-defined]
    on = timezone.localtime(at).date()
    found = {}
    for prescription in rows:
        dues = []
        for balance in prescription.case.balances.all():  # type: ignore[attr-defined]
            if balance.remaining:
                balance.line.prescription = prescription
                dues.append(due_of(balance, past_of(balance.line, history), on))
        days = [due.next_from for due in dues if due.next_from and due.next_from > on]
        now = any(due.expected for due in dues)
        found[prescription.pk] = Ready(now, None if now else min(days, default=None))
    return found
