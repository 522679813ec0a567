"""Answering a pharmacist: agree, refuse, ask to be called. An agreement that changes a line is a signature."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from eprescription import versions
from eprescription.actor import Actor
from eprescription.anonymity import check_reason, check_wordless
from eprescription.audit.journal import record
from eprescription.health_space import outbox
from eprescription.lifecycle import move
from eprescription.models import (
    Deed,
    DispensingCase,
    Intervention,
    Justification,
    Line,
    Prescription,
    PrescriptionState,
    Question,
    QuestionState,
)
from eprescription.once import once
from eprescription.permissions import can_see
from eprescription.refusal import Overtaken, Refusal, Unlawful
from eprescription.rules import Breach, Weight
from eprescription.secure_mail.letters import write_to_patient
from eprescription.upkeep import settle_case
from prescribers.amending import judged, proposed_line
from prescribers.watch import trace_comparison


def accept(
    *, question: Question, answer: str = "", reason: str = "", key: UUID, by: Actor, at: datetime
) -> Question:
    """Agrees to what is proposed: the line is stopped, or gets a new version, which the law judges as at signature.

    The caller has asked a fresh proof of identity, as for a signature. `reason` goes on in spite of the warnings.
    Raises Unlawful with all that blocks and all warnings without a reason, Overtaken when the line has changed.
    """
    check_answer(by, question.prescription)
    _coded(question, answer, reason)
    with transaction.atomic():
        asked = (question.pk, answer, reason)
        if once(act="accept", key=key, asked=asked, result=question.pk, by=by, at=at):
            return Question.objects.get(pk=question.pk)
        case, asked_for = _locked(question)
        new = _amended(asked_for, case, reason, by, at)
        made = {"new_line_id": new.pk} if new else {}
        _answer(asked_for, QuestionState.ACCEPTED, answer, by, at, **made)
        if new or asked_for.intervention == Intervention.STOP:
            _announce(asked_for.prescription, case, by, at)
    return asked_for


def refuse(*, question: Question, answer: str = "", key: UUID, by: Actor, at: datetime) -> Question:
    """Keeps the line as it was prescribed."""
    return _say(question, QuestionState.REFUSED, answer, key=key, by=by, at=at)


def call_me(
    *, question: Question, answer: str = "", key: UUID, by: Actor, at: datetime
) -> Question:
    """Asks the pharmacy to call the practice; the question may still be answered afterwards."""
    return _say(question, QuestionState.TO_CALL, answer, key=key, by=by, at=at)


def check_answer(actor: Actor, prescription: Prescription) -> None:
    """Who signed answers, in whichever of his activities: the law asks the agreement of the person (L. 5125-23 I).

    What he changes stays the prescription of the practice where he signed it; the answer says where he gave it.
    """
    if not actor.is_prescriber or not can_see(actor, prescription):
        raise Refusal("not_author", _("Seul l'auteur de l'ordonnance répond à cette question."))


def standing_in_the_way(question: Question, found: Iterable[Breach], reason: str) -> list[Breach]:
    """All that blocks, and the warnings that neither this reason nor that of the signature answers."""
    given = _reasons_before(question)
    return [
        b
        for b in found
        if b.weight is Weight.BLOCKS
        or (b.weight is Weight.WARNS and not reason.strip() and (b.rule, b.key) not in given)
    ]


def _coded(question: Question, answer: str, reason: str = "") -> None:
    check_wordless(question.prescription, answer)
    check_reason(question.prescription, reason)


def _say(
    question: Question, to: QuestionState, answer: str, *, key: UUID, by: Actor, at: datetime
) -> Question:
    check_answer(by, question.prescription)
    _coded(question, answer)
    with transaction.atomic():
        asked = (question.pk, answer)
        if once(act=f"answer {to}", key=key, asked=asked, result=question.pk, by=by, at=at):
            return Question.objects.get(pk=question.pk)
        _answer(question, to, answer, by, at)
    return question


def _answer(
    question: Question, to: QuestionState, answer: str, by: Actor, at: datetime, **made: Any
) -> None:
    """The answer stands on the question; the pharmacy has not read it yet."""
    said = {"answered_at": at, "answered_by_id": by.activity_id, "answer": answer.strip()[:500]}
    move(question, to, by=by, at=at, seen_at=None, **said, **made)
    record(Deed.ANSWERED, by=by, prescription=question.prescription, code=to)


def _locked(question: Question) -> tuple[DispensingCase, Question]:
    """Prescription, case and question under lock, in that order, as they are now."""
    rows = Prescription.objects.select_related("author__place", "subject")
    # Others who only point at the prescription (a journal row, a delivery) go on meanwhile.
    prescription = rows.select_for_update(of=("self",), no_key=True).get(
        pk=question.prescription_id
    )
    cases = DispensingCase.objects.select_for_update(of=("self",))
    case = cases.get(prescription=prescription)
    now = Question.objects.select_for_update(of=("self",)).select_related("line")
    found = now.get(pk=question.pk)
    case.prescription = found.prescription = prescription
    _may_change(found)
    return case, found


def _may_change(question: Question) -> None:
    if question.prescription.state != PrescriptionState.ISSUED:
        raise Overtaken("not_open", _("Cette ordonnance ne se délivre plus : rien ne change."))
    if versions.was_changed(question.line):
        raise Overtaken(
            "line_changed",
            _("La ligne a changé depuis cette question. Refusez-la, ou demandez un appel."),
        )


def _amended(
    question: Question, case: DispensingCase, reason: str, by: Actor, at: datetime
) -> Line | None:
    """Stops the line, or puts its new version in force; None when there is no new one."""
    if question.intervention == Intervention.STOP:
        versions.stop(question.line, case=case, at=at)
        return None
    on = timezone.localtime(at).date()
    line = proposed_line(question, on=on)
    if line is None:
        return None
    found = judged(question, line, on=on)
    if wrong := standing_in_the_way(question, found, reason):
        raise Unlawful(wrong)
    versions.replace(line, case=case, at=at)
    _justify(question, line, found, reason, by, at)
    trace_comparison(question.prescription, by=by, on=on)
    return line


def _announce(prescription: Prescription, case: DispensingCase, by: Actor, at: datetime) -> None:
    """The case rests where its balances say; the health space gets the page as it now reads."""
    settle_case(case, by=by, at=at)
    record(Deed.AMENDED, by=by, prescription=prescription)
    number = len(versions.amendments(prescription))
    outbox.enqueue(prescription, occasion=f"amended {number}", at=at)
    write_to_patient(prescription, occasion=f"amended {number}", at=at)


def _justify(
    question: Question, line: Line, found: list[Breach], reason: str, by: Actor, at: datetime
) -> None:
    """Why he went on: said now, or at the signature for the same warning."""
    given = _reasons_before(question)
    Justification.objects.bulk_create(
        Justification(
            prescription=question.prescription,
            line=line,
            rule=b.rule,
            key=b.key,
            article=b.article[:120],
            text=b.text.fr,
            reason=(reason.strip() or given[b.rule, b.key])[:300],
            by_id=by.activity_id,
            at=at,
        )
        for b in found
        if b.weight is Weight.WARNS
    )


def _reasons_before(question: Question) -> dict[tuple[str, str], str]:
    rows = Justification.objects.filter(line=question.line_id)
    return {(row.rule, row.key): row.reason for row in rows}
