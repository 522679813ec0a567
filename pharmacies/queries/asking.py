"""The questions of this pharmacy: what waits for an answer, what was answered, one of them, those of a prescription."""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.http import Http404

from eprescription.actor import Actor
from eprescription.audit.journal import record
from eprescription.models import (
    Deed,
    Intervention,
    Line,
    Prescription,
    PrescriptionState,
    Question,
    QuestionState,
)
from eprescription.permissions import visible_to
from eprescription.questions import QuestionView, question_view
from eprescription.versions import going_on
from pharmacies.queries.names import told_of

CHANGING = (
    Intervention.SUBSTITUTE,
    Intervention.ROUTE,
    Intervention.ADMINISTRATION,
    Intervention.DOSE,
)
ANSWERED = (QuestionState.ACCEPTED, QuestionState.REFUSED, QuestionState.TO_CALL)
READ = ("state", "urgent", "at", "line__inn", "line__name", *told_of("prescription"))


@dataclass(frozen=True)
class Open:
    """Questions that wait for somebody, urgent and oldest first: answered and not read here, or not answered yet."""

    answered: list[Question]
    waiting: list[Question]


def unsettled(actor: Actor) -> Open:
    """What was asked here and is not settled, of prescriptions that may still be opened here; one query.

    Rows for the desk, which names the patients and leaves the trace.
    """
    answered = Q(state__in=ANSWERED, seen_at=None)
    waiting = Q(state=QuestionState.WAITING, prescription__state=PrescriptionState.ISSUED)
    place = actor.place_id if actor.is_pharmacist else None
    rows = Question.objects.filter(
        answered | waiting, pharmacy_id=place, prescription__in=visible_to(actor)
    )
    related = rows.select_related("prescription", "line").only(*READ)
    found = list(related.order_by("-urgent", Coalesce("answered_at", "at")))
    return Open(
        answered=[x for x in found if x.state in ANSWERED],
        waiting=[x for x in found if x.state == QuestionState.WAITING],
    )


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


def agreements(prescription: Prescription) -> dict[UUID, UUID]:
    """By line in force, the question by which its author agreed to a change in words: it stands for the agreement that
    the law asks at the counter (L. 5125-23 I). What made a new version needs no other agreement."""
    rows = Question.objects.filter(prescription=prescription, state=QuestionState.ACCEPTED)
    words = rows.filter(new_line=None, intervention__in=CHANGING).order_by("answered_at")
    return dict(words.values_list("line", "pk"))


def asked_of(actor: Actor, prescription: UUID) -> list[QuestionView]:
    """What was asked here about a prescription that one reads, the latest first; `about` says of which line."""
    rows = _here(actor).filter(prescription=prescription)
    return [question_view(x) for x in rows.exclude(state=QuestionState.WITHDRAWN).order_by("-at")]


def is_in_hand(actor: Actor, asked: Question) -> bool:
    """Whether its prescription may still be opened at this counter."""
    return visible_to(actor).filter(pk=asked.prescription_id).exists()


def _here(actor: Actor) -> QuerySet[Question]:
    place = actor.place_id if actor.is_pharmacist else None
    rows = Question.objects.filter(pharmacy_id=place)
    related = rows.select_related("prescription", "line", "new_line", "pharmacy", "by")
    return related.prefetch_related("prescription__lines")
