"""A relative fetches the boxes: a code that names nothing, opens at the counter, and is the patient's to take back."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from eprescription.actor import Actor
from eprescription.documents import codes
from eprescription.documents.code import readings_of
from eprescription.models import AccessCode, Claim, Deed, JournalEntry, Opening, Prescription, Push
from eprescription.upkeep import empty_codes
from pharmacies import actions as counter
from prescribers import actions as prescriber_acts
from tests import factories
from tests.sessions import acting

pytestmark = pytest.mark.django_db
COLLECT = AccessCode.Kind.COLLECT


@pytest.fixture
def doctor() -> Actor:
    return factories.a_prescriber()


@pytest.fixture
def patient(doctor: Actor) -> Actor:
    _subject, actor = factories.a_patient(doctor)
    assert actor is not None
    return actor


@pytest.fixture
def prescription(doctor: Actor, patient: Actor) -> Prescription:
    return factories.a_signed(doctor, patient.subject_id)


@pytest.fixture
def space(patient: Actor) -> Client:
    return acting(patient)


def page(space: Client, prescription: Prescription) -> str:
    return space.get(reverse("patients:collect", args=[prescription.pk])).content.decode()


def press(space: Client, name: str, prescription: Prescription) -> Any:
    return space.post(reverse(f"patients:{name}", args=[prescription.pk]))


def make(space: Client, prescription: Prescription) -> str:
    """Presses the button, and gives the text of the code."""
    press(space, "make_collect", prescription)
    text = codes.text_of(prescription, kind=COLLECT)
    assert text
    return text


def opened(text: str, by: Actor) -> Prescription:
    return counter.open_by_code(text=text, by=by, address="127.0.0.1", at=timezone.now())


def alive(text: str) -> bool:
    return codes.find(*readings_of(text)) is not None


def test_the_code_opens_at_the_counter_and_says_that_a_relative_came(
    space: Client, prescription: Prescription
) -> None:
    pharmacist = factories.a_pharmacist()
    assert opened(make(space, prescription), pharmacist) == prescription
    assert Claim.objects.filter(case__prescription=prescription, ended_at=None).exists()
    assert Opening.objects.get().way == Opening.Way.COLLECT


def test_the_patients_own_code_opens_as_before(space: Client, prescription: Prescription) -> None:
    own = factories.code_of(prescription)
    collect = make(space, prescription)
    assert own != collect
    assert factories.code_of(prescription) == own
    opened(own, factories.a_pharmacist())
    assert Opening.objects.get().way == Opening.Way.CODE


def test_the_page_shows_the_code_and_names_nothing(
    space: Client, doctor: Actor, prescription: Prescription
) -> None:
    make(space, prescription)
    said = page(space, prescription)
    assert '<svg xmlns="http://www.w3.org/2000/svg"' in said and 'class="qr"' in said
    assert re.search(r"\b01( [0-9A-Z]{4}){4}\b", said)
    line = prescription.lines.get()
    assert prescription.prescriber
    names = (line.name, line.inn, "amoxicilline", prescription.prescriber["name"])
    assert not [name for name in names if name.lower() in said.lower()]


def test_before_it_is_made_there_is_none(space: Client, prescription: Prescription) -> None:
    assert 'class="qr"' not in page(space, prescription)
    assert "Faire un code de retrait" in page(space, prescription)
    assert not AccessCode.objects.filter(kind=COLLECT).exists()


def test_a_second_press_makes_no_second_code(space: Client, prescription: Prescription) -> None:
    first = make(space, prescription)
    assert make(space, prescription) == first
    traces = JournalEntry.objects.filter(deed=Deed.RECODED, code="collect")
    assert traces.count() == 1


def test_the_patient_takes_it_back(space: Client, prescription: Prescription) -> None:
    own, collect = factories.code_of(prescription), make(space, prescription)
    press(space, "end_collect", prescription)
    press(space, "end_collect", prescription)
    assert not alive(collect) and alive(own)
    assert JournalEntry.objects.filter(deed=Deed.RECODED, code="collect ended").count() == 1
    assert 'class="qr"' not in page(space, prescription)
    assert make(space, prescription) != collect


def test_it_dies_with_the_prescription(
    space: Client, doctor: Actor, prescription: Prescription
) -> None:
    collect = make(space, prescription)
    prescriber_acts.cancel(prescription=prescription, by=doctor, at=timezone.now())
    assert not alive(collect)
    assert "ne se délivre plus" in page(space, prescription)
    press(space, "make_collect", prescription)
    assert codes.text_of(prescription, kind=COLLECT) is None


def test_a_reprint_kills_the_paper_and_not_the_relatives_code(
    space: Client, doctor: Actor, prescription: Prescription
) -> None:
    own, collect = factories.code_of(prescription), make(space, prescription)
    prescriber_acts.recode(prescription=prescription, by=doctor, at=timezone.now())
    assert alive(collect) and not alive(own)
    assert factories.code_of(prescription) not in (own, collect)


def test_after_a_week_it_still_opens_but_is_shown_no_more(
    space: Client, prescription: Prescription
) -> None:
    collect = make(space, prescription)
    empty_codes(at=timezone.now() + codes.COLLECT_WINDOW - timedelta(minutes=1))
    assert 'class="qr"' in page(space, prescription)
    Push.objects.all().update(state="delivered")
    empty_codes(at=timezone.now() + codes.COLLECT_WINDOW + timedelta(minutes=1))
    assert alive(collect)
    assert "ne peut plus être montré ici" in page(space, prescription)
    assert make(space, prescription) != collect
    assert not alive(collect)


def test_it_is_never_pushed(space: Client, prescription: Prescription) -> None:
    before = Push.objects.count()
    make(space, prescription)
    press(space, "end_collect", prescription)
    assert Push.objects.count() == before


def test_another_patient_finds_nothing(
    doctor: Actor, space: Client, prescription: Prescription
) -> None:
    _subject, stranger = factories.a_patient(doctor, factories.traits(birth_name="DURAND"))
    assert stranger is not None
    other = acting(stranger)
    url = reverse("patients:collect", args=[prescription.pk])
    assert other.get(url).status_code == 404
    for name in ("make_collect", "end_collect"):
        assert press(other, name, prescription).status_code == 404
    assert press(acting(doctor), "make_collect", prescription).status_code == 404
    assert not AccessCode.objects.filter(kind=COLLECT).exists()
