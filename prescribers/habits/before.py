"""What a prescriber prescribed to a patient before, read from his own prescriptions alone.

How much is left is reckoned by the dates, never by what was dispensed: nothing here would differ
if the patient opposed the reading of the execution (CSP R. 4072-1 et s.). Medicines of abortion
and anonymous prescriptions leave no past.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from eprescription.actor import Actor
from eprescription.audit.journal import record
from eprescription.models import Deed, Line, LineKind, Prescription, PrescriptionState, Subject
from eprescription.permissions import visible_to
from eprescription.presenters import line_view
from eprescription.versions import going_on
from prescribers.habits.keeping import called, in_words
from prescribers.watch import BOXES_LAST, ends_on

MOST_PRESCRIPTIONS = 50
MOST_MEDICINES = 20
STOOD = (PrescriptionState.ISSUED, PrescriptionState.EXPIRED)  # a cancelled one was an error


@dataclass(frozen=True)
class PastMedicine:
    """One medicine, as it was prescribed last; `covers_until` and `renewals_left` by the dates alone."""

    line_id: UUID
    prescription_id: UUID
    name: str
    posology: str
    on: date
    covers_until: date | None = None
    renewals_left: int = 0


@dataclass(frozen=True)
class LastTime:
    """The last signed prescription, its lines in words."""

    prescription_id: UUID
    on: date
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Covering:
    """A line that still covers today."""

    name: str
    until: date
    renewals_left: int


@dataclass(frozen=True)
class Past:
    """What there is to take up again for one patient."""

    last: LastTime | None
    medicines: list[PastMedicine]


def past(actor: Actor, subject_id: UUID, *, on: date | None = None) -> Past:
    """The last time and the history together: three queries and one trace, whatever the past."""
    with transaction.atomic():
        rows = list(_stood(actor, subject_id)[:MOST_PRESCRIPTIONS])
        if rows:
            record(Deed.LISTED, by=actor, subject_id=subject_id, code="history")
    lasting = [_last(row) for row in rows if _repeated(row)]
    return Past(
        last=lasting[0] if lasting else None,
        medicines=_medicines(rows, on or timezone.localdate())[:MOST_MEDICINES],
    )


def history(actor: Actor, subject_id: UUID, *, on: date | None = None) -> list[PastMedicine]:
    """The medicines that this author prescribed to this patient, the latest first, each once."""
    return past(actor, subject_id, on=on).medicines


def last_time(actor: Actor, subject_id: UUID) -> LastTime | None:
    """His last signed prescription for this patient: what "comme la dernière fois" repeats."""
    return past(actor, subject_id).last


def last_lines(actor: Actor, subject_id: UUID) -> list[Line]:
    """The lines that "comme la dernière fois" repeats; for the acts, which leave their own trace."""
    rows = _stood(actor, subject_id)[:MOST_PRESCRIPTIONS]
    return next((lines for row in rows if (lines := _repeated(row))), [])


def past_line(actor: Actor, subject_id: UUID, line_id: UUID) -> list[Line]:
    """One line of the history, as a list; empty when it is not of this author and patient."""
    rows = _stood(actor, subject_id).filter(lines=line_id)
    return [line for row in rows for line in _repeated(row) if line.pk == line_id]


def still_covers(prescription: Prescription, on: date) -> dict[UUID, tuple[date, int]]:
    """By line, the last day that it covers and the renewals not yet begun on a day, by the dates
    alone; lines that no longer cover are left out. `prescription` comes with its lines."""
    if prescription.state != PrescriptionState.ISSUED:
        return {}
    return {
        line.pk: (until, _left(prescription, line, on))
        for line in _repeated(prescription)
        if line.kind == LineKind.MEDICINE and (until := _until(prescription, line)) >= on
    }


def covering(prescription: Prescription, on: date) -> list[Covering]:
    """What `still_covers` says, in the order of the lines, with their names."""
    until = still_covers(prescription, on)
    return [
        Covering(called(line_view(line)), *until[line.pk])
        for line in going_on().filter(prescription=prescription)
        if line.pk in until
    ]


def _stood(actor: Actor, subject_id: UUID) -> QuerySet[Prescription]:
    own = visible_to(actor).filter(subject=subject_id, subject__kind=Subject.Kind.NAMED)
    stood = own.filter(state__in=STOOD).order_by("-signed_at", "pk")
    return stood.prefetch_related(Prefetch("lines", queryset=going_on()))


def _repeated(prescription: Prescription) -> list[Line]:
    return [line for line in prescription.lines.all() if not line.ivg]


def _last(prescription: Prescription) -> LastTime:
    return LastTime(prescription.pk, _signed_on(prescription), in_words(_repeated(prescription)))


def _medicines(rows: list[Prescription], on: date) -> list[PastMedicine]:
    """One row a medicine (INN and strength), the latest line of each; the furthest cover of all."""
    found: dict[tuple[str, str], PastMedicine] = {}
    for row in rows:
        covers = still_covers(row, on)
        for line in _repeated(row):
            if line.kind != LineKind.MEDICINE:
                continue
            key = (line.inn or line.name, line.strength)
            known = found.setdefault(key, _row(row, line))
            until, left = covers.get(line.pk, (None, 0))
            if until and (known.covers_until is None or until > known.covers_until):
                found[key] = replace(known, covers_until=until, renewals_left=left)
    return list(found.values())


def _row(prescription: Prescription, line: Line) -> PastMedicine:
    name = called(line_view(line))
    return PastMedicine(line.pk, prescription.pk, name, line.posology, _signed_on(prescription))


def _until(prescription: Prescription, line: Line) -> date:
    """No pharmacy gives anything after the end of validity: what was written for later is not had."""
    assert prescription.expires_on
    return min(ends_on(prescription, line), prescription.expires_on)


def _left(prescription: Prescription, line: Line, on: date) -> int:
    """Renewals whose period has not begun, had the treatment begun on the day it was signed."""
    elapsed = max(on - _signed_on(prescription), timedelta()).days
    return max(line.renewals - elapsed // (line.duration_days or BOXES_LAST), 0)


def _signed_on(prescription: Prescription) -> date:
    assert prescription.signed_at
    return timezone.localtime(prescription.signed_at).date()
