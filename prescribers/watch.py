"""What a draft is compared with: its own lines, the patient's current treatments and allergies.

A colleague's prescription is never shown here: only the medicine that an alert concerns is named,
and the comparison leaves its trace for the patient. Medicines of abortion and anonymous
prescriptions are never compared.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from eprescription.actor import Actor
from eprescription.audit.journal import record
from eprescription.catalogue.interactions import Drug, alerts, drugs_of, not_assessed
from eprescription.catalogue.interactions.engine import AllergyFacts
from eprescription.models import (
    Allergy,
    Deed,
    Line,
    LineKind,
    Prescription,
    PrescriptionState,
    Subject,
)
from eprescription.rules.facts import Alert
from eprescription.versions import going_on

BOXES_LAST = 30  # days that a line without duration is taken to last


@dataclass(frozen=True)
class Watch:
    """What is to be said of each line, by its position."""

    alerts: dict[int, tuple[Alert, ...]] = field(default_factory=dict)
    not_assessed: dict[int, tuple[str, ...]] = field(default_factory=dict)


def watch(
    prescription: Prescription, lines: Iterable[Line], on: date, *, shown: bool = False
) -> Watch:
    """Compares the lines of a draft with each other, with what is current and with the allergies.

    `shown`: on a page, which also says what could not be assessed.
    """
    mine = {str(x.position): x for x in lines if x.kind == LineKind.MEDICINE}
    if not mine:
        return Watch()
    current = current_lines(prescription.subject_id, on, without=prescription.pk)
    others = {f"c{x.pk}": x for x in current if not _renewed(x, prescription, mine.values())}
    codes = {key: line.cis for key, line in (mine | others).items()}
    drugs = [_drug(drug, key_line=mine | others, mine=mine) for drug in drugs_of(codes)]
    found = alerts(drugs, allergies=_allergies(prescription.subject_id))
    unknown = not_assessed([drug for drug in drugs if drug.mine]) if shown else {}
    return Watch(
        alerts={int(key): told for key, told in found.items() if key in mine},
        not_assessed={int(key): names for key, names in unknown.items()},
    )


def current_lines(subject_id: UUID, on: date, *, without: UUID | None = None) -> list[Line]:
    """Medicines that a patient should be taking on a day, by the prescriptions of the portal."""
    rows = _current(subject_id, on).exclude(pk=without).prefetch_related(_lines())
    return [
        line
        for prescription in rows
        for line in prescription.lines.all()
        if line.kind == LineKind.MEDICINE and not line.ivg and on <= ends_on(prescription, line)
    ]


def ends_on(prescription: Prescription, line: Line) -> date:
    """The last day that a line covers, renewals included, as if it was begun on the day."""
    assert prescription.signed_at
    begun = timezone.localtime(prescription.signed_at).date()
    days = (line.duration_days or BOXES_LAST) * (line.renewals + 1)
    return begun + timedelta(days=days - 1)


def narcotic_until(prescription: Prescription, on: date) -> dict[str, date]:
    """By INN, the day until which an earlier narcotic of the same prescriber covers, or a medicine
    whose authorisation forbids an overlap (CSP R. 5132-33)."""
    rows = _current(prescription.subject_id, on).filter(author=prescription.author_id)
    until: dict[str, date] = {}
    for earlier in rows.exclude(pk=prescription.pk).prefetch_related(_lines()):
        for line in earlier.lines.all():
            if (line.list == "S" or line.secured) and (last := ends_on(earlier, line)) >= on:
                until[line.inn] = max(last, until.get(line.inn, last))
    return until


def trace_comparison(prescription: Prescription, *, by: Actor, on: date) -> None:
    """Leaves the trace, for the patient, that colleagues' prescriptions are compared with this one."""
    others = _current(prescription.subject_id, on).exclude(author=prescription.author_id)
    for other in others:
        record(Deed.CHECKED, by=by, prescription=other)


def _current(subject_id: UUID, on: date) -> QuerySet[Prescription]:
    return Prescription.objects.filter(
        subject=subject_id,
        subject__kind=Subject.Kind.NAMED,
        state=PrescriptionState.ISSUED,
        expires_on__gte=on,
    )


def _lines() -> Prefetch:
    """The lines in force: one that was stopped at a pharmacist's question is no treatment any more."""
    return Prefetch("lines", queryset=going_on())


def _renewed(earlier: Line, prescription: Prescription, mine: Iterable[Line]) -> bool:
    """What the same prescriber writes again before it ends is a renewal, not a double."""
    own = earlier.prescription.author_id == prescription.author_id
    return own and any(line.inn == earlier.inn for line in mine)


def _drug(drug: Drug, key_line: dict[str, Line], mine: dict[str, Line]) -> Drug:
    return replace(drug, label=key_line[drug.key].inn, mine=drug.key in mine)


def _allergies(subject_id: UUID) -> list[AllergyFacts]:
    rows = Allergy.objects.filter(subject=subject_id, withdrawn_at=None).exclude(kind="other")
    return [AllergyFacts(kind=row.kind, code=row.code, label=row.label) for row in rows]
