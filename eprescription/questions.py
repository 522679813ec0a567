"""A pharmacist's question as both sides read it: what is asked, what would change, what was answered."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from eprescription import posology
from eprescription.catalogue.models import Medicine
from eprescription.documents import mentions
from eprescription.models import Intervention, Line, Question, QuestionState
from eprescription.presenters import LineView, line_view
from eprescription.statuses import ASKED, Status


@dataclass(frozen=True)
class Change:
    """One thing that would differ: its label, as prescribed, as proposed."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class QuestionView:
    """One question. `phone` is that of the practice, once the prescriber asks to be called."""

    id: UUID
    prescription_id: UUID
    about: UUID  # the version of the line that it made, or the one that it asks about
    line: LineView
    pharmacy: str
    pharmacist: str
    pharmacy_phone: str
    at: datetime
    status: Status
    problem: Any
    intervention: Any
    message: str
    urgent: bool
    stops: bool
    changes: list[Change]
    answer: str
    answered_at: datetime | None
    phone: str
    is_open: bool  # it may still be answered or taken back
    accepted: bool
    amended: bool  # a new version was made of it


def question_view(question: Question) -> QuestionView:
    """`question` comes with its prescription, its line, its pharmacy and who asked."""
    state = QuestionState(question.state)
    copied = question.prescription.prescriber or {}
    return QuestionView(
        id=question.pk,
        prescription_id=question.prescription_id,
        about=question.new_line_id or question.line_id,
        line=line_view(question.line),
        pharmacy=question.pharmacy.name,
        pharmacist=question.by.person,
        pharmacy_phone=question.pharmacy.phone,
        at=question.at,
        status=ASKED[state],
        problem=question.get_problem_display(),
        intervention=question.get_intervention_display(),
        message=question.message,
        urgent=question.urgent,
        stops=question.intervention == Intervention.STOP,
        changes=changes_of(question),
        answer=question.answer,
        answered_at=question.answered_at,
        phone=copied.get("phone", "") if state is QuestionState.TO_CALL else "",
        is_open=state in (QuestionState.WAITING, QuestionState.TO_CALL),
        accepted=state is QuestionState.ACCEPTED,
        amended=question.new_line_id is not None,
    )


def changes_of(question: Question) -> list[Change]:
    """What the proposal says, beside what was prescribed."""
    line = question.line
    days, quantity = question.duration_days, question.quantity
    told = [
        Change(_("Produit"), line.name, _name(question.cis)),
        Change(_("Posologie"), line.posology, _understood(question)),
        Change(_("Durée"), _days(line.duration_days), _days(days)),
        Change(_("Quantité"), mentions.quantity(line), _boxes(line, quantity)),
    ]
    return [change for change in told if change.after]


def _understood(question: Question) -> str:
    """The posology in a sentence when all of it was understood, as on the writing screen; else as it was typed."""
    line, weight = question.line, question.prescription.weight_kg
    unit = posology.unit_of(line.form)
    reading = posology.read(question.posology, unit=unit, weight_kg=weight)
    whole = reading.posology is not None and not reading.unread.strip()
    return posology.sentence(reading.posology) if whole and reading.posology else question.posology


def _name(cis: str) -> str:
    known = Medicine.objects.filter(pk=cis).values_list("name", flat=True) if cis else ()
    return next(iter(known), cis)


def _days(days: int | None) -> str:
    return mentions.duration(days) if days else ""


def _boxes(line: Line, quantity: int | None) -> str:
    return mentions.quantity(Line(kind=line.kind, quantity=quantity)) if quantity else ""
