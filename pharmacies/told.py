"""What the prescriber said beside the line: the questions he accepted, the narcotics that he prescribed before."""

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from eprescription.models import (
    Line,
    Prescription,
    PrescriptionState,
    Question,
    QuestionState,
    Subject,
)
from eprescription.quantities import NARCOTIC
from pharmacies.decisions import Decision


def agreed_by_question(
    prescription: Prescription, decisions: Iterable[Decision]
) -> frozenset[UUID]:
    """The lines whose decision names a question about them that the prescriber accepted."""
    named = {d.question_id: d.line_id for d in decisions if d.question_id}
    if not named:
        return frozenset()
    accepted = Question.objects.filter(
        pk__in=named, prescription=prescription, state=QuestionState.ACCEPTED
    )
    return frozenset(
        named[pk]
        for pk, line_id, new_id in accepted.values_list("pk", "line_id", "new_line_id")
        if named[pk] in (line_id, new_id)
    )


def narcotics_until(prescription: Prescription, lines: Iterable[Line]) -> dict[str, date]:
    """By INN, the last day of an earlier narcotic of the same prescriber for the same patient (CSP R. 5132-33)."""
    wanted = {line.inn for line in lines if line.list == NARCOTIC}
    if not wanted or prescription.subject.kind != Subject.Kind.NAMED:
        return {}
    rows = Line.objects.filter(
        Q(prescription__state__in=[PrescriptionState.ISSUED, PrescriptionState.EXPIRED]),
        prescription__subject=prescription.subject_id,
        prescription__author=prescription.author_id,
        prescription__signed_at__lt=prescription.signed_at,
        list=NARCOTIC,
        inn__in=wanted,
    )
    until: dict[str, date] = {}
    for line in rows.exclude(duration_days=None).select_related("prescription"):
        assert line.prescription.signed_at and line.duration_days
        signed = timezone.localtime(line.prescription.signed_at).date()
        last = signed + timedelta(days=line.duration_days - 1)
        until[line.inn] = max(last, until.get(line.inn, last))
    return until
