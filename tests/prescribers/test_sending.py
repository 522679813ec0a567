"""The prescriber sends to the pharmacy that the patient chose; the answer tells nothing of the dispensing."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from eprescription.actor import Actor
from eprescription.models import Message, Place, Prescription
from prescribers import actions as prescriber_acts
from tests import factories
from tests.sessions import acting

pytestmark = pytest.mark.django_db


@pytest.fixture
def doctor() -> Actor:
    return factories.a_prescriber()


@pytest.fixture
def prescription(doctor: Actor) -> Prescription:
    return factories.a_signed(
        doctor, factories.a_patient(doctor, account=False)[0], may_follow=False
    )


@pytest.fixture
def at_work(doctor: Actor) -> Client:
    return acting(doctor)


def url(name: str, prescription: Prescription) -> str:
    return reverse(f"prescribers:{name}", args=[prescription.pk])


def send(client: Client, prescription: Prescription, place: Place) -> Any:
    return client.post(url("send_to", prescription), {"place": str(place.pk)})


def test_she_sends_it_in_two_steps(at_work: Client, prescription: Prescription) -> None:
    pharmacy = factories.a_place()
    assert (
        url("send", prescription) in at_work.get(url("prescription", prescription)).content.decode()
    )
    found = at_work.post(url("send", prescription), {"text": pharmacy.identifier})
    assert pharmacy.name in found.content.decode()

    assert send(at_work, prescription, pharmacy).status_code == 302
    assert Message.objects.get().place_id == pharmacy.pk


def test_another_prescriber_does_not_see_it(prescription: Prescription) -> None:
    stranger = acting(factories.a_prescriber())

    assert send(stranger, prescription, factories.a_place()).status_code == 404
    assert not Message.objects.exists()


def test_the_answer_is_the_same_whatever_was_dispensed(
    at_work: Client, doctor: Actor, prescription: Prescription
) -> None:
    """Given a patient who opposed the reading, when the doctor sends, then nothing of the dispensing shows."""
    dispensed = factories.a_signed(doctor, prescription.subject_id, may_follow=False)
    factories.dispense_all(factories.a_pharmacist(), dispensed)
    place = factories.a_place()

    answers = [send(at_work, found, place) for found in (prescription, dispensed)]

    assert [a.status_code for a in answers] == [302, 302]
    for found in (prescription, dispensed):
        assert "Vue par" not in at_work.get(url("send", found)).content.decode()


def test_a_draft_and_a_cancelled_one_are_not_sent(
    at_work: Client, doctor: Actor, prescription: Prescription
) -> None:
    draft = factories.a_draft(doctor, prescription.subject_id)
    assert send(at_work, draft, factories.a_place()).status_code == 404

    prescriber_acts.cancel(prescription=prescription, by=doctor, at=timezone.now())
    assert send(at_work, prescription, factories.a_place()).status_code == 422
    assert not Message.objects.exists()
