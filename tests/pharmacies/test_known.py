"""What the counter knows of one prescription: the lines as they hold today, and its own claim alone."""

from typing import Any

import pytest

from eprescription.actor import Actor
from eprescription.models import Line
from pharmacies import queries
from pharmacies.queries.known import known_of
from tests import factories
from tests.asking import a_question, answered

pytestmark = pytest.mark.django_db


def test_a_line_that_was_replaced_is_known_and_no_longer_in_force(
    at_work: Any, doctor: Actor, pharmacist: Actor, patient: Any
) -> None:
    prescription = factories.a_signed(doctor, patient, "AMOXICILLINE VIATRIS 1 g", "DOLIPRANE 1000")
    question = a_question(pharmacist, prescription, quantity=1, duration_days=3)
    answered(at_work(doctor), question, "accept")
    known = known_of(prescription)

    assert known.lines == list(prescription.lines.all())
    assert {b.line for b in known.balances} == set(Line.versions.filter(prescription=prescription))
    assert len(known.balances) == len(known.lines) + 1


def test_a_pharmacy_never_sees_the_claim_of_another(
    doctor: Actor, pharmacist: Actor, patient: Any
) -> None:
    prescription = factories.a_signed(doctor, patient, renewals=1)
    factories.dispense_all(pharmacist, prescription)
    factories.open_at(factories.a_pharmacist(), prescription)
    _found, page = queries.presented(pharmacist, prescription.pk)

    assert page.claim is None
    assert page.secret == ""
