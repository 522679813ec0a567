"""How much and when, as pharmacists meet it: D4, D5, D7, D15; and how much is asked of the base to judge it."""

import uuid
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from eprescription.actor import Actor
from eprescription.catalogue.models import Pack
from eprescription.models import Balance, DispensingCase, Prescription
from pharmacies import actions
from pharmacies.decisions import Decision, Handing
from pharmacies.judging import lawful
from pharmacies.keeping import balances_of
from tests import factories
from tests.pharmacies.judged import (
    CHRONIC,
    MIRTAZAPINE,
    TRAVEL,
    balance,
    days_ago,
    deciding,
    due,
    give,
    refused,
)

METFORMIN = "METFORMINE SANDOZ 1000"


def test_three_boxes_for_three_months_are_given_one_a_month(
    doctor: Actor, pharmacist: Actor, patient: Any
) -> None:
    ninety = CHRONIC | {"duration_days": 90, "quantity": 3, "renewals": 0}
    prescription = factories.a_signed(doctor, patient, MIRTAZAPINE, **ninety)
    assert due(prescription).quantity == 1
    found = refused(pharmacist, prescription, quantity=3, reason=TRAVEL)
    assert found == {"one_delivery_covers_one_month"}
    assert give(pharmacist, prescription).days == 30


def test_twelve_weeks_of_a_pill_are_given_at_once(
    doctor: Actor, pharmacist: Actor, patient: Any
) -> None:
    year = {"posology": "1 comprimé par jour", "duration_days": 84, "quantity": 1, "renewals": 3}
    prescription = factories.a_signed(doctor, patient, "OPTIMIZETTE", **year)
    assert due(prescription).quantity == 1
    assert give(pharmacist, prescription).days == 84


def test_a_pack_of_three_months_is_proposed_then_asked_for(
    doctor: Actor, pharmacist: Actor, patient: Any
) -> None:
    six = CHRONIC | {"renewals": 5}
    prescription = factories.a_signed(doctor, patient, MIRTAZAPINE, at=days_ago(31), **six)
    big = a_box(prescription.lines.get().cis, 90)
    give(pharmacist, prescription, at=days_ago(31))
    assert refused(pharmacist, prescription) == {"quarterly_packs_are_given"}
    row = give(pharmacist, prescription, quantity=3, cip13=big.cip13, packs=1)
    assert (row.days, row.warnings) == (90, [])
    assert balance(prescription).remaining == 2


def a_box(cis: str, units: int) -> Pack:
    """One more box of a product, invented."""
    label = f"plaquette(s) de {units} comprimé(s)"
    codes = {"cip13": "3400999999990", "cip7": "9999999"}
    return Pack.objects.create(medicine_id=cis, label=label, units=units, **codes)


def test_a_renewal_in_another_pharmacy_waits_for_its_day_too(
    doctor: Actor, pharmacist: Actor, patient: Any
) -> None:
    prescription = factories.a_signed(doctor, patient, MIRTAZAPINE, at=days_ago(10), **CHRONIC)
    give(pharmacist, prescription, at=days_ago(10))
    elsewhere = factories.a_pharmacist()
    assert (due(prescription).why, due(prescription).expected) == ("early", 0)
    assert refused(elsewhere, prescription) == {"renewals_wait_for_their_day"}
    row = give(elsewhere, prescription, reason=TRAVEL)
    assert (row.reason, row.warnings) == (TRAVEL, ["renewals_wait_for_their_day"])
    later = due(prescription, factories.later(days=50))
    assert later.expected == 1
    assert later.next_from == timezone.localdate(days_ago(10)) + timedelta(days=60)


def test_what_was_corrected_to_nothing_is_waited_for_by_nobody(
    doctor: Actor, pharmacist: Actor, patient: Any
) -> None:
    prescription = factories.a_signed(doctor, patient, MIRTAZAPINE, at=days_ago(1), **CHRONIC)
    give(pharmacist, prescription, at=days_ago(1))
    assert due(prescription).why == "early"
    correct(pharmacist, prescription, quantity=0, refusal="declined")
    assert (due(prescription).why, due(prescription).next_from) == ("", None)


def test_a_correction_is_not_early_because_of_what_it_corrects(
    doctor: Actor, pharmacist: Actor, patient: Any
) -> None:
    prescription = factories.a_signed(doctor, patient, MIRTAZAPINE, at=days_ago(1), **CHRONIC)
    give(pharmacist, prescription, at=days_ago(1))
    assert correct(pharmacist, prescription, lot="L1").lines.get().warnings == []


def correct(pharmacist: Actor, prescription: Prescription, **change: Any) -> Any:
    """Corrects the only dispensing."""
    return actions.correct(
        dispensing=prescription.case.dispensings.get(),
        decisions=deciding(prescription, **change),
        reason="Erreur de saisie",
        key=uuid.uuid4(),
        by=pharmacist,
        at=timezone.now(),
    )


def test_a_line_that_is_not_due_needs_no_word(
    doctor: Actor, pharmacist: Actor, patient: Any
) -> None:
    at = days_ago(15)
    both = (MIRTAZAPINE, METFORMIN)
    prescription = factories.a_signed(doctor, patient, *both, at=days_ago(16), **CHRONIC)
    lines = prescription.lines.all()
    first, second = [Decision(line_id=x.pk, quantity=1, cis=x.cis) for x in lines]
    factories.open_at(pharmacist, prescription, at)
    has_some = replace(second, quantity=0, refusal="has_some")
    factories.dispense(pharmacist, prescription, [first, has_some], at=at)
    factories.open_at(pharmacist, prescription)
    done = factories.dispense(pharmacist, prescription, [second])
    assert [x.line_id for x in done.lines.all()] == [second.line_id]
    assert done.completeness == "RFC"


def test_when_nothing_is_due_nothing_is_recorded(
    doctor: Actor, pharmacist: Actor, patient: Any
) -> None:
    prescription = factories.a_signed(doctor, patient, MIRTAZAPINE, **CHRONIC)
    give(pharmacist, prescription)
    assert refused(pharmacist, prescription, quantity=0) == {"something_is_decided"}


def test_judging_many_lines_asks_no_more_than_judging_one(doctor: Actor, patient: Any) -> None:
    several = ("DOLIPRANE 1000", MIRTAZAPINE, METFORMIN, "AMOXICILLINE VIATRIS 1 g")
    one, many = (asked_to_judge(doctor, patient, *names) for names in (several[:1], several))
    assert one <= 4
    assert many <= one + 1  # the groups are asked as soon as there are two products


def asked_to_judge(doctor: Actor, patient: Any, *medicines: str) -> int:
    """How many queries a judgment takes."""
    prescription = factories.a_signed(doctor, patient, *medicines)
    cases = DispensingCase.objects.select_related("prescription__subject")
    case = cases.get(prescription=prescription)
    balances: dict[uuid.UUID, Balance] = balances_of(case)
    decided = [Decision(pk, 1, b.line.cis) for pk, b in balances.items()]
    with CaptureQueriesContext(connection) as asked:
        lawful(case, balances, decided, Handing(), at=timezone.now())
    return len(asked)
