"""A correction within 72 h by its author: the new version stands, the old one is kept, the balances follow."""

import uuid
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from eprescription import upkeep
from eprescription.actor import Actor
from eprescription.models import (
    Balance,
    CaseState,
    Deed,
    Dispensing,
    DispensingCase,
    JournalEntry,
    Prescription,
    RegisterEntry,
)
from eprescription.refusal import Overtaken, Refusal, Unlawful
from pharmacies import actions
from prescribers import actions as prescriber_acts
from tests import factories


@pytest.fixture
def prescription(doctor: Actor, patient: Any) -> Prescription:
    return factories.a_signed(doctor, patient)


def correct(done: Dispensing, by: Actor, *, quantity: int, **more: Any) -> Dispensing:
    line = done.lines.get()
    decision = replace(
        factories.Decision(line_id=line.line_id, quantity=quantity, cis=line.cis),
        refusal="" if quantity else "declined",
    )
    values: dict[str, Any] = {
        "dispensing": done,
        "decisions": [decision],
        "reason": "Une boîte est restée au comptoir",
        "key": uuid.uuid4(),
        "by": by,
        "at": timezone.now(),
    }
    return actions.correct(**values | more)


def dispensed(prescription: Prescription) -> tuple[int, str]:
    case = DispensingCase.objects.get(prescription=prescription)
    return Balance.objects.get(case=case).dispensed, case.state


def test_one_box_less_is_free_again_and_both_versions_are_kept(
    pharmacist: Actor, prescription: Prescription
) -> None:
    done = factories.dispense_all(pharmacist, prescription)
    assert dispensed(prescription) == (2, CaseState.DISPENSED)
    corrected = correct(done, pharmacist, quantity=1)
    assert dispensed(prescription) == (1, CaseState.PARTLY)
    assert corrected.corrects == done and corrected.completeness == "FFP"
    assert [x.quantity for d in (done, corrected) for x in d.lines.all()] == [2, 1]
    assert list(RegisterEntry.objects.order_by("number").values_list("number", flat=True)) == [1, 2]
    assert JournalEntry.objects.filter(deed=Deed.CORRECTED, prescription=prescription).exists()


def test_corrected_to_nothing_it_waits_as_before(
    pharmacist: Actor, prescription: Prescription
) -> None:
    done = factories.dispense_all(pharmacist, prescription)
    correct(done, pharmacist, quantity=0)
    assert dispensed(prescription) == (0, CaseState.WAITING)


def test_what_another_pharmacy_gave_meanwhile_is_not_given_twice(
    pharmacist: Actor, prescription: Prescription
) -> None:
    done = factories.dispense_all(pharmacist, prescription)
    less = correct(done, pharmacist, quantity=1)
    factories.dispense_all(factories.a_pharmacist(), prescription)
    with pytest.raises((Overtaken, Unlawful)):
        correct(less, pharmacist, quantity=2)
    assert dispensed(prescription) == (2, CaseState.DISPENSED)


def test_a_claim_elsewhere_stays(pharmacist: Actor, prescription: Prescription) -> None:
    done = factories.dispense_all(pharmacist, prescription)
    less = correct(done, pharmacist, quantity=1)
    factories.open_at(factories.a_pharmacist(), prescription)
    correct(less, pharmacist, quantity=0)
    assert dispensed(prescription) == (0, CaseState.CLAIMED)


@pytest.mark.parametrize(("days", "state"), [(0, CaseState.STOPPED), (400, CaseState.EXPIRED)])
def test_what_was_cancelled_or_has_expired_meanwhile_is_not_opened_again(
    doctor: Actor, pharmacist: Actor, prescription: Prescription, days: int, state: str
) -> None:
    done = factories.dispense_all(pharmacist, prescription)
    prescription.refresh_from_db()
    if days:
        upkeep.let_time_pass(at=factories.later(days=days))
    else:
        prescriber_acts.cancel(prescription=prescription, by=doctor, at=timezone.now())
    assert dispensed(prescription) == (2, CaseState.DISPENSED)
    correct(done, pharmacist, quantity=0)
    assert dispensed(prescription) == (0, state)


def test_only_its_author_corrects_and_only_once_and_for_72_hours(
    pharmacist: Actor, prescription: Prescription
) -> None:
    done = factories.dispense_all(pharmacist, prescription)
    colleague = factories.a_pharmacist(place=done.pharmacy)
    with pytest.raises(Refusal, match="not_its_author"):
        correct(done, colleague, quantity=1)
    with pytest.raises(Refusal, match="too_late"):
        correct(done, pharmacist, quantity=1, at=done.at + timedelta(hours=72, seconds=1))
    with pytest.raises(Refusal, match="no_reason"):
        correct(done, pharmacist, quantity=1, reason="  ")
    correct(done, pharmacist, quantity=1, at=done.at + timedelta(hours=72))
    with pytest.raises(Overtaken, match="corrected"):
        correct(done, pharmacist, quantity=2)


def test_the_same_key_corrects_once(pharmacist: Actor, prescription: Prescription) -> None:
    done, key = factories.dispense_all(pharmacist, prescription), uuid.uuid4()
    first = correct(done, pharmacist, quantity=1, key=key)
    assert correct(done, pharmacist, quantity=1, key=key) == first
    with pytest.raises(Refusal, match="key_used"):
        correct(done, pharmacist, quantity=0, key=key)
