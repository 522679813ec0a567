"""Races at the counter, on real PostgreSQL: threads with connections of their own, all starting at once."""

import uuid
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connections
from django.db.models import Sum
from django.utils import timezone

from eprescription.actor import Actor
from eprescription.documents.code import code_text, new_token
from eprescription.documents.number import new_number
from eprescription.models import Balance, Claim, DispensedLine, Dispensing, Prescription
from eprescription.refusal import Refusal
from pharmacies import actions, misses
from pharmacies.decisions import Decision
from pharmacies.models import Miss
from tests import factories

pytestmark = pytest.mark.usefixtures("transactional_db", "catalogue")
CONTENDERS = 20


def all_at_once(acts: list[Callable[[], Any]]) -> Counter[str]:
    """Runs the acts in threads that start together; counts their outcomes by the code of the refusal."""
    barrier = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> str:
        try:
            barrier.wait(timeout=30)
            act()
            return "done"
        except Refusal as refusal:
            return refusal.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return Counter(pool.map(run, acts))


def opening(pharmacist: Actor, text: str, address: str = "") -> Callable[[], Any]:
    where = address or str(pharmacist.place_id)
    return lambda: actions.open_by_code(text=text, by=pharmacist, address=where, at=timezone.now())


def dispensing(
    pharmacist: Actor, prescription: Prescription, decisions: list[Decision], key: uuid.UUID
) -> Callable[[], Any]:
    return lambda: factories.dispense(pharmacist, prescription, decisions, key=key)


@pytest.fixture
def prescriptions() -> list[Prescription]:
    doctor = factories.a_prescriber()
    patient, _account = factories.a_patient(doctor)
    return [factories.a_signed(doctor, patient, quantity=1) for _time in range(4)]


def test_twenty_pharmacies_and_one_wins_each_prescription(
    prescriptions: list[Prescription],
) -> None:
    pharmacists = [factories.a_pharmacist() for _time in range(CONTENDERS)]
    for prescription in prescriptions:
        code = factories.code_of(prescription)
        outcomes = all_at_once([opening(p, code) for p in pharmacists])
        assert outcomes == {"done": 1, "claimed_elsewhere": CONTENDERS - 1}
        assert Claim.objects.filter(case__prescription=prescription, ended_at=None).count() == 1


def test_twenty_colleagues_share_one_claim(prescriptions: list[Prescription]) -> None:
    place = factories.a_place()
    colleagues = [factories.a_pharmacist(place=place) for _time in range(CONTENDERS)]
    code = factories.code_of(prescriptions[0])
    assert all_at_once([opening(p, code) for p in colleagues]) == {"done": CONTENDERS}
    assert Claim.objects.count() == 1


def test_twenty_presses_of_the_same_button_have_one_effect(
    prescriptions: list[Prescription],
) -> None:
    pharmacist, prescription = factories.a_pharmacist(), prescriptions[0]
    factories.open_at(pharmacist, prescription)
    decisions, key = factories.decisions_for(prescription), uuid.uuid4()
    press = dispensing(pharmacist, prescription, decisions, key)
    assert all_at_once([press] * CONTENDERS) == {"done": CONTENDERS}
    assert Dispensing.objects.count() == 1
    assert DispensedLine.objects.aggregate(n=Sum("quantity"))["n"] == 1


def test_colleagues_with_pages_of_their_own_dispense_once(
    prescriptions: list[Prescription],
) -> None:
    place, prescription = factories.a_place(), prescriptions[0]
    colleagues = [factories.a_pharmacist(place=place) for _time in range(CONTENDERS)]
    factories.open_at(colleagues[0], prescription)
    decisions = factories.decisions_for(prescription)
    presses = [dispensing(p, prescription, decisions, uuid.uuid4()) for p in colleagues]
    outcomes = all_at_once(presses)
    assert outcomes["done"] == 1
    assert Balance.objects.get(line__prescription=prescription).dispensed == 1


def test_two_pharmacies_want_the_last_box(prescriptions: list[Prescription]) -> None:
    rivals = [factories.a_pharmacist(), factories.a_pharmacist()]

    def open_and_dispense(pharmacist: Actor, prescription: Prescription) -> Callable[[], Any]:
        decisions = factories.decisions_for(prescription)

        def act() -> None:
            opening(pharmacist, factories.code_of(prescription))()
            dispensing(pharmacist, prescription, decisions, uuid.uuid4())()

        return act

    for prescription in prescriptions:
        outcomes = all_at_once([open_and_dispense(p, prescription) for p in rivals])
        assert outcomes["done"] == 1
        given = DispensedLine.objects.filter(line__prescription=prescription)
        assert given.aggregate(n=Sum("quantity"))["n"] == 1


def test_parallel_guesses_are_all_counted() -> None:
    """Without the turn that each miss waits for, guesses side by side pass the check together."""
    pharmacist = factories.a_pharmacist()
    wrong = [code_text(new_number(), new_token()) for _time in range(CONTENDERS * 10)]
    outcomes: Counter[str] = Counter()
    for start in range(0, len(wrong), CONTENDERS):
        guesses = wrong[start : start + CONTENDERS]
        outcomes += all_at_once([opening(pharmacist, text, "192.0.2.7") for text in guesses])
    assert outcomes["no_such_code"] == misses.PER_PHARMACIST
    assert Miss.objects.count() == misses.PER_PHARMACIST
    assert outcomes["too_many_misses"] == len(wrong) - misses.PER_PHARMACIST


def test_parallel_guesses_of_many_people_stay_under_the_limit_of_their_address() -> None:
    people = [factories.a_pharmacist() for _time in range(CONTENDERS)]
    outcomes: Counter[str] = Counter()
    for _time in range(5):
        guesses = [code_text(new_number(), new_token()) for _person in people]
        acts = [opening(p, text, "192.0.2.7") for p, text in zip(people, guesses, strict=True)]
        outcomes += all_at_once(acts)
    assert outcomes["no_such_code"] == misses.PER_ADDRESS
