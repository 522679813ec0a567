"""The patient sends his prescription to a pharmacy of his choice; nobody else's, and nothing that is over."""

from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from eprescription.actor import Actor
from eprescription.models import Message, Place, Prescription
from eprescription.secure_mail.directory import pharmacies_like
from prescribers import actions as prescriber_acts
from tests import factories
from tests.sessions import acting

pytestmark = pytest.mark.django_db


@pytest.fixture
def doctor() -> Actor:
    return factories.a_prescriber()


@pytest.fixture
def people(doctor: Actor) -> Any:
    return factories.a_patient(doctor)


@pytest.fixture
def prescription(doctor: Actor, people: Any) -> Prescription:
    return factories.a_signed(doctor, people[0])


@pytest.fixture
def at_home(people: Any) -> Client:
    return acting(people[1])


@pytest.fixture
def pharmacy() -> Place:
    return factories.a_place(name="Pharmacie de l'Étoile")


def url(name: str, prescription: Prescription) -> str:
    return reverse(f"patients:{name}", args=[prescription.pk])


def search(client: Client, prescription: Prescription, text: str) -> str:
    return unescape(client.post(url("send", prescription), {"text": text}).content.decode())


def send(client: Client, prescription: Prescription, place: Any) -> Any:
    return client.post(url("send_to", prescription), {"place": str(place)})


def test_he_finds_his_pharmacy_by_name_town_or_number(
    at_home: Client, prescription: Prescription, pharmacy: Place
) -> None:
    for text in ("etoile", "ÉTOILE pharm", "toulouse étoile", pharmacy.identifier):
        assert "Pharmacie de l'Étoile" in search(at_home, prescription, text)
    assert "Aucune pharmacie de ce nom" in search(at_home, prescription, "etoile paris")


@pytest.mark.parametrize("text", ["%", "_", "\\", "'; --", "\x00", "é" * 60, "Ａ"])
def test_whatever_is_typed_is_answered(
    at_home: Client, prescription: Prescription, text: str
) -> None:
    answer = at_home.post(url("send", prescription), {"text": text})
    assert answer.status_code == 200


def test_a_practice_is_no_pharmacy(doctor: Actor, pharmacy: Place) -> None:
    assert [view.id for view in pharmacies_like("toulouse")] == [pharmacy.pk]


def test_he_sends_it_and_sees_that_it_was_sent_and_seen(
    at_home: Client, people: Any, prescription: Prescription, pharmacy: Place
) -> None:
    assert send(at_home, prescription, pharmacy.pk).status_code == 302

    message = Message.objects.get()
    assert (message.place_id, message.sent_by_id) == (pharmacy.pk, people[1].activity_id)
    page = unescape(at_home.get(url("send", prescription)).content.decode())
    assert "Déjà envoyée" in page and "Pas encore vue" in page
    Message.objects.update(state=Message.State.OPENED)
    assert "Vue par la pharmacie" in at_home.get(url("send", prescription)).content.decode()


def test_two_presses_send_one(at_home: Client, prescription: Prescription, pharmacy: Place) -> None:
    for _ in range(2):
        send(at_home, prescription, pharmacy.pk)
    assert Message.objects.count() == 1


def test_it_waits_in_three_pharmacies_at_most(at_home: Client, prescription: Prescription) -> None:
    places = [factories.a_place(name=f"Pharmacie {i}") for i in range(4)]
    answers = [send(at_home, prescription, place.pk).status_code for place in places]

    assert answers == [302, 302, 302, 422]
    assert send(at_home, prescription, places[0].pk).status_code == 302  # it waits there already


def test_a_stranger_s_prescription_does_not_exist(
    prescription: Prescription, pharmacy: Place, doctor: Actor
) -> None:
    stranger = acting(factories.a_patient(doctor, factories.traits(birth_name="AUTRE"))[1])

    assert send(stranger, prescription, pharmacy.pk).status_code == 404
    assert stranger.get(url("send", prescription)).status_code == 404
    assert not Message.objects.exists()


def test_what_is_over_is_not_sent(
    at_home: Client, doctor: Actor, prescription: Prescription, pharmacy: Place
) -> None:
    factories.dispense_all(factories.a_pharmacist(), prescription)
    answer = send(at_home, prescription, pharmacy.pk)
    assert answer.status_code == 422
    assert "ne se délivre plus" in unescape(answer.content.decode())

    other = factories.a_signed(doctor, prescription.subject_id)
    prescriber_acts.cancel(prescription=other, by=doctor, at=timezone.now())
    assert send(at_home, other, pharmacy.pk).status_code == 422
    assert not Message.objects.exists()


@pytest.mark.parametrize("place", ["", "nowhere", "11111111-2222-4333-8444-555555555555"])
def test_a_choice_that_is_none_is_said(
    at_home: Client, prescription: Prescription, place: str
) -> None:
    answer = send(at_home, prescription, place)
    assert answer.status_code == 422
    assert "Choisissez une pharmacie dans la liste." in answer.content.decode()


def test_the_way_there_stands_on_the_page_of_the_prescription(
    at_home: Client, prescription: Prescription
) -> None:
    assert (
        url("send", prescription) in at_home.get(url("prescription", prescription)).content.decode()
    )
