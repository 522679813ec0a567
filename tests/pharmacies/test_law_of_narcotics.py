"""Narcotics at the counter: the days that are left, fractions, overlap, who fetches them (D9, D10)."""

import uuid
from datetime import datetime
from typing import Any

from django.utils import timezone

from eprescription.actor import Actor
from eprescription.models import CaseState, DispensingCase, Prescription
from pharmacies import actions
from pharmacies.decisions import Handing
from tests import factories
from tests.pharmacies.judged import TRAVEL, balance, days_ago, deciding, due, give, refused

LATE = {"late_narcotics_cover_what_is_left"}
PATCHES = {"posology": "1 dispositif toutes les 72 heures", "duration_days": 28, "quantity": 2}


def narcotic(doctor: Actor, patient: Any, at: datetime, **more: Any) -> Prescription:
    """56 capsules of morphine for 28 days."""
    values = {"posology": "1 gélule matin et soir", "duration_days": 28, "quantity": 4} | more
    return factories.a_signed(doctor, patient, "SKENAN L.P. 10 mg", at=at, **values)


def test_a_narcotic_on_day_5_gives_23_days_and_loses_five(
    doctor: Actor, pharmacist: Actor, patient: Any
) -> None:
    prescription = narcotic(doctor, patient, days_ago(5))
    today = due(prescription)
    assert (today.quantity, today.lost, today.why) == (46, 10, "late")
    assert refused(pharmacist, prescription, quantity=56, reason=TRAVEL) == LATE
    row = give(pharmacist, prescription, quantity=46)
    assert (row.days, row.lost) == (23, 10)
    left = balance(prescription)
    assert (left.dispensed, left.lost, left.remaining) == (46, 10, 0)
    assert DispensingCase.objects.get(prescription=prescription).state == CaseState.DISPENSED


def test_a_narcotic_on_day_3_is_given_whole(doctor: Actor, pharmacist: Actor, patient: Any) -> None:
    prescription = narcotic(doctor, patient, days_ago(3))
    assert due(prescription).quantity == 56
    assert give(pharmacist, prescription, quantity=56).lost == 0


def test_a_correction_gives_the_lost_days_back_before_it_counts_them_again(
    doctor: Actor, pharmacist: Actor, patient: Any
) -> None:
    prescription = narcotic(doctor, patient, days_ago(6))
    wrong = give(pharmacist, prescription, at=days_ago(1), quantity=46).dispensing
    actions.correct(
        dispensing=wrong,
        decisions=deciding(prescription, quantity=40),
        reason="Comptées deux fois",
        key=uuid.uuid4(),
        by=pharmacist,
        at=timezone.now(),
    )
    left = balance(prescription)
    assert (left.dispensed, left.lost, left.remaining) == (40, 10, 6)


def test_once_its_days_are_over_a_narcotic_gives_nothing(
    doctor: Actor, pharmacist: Actor, patient: Any
) -> None:
    prescription = narcotic(doctor, patient, days_ago(30))
    assert (due(prescription).quantity, due(prescription).why) == (0, "over")
    assert refused(pharmacist, prescription, quantity=1, reason=TRAVEL) == LATE


def test_patches_go_by_fractions_of_two_weeks(
    doctor: Actor, pharmacist: Actor, patient: Any
) -> None:
    then = days_ago(18)
    prescription = factories.a_signed(doctor, patient, "DUROGESIC 25", at=then, **PATCHES)
    first = due(prescription, then)
    assert (first.quantity, first.why) == (5, "fraction")
    all_of_it = balance(prescription).total
    kept = refused(pharmacist, prescription, at=then, quantity=all_of_it, reason=TRAVEL)
    assert kept == {"fractions_are_kept"}
    give(pharmacist, prescription, at=then, quantity=5)
    late = due(prescription)  # four days after the end of the first fraction
    assert (late.quantity, late.lost) == (4, 1)


def test_a_single_delivery_gives_all_of_it(doctor: Actor, pharmacist: Actor, patient: Any) -> None:
    values = PATCHES | {"single_delivery": True}
    prescription = factories.a_signed(doctor, patient, "DUROGESIC 25", **values)
    whole = balance(prescription).total
    assert due(prescription).quantity == whole
    assert give(pharmacist, prescription, quantity=whole).quantity == whole


def test_a_narcotic_over_another_one_without_mention_waits_for_its_author(
    doctor: Actor, pharmacist: Actor, patient: Any
) -> None:
    silent = narcotic(doctor, patient, days_ago(0))
    narcotic(doctor, patient, days_ago(10), overlap="Écrite sur papier le même jour")
    overlap = "overlapping_narcotics_bear_their_mention"
    assert refused(pharmacist, silent, quantity=56) == {overlap}
    agreed = {"agreement": "Dr Lemoine", "agreed_how": "phone", "agreed_at": timezone.now()}
    assert give(pharmacist, silent, quantity=56, **agreed).quantity == 56


def test_a_narcotic_over_another_one_with_its_mention_is_given(
    doctor: Actor, pharmacist: Actor, patient: Any
) -> None:
    narcotic(doctor, patient, days_ago(20))
    mentioned = narcotic(doctor, patient, days_ago(0), overlap="Dose augmentée")
    assert give(pharmacist, mentioned, quantity=56).quantity == 56


def test_a_narcotic_of_another_prescriber_is_no_overlap_of_his(
    doctor: Actor, pharmacist: Actor
) -> None:
    who, colleague = factories.traits(), factories.a_prescriber()
    patient, _account = factories.a_patient(doctor, who)
    known, _none = factories.a_patient(colleague, who, account=False)
    assert known == patient
    narcotic(colleague, patient, days_ago(20))
    own = narcotic(doctor, patient, days_ago(0))
    assert give(pharmacist, own, quantity=56).quantity == 56


def test_who_fetches_a_narcotic_leaves_an_address(
    doctor: Actor, pharmacist: Actor, patient: Any
) -> None:
    prescription = narcotic(doctor, patient, days_ago(0))
    nameless = refused(pharmacist, prescription, quantity=56, handing=Handing(bearer="Paule Dumas"))
    assert nameless == {"who_fetches_narcotics_is_recorded"}
    known = Handing(bearer="Paule Dumas", bearer_address="3 rue des Lilas, Toulouse")
    assert give(pharmacist, prescription, quantity=56, handing=known).dispensing.bearer
