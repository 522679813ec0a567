"""The time of answers: opposed, a prescription of which all was dispensed is answered as fast as one that nobody opened.

Doctors alike, each with a patient alike who opposes; a draw says of whose prescriptions pharmacies gave all. Requests to the
two kinds alternate in an order that is drawn, in one process; Welch's t between them must stay under 4.5, on times below the
95th percentile of both together (what is above is the machine's own). `TWIN_TIMES=2000` is the proof (some minutes, on a
quiet machine); the few pairs of every run only keep the measure alive, and allow for a busy one.
"""

import os
import time
from collections.abc import Iterator
from dataclasses import replace
from http.cookies import SimpleCookie
from random import Random
from statistics import fmean, variance
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from eprescription.actor import Actor
from eprescription.models import Prescription, Reach
from patients.actions import oppose
from tests import factories
from tests.sessions import acting
from tests.twins.clock import clock_at
from tests.twins.worlds import plain

pytestmark = pytest.mark.django_db
PAIRS = int(os.environ.get("TWIN_TIMES", "20"))
PROOF = 1000  # from so many pairs on, the bound is that of the proof
DOCTORS = 4 if PAIRS >= PROOF else 1  # of each kind
MEDICINES = ("AMOXICILLINE VIATRIS 1 g", "MIRTAZAPINE BIOGARAN 15 mg", "DOLIPRANE 1000")
LOT = Random(7)


class Asker:
    """A doctor at his desk, and one opposed prescription."""

    def __init__(self, doctor: Actor, about: Prescription) -> None:
        self.session = acting(doctor).cookies[settings.SESSION_COOKIE_NAME].value
        self.addresses = {
            "home": reverse("prescribers:home"),
            "todo": reverse("prescribers:todo"),
            "prescriptions": reverse("prescribers:prescriptions"),
            "prescription": reverse("prescribers:prescription", args=[about.pk]),
            "patient": reverse("prescribers:patient", args=[about.subject_id]),
        }

    def seconds(self, page: str) -> float:
        client = plain()
        client.cookies = SimpleCookie({settings.SESSION_COOKIE_NAME: self.session})
        began = time.perf_counter()
        answer = client.get(self.addresses[page])
        took = time.perf_counter() - began
        assert answer.status_code == 200
        return took


@pytest.fixture
def askers(db: Any) -> Iterator[dict[bool, list[Asker]]]:
    """By whether all was dispensed: doctors alike, in an order that is drawn."""
    kinds = [True, False] * DOCTORS
    LOT.shuffle(kinds)
    found: dict[bool, list[Asker]] = {True: [], False: []}
    with clock_at(timezone.now()):
        for dispensed in kinds:
            found[dispensed].append(an_asker(dispensed))
        yield found


def an_asker(dispensed: bool) -> Asker:
    doctor, pharmacist = factories.a_prescriber(), factories.a_pharmacist()
    subject, patient = factories.a_patient(doctor)
    assert patient is not None
    signed = [factories.a_signed(doctor, subject, name) for name in MEDICINES]
    for prescription in signed if dispensed else ():
        lived(pharmacist, prescription)
    oppose(reach=Reach.ALL, by=patient, at=timezone.now())
    return Asker(doctor, signed[0])


def lived(pharmacist: Actor, prescription: Prescription) -> None:
    """All is given, and of one line the law wants the prescriber to be told."""
    factories.open_at(pharmacist, prescription)
    decisions = [replace(d, reason="Pesé") for d in factories.decisions_for(prescription)]
    if prescription.lines.get().name.startswith("AMOX"):
        decisions = [replace(decisions[0], quantity=0, refusal="unsafe")]
    factories.dispense(pharmacist, prescription, decisions)


def test_opposed_the_time_of_an_answer_tells_nothing(askers: dict[bool, list[Asker]]) -> None:
    found = {page: measured(askers, page) for page in askers[True][0].addresses}
    assert all(abs(t) < (4.5 if PAIRS >= PROOF else 15) for t in found.values()), found


def measured(askers: dict[bool, list[Asker]], page: str) -> float:
    for asker in [*askers[True], *askers[False]] * 2:
        asker.seconds(page)  # caches are warm
    times: dict[bool, list[float]] = {True: [], False: []}
    for turn in range(PAIRS):
        for kind in LOT.sample([True, False], 2):
            times[kind].append(askers[kind][turn % DOCTORS].seconds(page))
    t = welch(times[True], times[False])
    means = [fmean(times[kind]) * 1000 for kind in (True, False)]
    print(f"{page}: {PAIRS} pairs, {means[0]:.2f} ms and {means[1]:.2f} ms, t = {t:+.2f}")
    return t


def welch(one: list[float], other: list[float]) -> float:
    """Welch's t of the times below the 95th percentile of both together."""
    limit = sorted([*one, *other])[int(0.95 * (len(one) + len(other)))]
    kept = [[x for x in times if x <= limit] for times in (one, other)]
    spread = sum(variance(times) / len(times) for times in kept)
    return float((fmean(kept[0]) - fmean(kept[1])) / spread**0.5)


def test_the_measure_finds_four_tenths_of_a_millisecond() -> None:
    quick = [0.020 + LOT.gauss(0, 0.002) for _ in range(2000)]
    slow = [0.0204 + LOT.gauss(0, 0.002) for _ in range(2000)]
    assert abs(welch(quick, slow)) > 4.5
    assert abs(welch(quick, [0.020 + LOT.gauss(0, 0.002) for _ in range(2000)])) < 4.5
