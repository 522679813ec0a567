"""Never twice: many processes at once on real PostgreSQL, as pharmacies and web workers are.

Each run has a third of the proof; `PORTAL_LONG=1` has all of it: 200 prescriptions and 1,000 keys.
"""

import os
import uuid
from collections import Counter
from contextlib import suppress
from functools import partial
from itertools import chain
from typing import Any

import pytest
from django.db.models import Count, Q
from django.utils import timezone

from eprescription.actor import Actor
from eprescription.models import (
    Balance,
    CaseState,
    Claim,
    Deed,
    DispensedLine,
    Dispensing,
    DispensingCase,
    DoneOnce,
    JournalEntry,
    Prescription,
    RegisterEntry,
)
from eprescription.refusal import Refusal
from pharmacies import actions
from pharmacies.decisions import Decision
from tests import factories
from tests.processes import side_by_side

pytestmark = pytest.mark.usefixtures("transactional_db", "catalogue")
LONG = bool(os.environ.get("PORTAL_LONG"))
CONTENDERS, PRESCRIPTIONS = 20, 200 if LONG else 60
ORDERS, BOXES = 10 if LONG else 3, 100


@pytest.fixture
def doctor() -> Actor:
    return factories.a_prescriber()


@pytest.fixture
def patient(doctor: Actor) -> Any:
    return factories.a_patient(doctor, account=False)[0]


def scan(pharmacist: Actor, text: str) -> None:
    actions.open_by_code(
        text=text, by=pharmacist, address=str(pharmacist.place_id), at=timezone.now()
    )


def test_given_twenty_pharmacies_and_each_prescription_then_each_has_one_winner(
    doctor: Actor, patient: Any
) -> None:
    signed = [factories.a_signed(doctor, patient) for _time in range(PRESCRIPTIONS)]
    codes = [factories.code_of(prescription) for prescription in signed]
    pharmacists = [factories.a_pharmacist() for _time in range(CONTENDERS)]

    results = side_by_side([[partial(scan, p, code) for code in codes] for p in pharmacists])

    for outcomes in zip(*results, strict=True):
        assert Counter(outcomes) == {"done": 1, "claimed_elsewhere": CONTENDERS - 1}
    living = Claim.objects.filter(ended_at=None)
    assert living.count() == living.values("case").distinct().count() == PRESCRIPTIONS
    claimed = JournalEntry.objects.filter(deed=Deed.CLAIMED, outcome="done")
    assert claimed.values("prescription").annotate(n=Count("pk")).filter(n=1).count() == len(codes)


def test_given_fifty_counters_and_one_last_box_then_it_is_given_once(
    doctor: Actor, patient: Any
) -> None:
    prescription = factories.a_signed(doctor, patient, quantity=1)
    place = factories.a_place()
    colleagues = [factories.a_pharmacist(place=place) for _time in range(50)]
    factories.open_at(colleagues[0], prescription)
    decisions = factories.decisions_for(prescription)
    presses = [[partial(factories.dispense, p, prescription, decisions)] for p in colleagues]

    outcomes = Counter(chain.from_iterable(side_by_side(presses)))

    assert len(outcomes) > 1 and sum(outcomes.values()) == len(colleagues)
    assert Dispensing.objects.count() == RegisterEntry.objects.count() == 1
    assert Balance.objects.get(line__prescription=prescription).remaining == 0
    assert DispensingCase.objects.get().state == CaseState.DISPENSED


def press(pharmacist: Actor, prescription: Prescription, key: uuid.UUID) -> str:
    """A browser that asks for one box, and again with the same key until it is answered. Gives the dispensing.

    Each delivery ends the claim, so that the pharmacy takes the prescription in hand again meanwhile.
    """
    line = prescription.lines.get()
    box = Decision(line_id=line.pk, quantity=1, cis=line.cis, reason="Pilulier")
    for _time in range(50):
        with suppress(Refusal):
            return str(factories.dispense(pharmacist, prescription, [box], key=key).pk)
        with suppress(Refusal):
            factories.open_at(pharmacist, prescription)
    raise AssertionError("never answered")


def test_given_many_keys_each_pressed_five_times_then_each_has_one_effect(
    doctor: Actor, patient: Any
) -> None:
    """Prescriptions of a hundred boxes each; five processes press the same keys, one a box."""
    copies = 5
    signed = [
        factories.a_signed(doctor, patient, "DOLIPRANE 1000", quantity=10, renewals=9)
        for _time in range(ORDERS)
    ]
    pharmacist = factories.a_pharmacist()
    wanted = [(prescription, uuid.uuid4()) for prescription in signed for _box in range(BOXES)]
    acts = [partial(press, pharmacist, *each) for each in wanted]

    results = side_by_side([acts] * copies)

    answers = [set(outcomes) for outcomes in zip(*results, strict=True)]
    assert all(len(given) == 1 for given in answers), "each copy hears of the same dispensing"
    assert len(set().union(*answers)) == len(wanted) == Dispensing.objects.count()
    assert DoneOnce.objects.filter(act="dispense").count() == len(wanted)
    assert DispensedLine.objects.filter(quantity=1).count() == len(wanted)
    assert not Balance.objects.filter(~Q(dispensed=BOXES)).exists()
