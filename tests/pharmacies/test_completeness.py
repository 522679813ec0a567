"""The completeness code of each delivery: first or following, whole or in part of what was due."""

import uuid
from dataclasses import replace
from typing import Any

import pytest
from django.utils import timezone

from eprescription.actor import Actor
from eprescription.models import Dispensing
from pharmacies import actions
from pharmacies.decisions import Decision
from prescribers.actions import accept
from tests import factories
from tests.asking import a_question
from tests.pharmacies.judged import CHRONIC, MIRTAZAPINE, TRAVEL, days_ago, give


def deliver(pharmacist: Actor, prescription: Any, *, days: int = 0, **changed: Any) -> str:
    """The code of one delivery."""
    return dispense(pharmacist, prescription, days=days, **changed).completeness


def dispense(pharmacist: Actor, prescription: Any, *, days: int = 0, **changed: Any) -> Dispensing:
    """One delivery under a new claim, so many days later, each line with the same changes."""
    at = factories.later(days=days)
    factories.open_at(pharmacist, prescription, at)
    due = factories.decisions_for(prescription, at)
    decisions = [replace(decision, **changed) for decision in due]
    done: Dispensing = factories.dispense(pharmacist, prescription, decisions, at=at)
    return done


def correct(pharmacist: Actor, done: Dispensing, **changed: Any) -> Dispensing:
    """What was recorded of its only line, bent."""
    row = done.lines.get()
    decision = replace(Decision(row.line_id, row.quantity, row.cis), **changed)
    return actions.correct(
        dispensing=done,
        decisions=[decision],
        reason="Boîtes recomptées",
        key=uuid.uuid4(),
        by=pharmacist,
        at=timezone.now(),
    )


@pytest.mark.parametrize(
    ("first", "second", "codes"),
    [
        (2, 2, ("FFC", "RFC")),
        (2, 1, ("FFC", "RFP")),
        (1, 1, ("FFP", "RFC")),
    ],
)
def test_first_or_following_whole_or_in_part(
    doctor: Actor, pharmacist: Actor, patient: Any, first: int, second: int, codes: tuple[str, str]
) -> None:
    """Two boxes at a time, renewed once; after one box the other one is what is due."""
    prescription = factories.a_signed(doctor, patient, quantity=2, renewals=1)
    given = deliver(pharmacist, prescription, quantity=first)
    assert (given, deliver(pharmacist, prescription, days=10, quantity=second)) == codes


def test_nothing_given_has_no_code_and_the_next_is_still_the_first(
    doctor: Actor, pharmacist: Actor, patient: Any
) -> None:
    prescription = factories.a_signed(doctor, patient, quantity=2)
    assert deliver(pharmacist, prescription, quantity=0, refusal="later") == ""
    assert deliver(pharmacist, prescription, days=1) == "FFC"


def test_a_delivery_by_exception_follows_and_is_whole(
    doctor: Actor, pharmacist: Actor, patient: Any
) -> None:
    signed = days_ago(160)
    prescription = factories.a_signed(doctor, patient, MIRTAZAPINE, at=signed, **CHRONIC)
    for days in (160, 130, 100):
        give(pharmacist, prescription, at=days_ago(days))
    month = give(pharmacist, prescription, at=days_ago(70), exceptional="chronic")
    assert month.dispensing.completeness == "RFC"


def test_a_line_that_its_author_changed_goes_on_with_what_was_given_of_the_former(
    doctor: Actor, pharmacist: Actor, patient: Any
) -> None:
    prescription = factories.a_signed(doctor, patient, quantity=2)
    assert dispense(pharmacist, prescription, quantity=1, refusal="later").completeness == "FFP"
    question = a_question(pharmacist, prescription, posology="1 comprimé le soir")
    accept(question=question, key=uuid.uuid4(), by=doctor, at=timezone.now())
    assert dispense(pharmacist, prescription).completeness == "RFC"


@pytest.mark.parametrize(("given", "code"), [(2, "FFC"), (1, "FFP")])
def test_a_correction_keeps_the_place_of_what_it_corrects(
    doctor: Actor, pharmacist: Actor, patient: Any, given: int, code: str
) -> None:
    prescription = factories.a_signed(doctor, patient, quantity=2, renewals=1)
    first = dispense(pharmacist, prescription, quantity=1)
    elsewhere = factories.a_pharmacist(place=factories.a_place())
    assert dispense(elsewhere, prescription, quantity=1).completeness == "RFC"
    corrected = correct(pharmacist, first, quantity=given, reason=TRAVEL)
    assert corrected.completeness == code
    again = correct(pharmacist, corrected, quantity=given, reason=TRAVEL)
    assert again.completeness == code


def test_what_followed_a_corrected_delivery_still_follows(
    doctor: Actor, pharmacist: Actor, patient: Any
) -> None:
    """The first delivery is corrected after the second: the second, corrected in turn, is still not the first."""
    prescription = factories.a_signed(doctor, patient, quantity=3)
    first = dispense(pharmacist, prescription, quantity=1)
    second = dispense(pharmacist, prescription, quantity=1)
    correct(pharmacist, first, quantity=1)
    assert correct(pharmacist, second, quantity=2).completeness == "RFC"


def test_the_first_delivery_after_one_that_was_corrected_to_nothing_is_the_first(
    doctor: Actor, pharmacist: Actor, patient: Any
) -> None:
    prescription = factories.a_signed(doctor, patient, quantity=2)
    mistaken = dispense(pharmacist, prescription, quantity=2)
    assert correct(pharmacist, mistaken, quantity=0, refusal="later").completeness == ""
    assert dispense(pharmacist, prescription, quantity=2).completeness == "FFC"
