"""What has run out and goes on by exception: chronic treatments and the pill (D12, D13)."""

from typing import Any

import pytest

from eprescription.actor import Actor
from eprescription.models import Prescription
from eprescription.refusal import Overtaken
from tests import factories
from tests.pharmacies.judged import (
    CHRONIC,
    MIRTAZAPINE,
    TRAVEL,
    balance,
    days_ago,
    due,
    give,
    refused,
)

PILL = {"posology": "1 comprimé par jour", "duration_days": 84, "quantity": 1, "renewals": 1}


def run_out(doctor: Actor, pharmacist: Actor, patient: Any, *, ended: int) -> Prescription:
    """Three months, all dispensed, used up so many days ago."""
    signed = ended + 90
    prescription = factories.a_signed(doctor, patient, MIRTAZAPINE, at=days_ago(signed), **CHRONIC)
    for number in range(3):
        give(pharmacist, prescription, at=days_ago(signed - 30 * number))
    return prescription


def test_an_expired_chronic_treatment_goes_on_month_by_month_three_times(
    doctor: Actor, pharmacist: Actor, patient: Any
) -> None:
    prescription = run_out(doctor, pharmacist, patient, ended=70)
    for number in range(3):
        at = days_ago(70 - 30 * number)
        today = due(prescription, at)
        assert (today.quantity, today.exceptional, today.expected) == (1, "chronic", 0)
        row = give(pharmacist, prescription, at=at, exceptional="chronic")
        assert (row.exceptional, row.quantity) == ("chronic", 1)
    left = balance(prescription)
    assert (left.dispensed, left.extra, left.remaining) == (3, 3, 0)
    fourth = factories.later(days=20)
    assert due(prescription, fourth).quantity == 0
    assert "chronic_treatments_go_on_for_three_months" in refused(
        pharmacist, prescription, at=fourth, exceptional="chronic", reason=TRAVEL
    )


def test_an_exception_waits_until_all_is_used_up(
    doctor: Actor, pharmacist: Actor, patient: Any
) -> None:
    prescription = run_out(doctor, pharmacist, patient, ended=0)
    give(pharmacist, prescription, exceptional="chronic")
    tomorrow = factories.later(days=1)
    assert due(prescription, tomorrow).quantity == 0
    assert "exceptions_come_after_the_end" in refused(
        pharmacist, prescription, at=tomorrow, exceptional="chronic", reason=TRAVEL
    )


def test_what_still_holds_is_no_exception(doctor: Actor, pharmacist: Actor, patient: Any) -> None:
    prescription = factories.a_signed(doctor, patient, MIRTAZAPINE, at=days_ago(40), **CHRONIC)
    give(pharmacist, prescription, at=days_ago(40))
    found = refused(pharmacist, prescription, exceptional="chronic")
    assert "exceptions_come_after_the_end" in found


def test_tramadol_never_goes_on(doctor: Actor, pharmacist: Actor, patient: Any) -> None:
    values = CHRONIC | {"posology": "1 gélule le soir", "duration_days": 28}
    tramadol = "TRAMADOL BIOGARAN 50 mg"
    prescription = factories.a_signed(doctor, patient, tramadol, at=days_ago(90), **values)
    for number in range(3):
        give(pharmacist, prescription, at=days_ago(90 - 30 * number))
    assert due(prescription).exceptional == ""
    with pytest.raises(Overtaken):
        factories.open_at(pharmacist, prescription)


def test_a_pill_goes_on_for_six_months_three_at_once(
    doctor: Actor, pharmacist: Actor, patient: Any
) -> None:
    prescription = factories.a_signed(doctor, patient, "OPTIMIZETTE", at=days_ago(300), **PILL)
    for at in (days_ago(300), days_ago(216)):
        give(pharmacist, prescription, at=at)
    first, second = days_ago(130), days_ago(40)
    many = refused(pharmacist, prescription, at=first, quantity=2, exceptional="pill")
    assert many == {"pills_go_on_for_six_months"}
    for at in (first, second):
        assert (due(prescription, at).quantity, due(prescription, at).exceptional) == (1, "pill")
        give(pharmacist, prescription, at=at, exceptional="pill")
    assert due(prescription, factories.later(days=45)).quantity == 0
