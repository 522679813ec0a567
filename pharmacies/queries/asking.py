"""The questions of this pharmacy: what waits for an answer, what was answered, one of them, those of a prescription."""

from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404

from eprescription.actor import Actor
from eprescription.audit.journal import record
from eprescription.models import Deed, Line, Prescription, Question, QuestionState
from eprescription.permissions import visible_to
from eprescription.questions import QuestionView, question_view
from eprescription.versions import going_on

MOST = 50
ANSWERED = (QuestionState.ACCEPTED, QuestionState.REFUSED, QuestionState.TO_CALL)


def waiting(actor: Actor) -> list[Question]:
    """Questions asked here that nobody has answered yet, urgent and oldest first; two queries.

    Rows for the desk, which names the patients and leaves the trace: with `prescription` and its lines, and `line`.
    """
    rows = _here(actor).filter(state=QuestionState.WAITING, prescription__state="issued")
    return list(rows.order_by("-urgent", "at")[:MOST])


def answered(actor: Actor) -> list[Question]:
    """Questions that were answered and whose answer nobody here has read yet, urgent first; two queries."""
    rows = _here(actor).filter(state__in=ANSWERED, seen_at=None)
    return list(rows.order_by("-urgent", "answered_at")[:MOST])


@transaction.atomic
def question(actor: Actor, pk: UUID) -> tuple[Question, QuestionView]:
    """One question of this pharmacy, with its trace, even once the prescription is elsewhere; 404 for the others."""
    found = _here(actor).filter(pk=pk).first()
    if found is None:
        raise Http404
    record(Deed.READ, by=actor, prescription=found.prescription)
    return found, question_view(found)


@transaction.atomic
def line_to_ask(actor: Actor, rx: UUID, pk: UUID) -> tuple[Prescription, Line]:
    """The line that one asks about, of a prescription in hand here; 404 for the others."""
    prescription = visible_to(actor).filter(pk=rx).first()
    line = going_on().filter(pk=pk, prescription=prescription).select_related("balance").first()
    if prescription is None or line is None:
        raise Http404
    record(Deed.READ, by=actor, prescription=prescription)
    return prescription, line


def by_line(actor: Actor, prescription: Prescription) -> dict[UUID, list[QuestionView]]:
    """What was asked here about each line in force, the latest first; a change stands with the version it made."""
    rows = _here(actor).filter(prescription=prescription)
    found: dict[UUID, list[QuestionView]] = {}
    for row in rows.exclude(state=QuestionState.WITHDRAWN).order_by("-at"):
        found.setdefault(row.new_line_id or row.line_id, []).append(question_view(row))
    return found


def _here(actor: Actor) -> QuerySet[Question]:
    place = actor.place_id if actor.is_pharmacist else None
    rows = Question.objects.filter(pharmacy_id=place)
    related = rows.select_related("prescription", "line", "new_line", "pharmacy", "by")
    return related.prefetch_related("prescription__lines")
