"""What pharmacists ask this prescriber and what the law has them tell him: for his home and for the page of a question."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone

from eprescription import notices
from eprescription.actor import Actor
from eprescription.audit.journal import record, record_list
from eprescription.identity import vault
from eprescription.identity.traits import display_name
from eprescription.models import (
    Deed,
    Notice,
    Prescription,
    PrescriptionState,
    Question,
    QuestionState,
)
from eprescription.nobody import NOBODY
from eprescription.permissions import visible_to
from eprescription.presenters import LineView, line_view
from eprescription.questions import QuestionView, question_view
from eprescription.refusal import Refusal
from eprescription.rules import Breach, Weight
from eprescription.versions import was_changed
from prescribers.actions.answering import standing_in_the_way
from prescribers.amending import judged, proposed_line

MOST = 20
TO_ANSWER = (QuestionState.WAITING, QuestionState.TO_CALL)


@dataclass(frozen=True)
class Told:
    """One notice: about whom, what, by which pharmacy."""

    prescription_id: UUID
    patient: str
    kind: Any
    medicine: str
    pharmacy: str
    at: datetime


@dataclass(frozen=True)
class Asked:
    """One question on the home: about whom, of what, since when."""

    id: UUID
    patient: str
    medicine: str
    pharmacy: str
    at: datetime
    urgent: bool
    to_call: bool


@dataclass(frozen=True)
class ToDo:
    """What waits for this prescriber: questions, urgent and oldest first, then what he is told."""

    questions: list[Asked]
    notices: list[Told]

    @property
    def count(self) -> int:
        return len(self.questions) + len(self.notices)


@dataclass(frozen=True)
class Asking:
    """The page of a question. `line`: the new version as it would read; `breaches`: what the law says of it.

    `refused` says why it can only be refused or talked over. `asks_reason`: a warning is passed with a reason.
    """

    question: QuestionView
    patient: str
    line: LineView | None
    breaches: list[Breach]
    asks_reason: bool
    blocked: bool
    refused: str


@transaction.atomic
def to_do(actor: Actor, *, at: datetime) -> ToDo:
    """All of it, with one trace a prescription; a constant number of queries."""
    questions = list(_waiting(actor).select_related("prescription", "line", "pharmacy")[:MOST])
    told = notices.unseen(actor, at=at)
    rows = [*(x.prescription for x in questions), *(x.prescription for x in told)]
    listed = {p.pk: p for p in rows}
    names = _names(listed.values())
    record_list(actor, listed.values())
    return ToDo(
        questions=[_asked(x, names[x.prescription_id]) for x in questions],
        notices=[_told(x, names[x.prescription_id]) for x in told],
    )


def count(actor: Actor, *, at: datetime) -> int:
    """How many things wait; nothing of them is read."""
    return _waiting(actor).count() + len(notices.unseen(actor, at=at))


def told_of(actor: Actor, prescription: Prescription, *, at: datetime) -> list[Told]:
    """What he is told of one prescription that he reads; from then on it no longer waits."""
    rows = notices.of_prescription(prescription, by=actor, at=at)
    return [_told(row, "") for row in rows]


def questions_of(prescription: Prescription) -> list[QuestionView]:
    """All that was asked of one prescription and not taken back, the latest first."""
    rows = _whole(Question.objects.filter(prescription=prescription))
    return [question_view(x) for x in rows.exclude(state=QuestionState.WITHDRAWN).order_by("-at")]


def own(actor: Actor, pk: UUID) -> Question:
    """One question about one's own prescription; 404 for all others."""
    found = _whole(Question.objects.filter(prescription__in=visible_to(actor), pk=pk)).first()
    if found is None:
        raise Http404
    return found


@transaction.atomic
def asking(actor: Actor, pk: UUID, *, at: datetime, reason: str = "") -> Asking:
    """The question with what would become of the line, and its trace."""
    question = own(actor, pk)
    record(Deed.READ, by=actor, prescription=question.prescription)
    patient = _names([question.prescription])[question.prescription_id]
    page = Asking(question_view(question), patient, None, [], False, False, "")
    return _judged(page, question, at, reason) if page.question.is_open else page


def _judged(page: Asking, question: Question, at: datetime, reason: str) -> Asking:
    if question.prescription.state != PrescriptionState.ISSUED or was_changed(question.line):
        return page
    on = timezone.localtime(at).date()
    try:
        line = proposed_line(question, on=on)
    except Refusal as refusal:
        return replace(page, refused=refusal.text)
    if line is None:
        return page
    found = [b for b in judged(question, line, on=on) if b.weight is not Weight.INFORMS]
    wrong = standing_in_the_way(question, found, reason)
    return replace(
        page,
        line=line_view(line),
        breaches=wrong,
        asks_reason=any(b.weight is Weight.WARNS for b in wrong),
        blocked=any(b.weight is Weight.BLOCKS for b in wrong),
    )


def _waiting(actor: Actor) -> QuerySet[Question]:
    """Those that may be answered, of prescriptions that are still dispensed."""
    mine = visible_to(actor) if actor.is_prescriber else Prescription.objects.none()
    rows = Question.objects.filter(prescription__in=mine.filter(state=PrescriptionState.ISSUED))
    return rows.filter(state__in=TO_ANSWER).order_by("-urgent", "at")


def _whole(rows: QuerySet[Question]) -> QuerySet[Question]:
    author = ("prescription__author__place", "prescription__subject")
    return rows.select_related("line", "pharmacy", "by", *author)


def _names(prescriptions: Iterable[Prescription]) -> dict[UUID, str]:
    """Names as signed, by prescription; those of anonymous patients are none."""
    rows = list(prescriptions)
    wanted = [(p.subject_id, p.identity_version) for p in rows if p.identity_version]
    known = vault.read_many(wanted)
    named = {key: display_name(traits) for key, traits in known.items()}
    return {p.pk: named.get((p.subject_id, p.identity_version or 0), NOBODY.called) for p in rows}


def _asked(question: Question, patient: str) -> Asked:
    line = question.line
    return Asked(
        id=question.pk,
        patient=patient,
        medicine=line.inn or line.name,
        pharmacy=question.pharmacy.name,
        at=question.at,
        urgent=question.urgent,
        to_call=question.state == QuestionState.TO_CALL,
    )


def _told(notice: Notice, patient: str) -> Told:
    line = notice.line
    return Told(
        prescription_id=notice.prescription_id,
        patient=patient,
        kind=notice.get_kind_display(),
        medicine=(line.inn or line.name) if line else "",
        pharmacy=notice.pharmacy.name,
        at=notice.at,
    )
