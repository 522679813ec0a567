"""An answer, another answer and a dispensing at the same moment, on real PostgreSQL: one change, nothing twice."""

import uuid
from collections import Counter
from functools import partial
from typing import Any

import pytest
from django.utils import timezone

from eprescription.actor import Actor
from eprescription.models import Balance, Line, Prescription, Push, Question, QuestionState
from pharmacies import actions as pharmacist_acts
from pharmacies.decisions import Decision
from prescribers import actions
from tests import factories as f
from tests.asking import a_question
from tests.processes import side_by_side

pytestmark = pytest.mark.usefixtures("transactional_db", "catalogue")
PRESCRIPTIONS = 20
TOO_LATE = {"question_accepted", "question_refused", "question_overtaken", "line_changed"}


def answer(act: Any, doctor: Actor, question: Question) -> None:
    fresh = Question.objects.get(pk=question.pk)
    act(question=fresh, key=uuid.uuid4(), by=doctor, at=timezone.now())


def dispense(pharmacist: Actor, prescription: Prescription, secret: str, line: Line) -> None:
    pharmacist_acts.dispense(
        prescription=prescription,
        decisions=[Decision(line.pk, 2, line.cis)],
        secret=secret,
        key=uuid.uuid4(),
        by=pharmacist,
        at=timezone.now(),
    )


def test_given_two_answers_and_a_counter_at_once_then_nothing_is_given_twice() -> None:
    # Given twenty prescriptions of two boxes, open at a counter, each with a proposal of three
    doctor, pharmacist = f.a_prescriber(), f.a_pharmacist()
    subject = f.a_patient(doctor, account=False)[0]
    signed = [f.a_signed(doctor, subject) for _time in range(PRESCRIPTIONS)]
    questions = [a_question(pharmacist, rx, quantity=3) for rx in signed]
    counter = [
        partial(dispense, pharmacist, rx, f.secret_of(rx), Line.objects.get(prescription=rx))
        for rx in signed
    ]
    accepted = [partial(answer, actions.accept, doctor, q) for q in questions]
    refused = [partial(answer, actions.refuse, doctor, q) for q in questions]
    # When all of it happens at once
    first, second, no, given = side_by_side([accepted, accepted, refused, counter])
    # Then each question has one answer, and the others came too late
    for outcomes in zip(first, second, no, strict=True):
        assert Counter(outcomes)["done"] == 1, outcomes
        assert {*outcomes} - {"done"} <= TOO_LATE, outcomes
    assert {*given} <= {"done", "other_claim"}, given
    # And what was handed over and what may still be are never above what is prescribed
    for rx, question in zip(signed, questions, strict=True):
        question.refresh_from_db()
        changed = question.state == QuestionState.ACCEPTED
        balances = Balance.objects.filter(case__prescription=rx)
        handed = sum(b.dispensed for b in balances)
        left = sum(b.remaining for b in balances)
        assert handed + left == (3 if changed else 2)
        assert Line.versions.filter(prescription=rx).count() == 1 + changed
        assert Push.objects.filter(prescription=rx, occasion="amended 1").count() == changed
