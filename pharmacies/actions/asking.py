"""Asking the prescriber: a question about one line, with the change that is proposed; taking it back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from eprescription.actor import Actor
from eprescription.anonymity import check_wordless
from eprescription.audit.journal import record
from eprescription.catalogue.models import Medicine
from eprescription.lifecycle import move
from eprescription.models import (
    Deed,
    Intervention,
    Line,
    Prescription,
    PrescriptionState,
    Question,
    QuestionState,
)
from eprescription.once import once
from eprescription.permissions import Action, can_see, check_role
from eprescription.refusal import Overtaken, Refusal
from eprescription.secure_mail.letters import write_note
from eprescription.versions import is_stopped
from pharmacies.claims import locked_case

OPEN = (QuestionState.WAITING, QuestionState.TO_CALL)
# What changes nothing of the line: the words say what is meant.
WORDS_ONLY = (Intervention.ADD, Intervention.STOP, Intervention.MONITOR)


@dataclass(frozen=True)
class Proposal:
    """What is asked, in the codes of `Problem` and `Intervention`; what is left empty stays as it was prescribed."""

    problem: str
    intervention: str
    message: str = ""
    urgent: bool = False
    cis: str = ""
    posology: str = ""
    duration_days: int | None = None
    quantity: int | None = None

    @property
    def changes(self) -> bool:
        """Whether it says what the line should become."""
        return bool(self.cis or self.posology or self.duration_days or self.quantity)


def ask(
    *,
    prescription: Prescription,
    line_id: UUID,
    proposal: Proposal,
    key: UUID,
    by: Actor,
    at: datetime,
) -> Question:
    """Asks the author about a line; a second press of the same key gives the same question.

    A préparateur asks too: nothing leaves the counter by it. Raises Refusal when this pharmacy has nothing in hand,
    when its question about the line is still open, and when the line cannot change any more.
    """
    check_role(by, Action.DISPENSE)
    if not can_see(by, prescription):
        raise Refusal("not_presented", _("Cette ordonnance n'a pas été présentée ici."))
    check_wordless(prescription, proposal.message, proposal.posology)
    assert by.place_id  # who works at a counter works somewhere
    with transaction.atomic():
        new = uuid4()
        asked = (prescription.pk, line_id, proposal)
        done = once(act="ask", key=key, asked=asked, result=new, by=by, at=at)
        if done:
            return Question.objects.get(pk=done)
        line = _askable(locked_case(prescription).prescription, line_id, proposal, by)
        question = Question.objects.create(
            id=new,
            prescription=prescription,
            line=line,
            pharmacy_id=by.place_id,
            by_id=by.activity_id,
            at=at,
            **vars(proposal),
        )
        record(Deed.ASKED, by=by, prescription=prescription)
        _tell(prescription, question, at)
    return question


def withdraw(*, question: Question, key: UUID, by: Actor, at: datetime) -> None:
    """Takes a question back before it is answered; whoever works at the pharmacy that asked may."""
    check_role(by, Action.DISPENSE)
    if question.pharmacy_id != by.place_id:
        raise Refusal("not_asked_here", _("Cette question n'a pas été posée ici."))
    with transaction.atomic():
        asked = question.pk
        if once(act="withdraw", key=key, asked=asked, result=asked, by=by, at=at):
            return
        move(question, QuestionState.WITHDRAWN, by=by, at=at)
        record(Deed.ASKED, by=by, prescription=question.prescription, code="withdrawn")


def see(*, questions: Iterable[UUID], by: Actor, at: datetime) -> None:
    """The pharmacy has read these answers: they leave its queue."""
    here = Question.objects.filter(pk__in=list(questions), pharmacy_id=by.place_id, seen_at=None)
    here.filter(answered_at__isnull=False).update(seen_at=at)


def _tell(prescription: Prescription, question: Question, at: datetime) -> None:
    """The practice hears that something waits on the portal, and nothing of what it is."""
    practice = prescription.author.place
    if practice:
        write_note(prescription, practice, occasion=f"asked {question.pk.hex}", at=at)


def _askable(prescription: Prescription, line_id: UUID, proposal: Proposal, by: Actor) -> Line:
    """The line in force that the question is about."""
    if prescription.state != PrescriptionState.ISSUED:
        raise Overtaken("not_open", _("Cette ordonnance ne se délivre plus."))
    line = Line.objects.filter(pk=line_id, prescription=prescription).first()
    if line is None or is_stopped(line):
        raise Overtaken(
            "line_changed", _("Le prescripteur a changé cette ligne entre-temps. Relisez-la.")
        )
    _known_medicine(proposal)
    open_here = Question.objects.filter(line=line, pharmacy_id=by.place_id, state__in=OPEN)
    if open_here.exists():
        raise Overtaken(
            "already_asked",
            _("Votre pharmacie a déjà une question en cours sur cette ligne. Retirez-la d'abord."),
        )
    return line


def _known_medicine(proposal: Proposal) -> None:
    known = Medicine.objects.filter(pk=proposal.cis, marketed=True)
    if proposal.cis and not known.exists():
        raise Refusal("no_medicine", _("Ce médicament n'est pas dans le catalogue."))
