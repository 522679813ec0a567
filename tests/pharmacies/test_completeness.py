"""The completeness code of each delivery: first or following, whole or in part of what was due."""

from dataclasses import replace
from typing import Any

import pytest

from eprescription.actor import Actor
from eprescription.models import Dispensing
from tests import factories


def deliver(pharmacist: Actor, prescription: Any, *, days: int = 0, **changed: Any) -> str:
    """One delivery under a new claim, so many days later, each line with the same changes; gives its code."""
    at = factories.later(days=days)
    factories.open_at(pharmacist, prescription, at)
    due = factories.decisions_for(prescription, at)
    decisions = [replace(decision, **changed) for decision in due]
    done: Dispensing = factories.dispense(pharmacist, prescription, decisions, at=at)
    return done.completeness


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
