"""A document of the space, kept as a page or as FHIR; and the code that a portal may keep off the screen."""

import base64
import hashlib
import json
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from eprescription.actor import Actor
from eprescription.health_space import delivery
from eprescription.models import Deed, JournalEntry, Prescription, Push
from patients.models import ReceivedDocument
from tests import factories
from tests.eprescription.health_space.conftest import receiver  # noqa: F401 - a fixture
from tests.eprescription.health_space.receivers import DoorOfThePortal
from tests.sessions import acting

pytestmark = pytest.mark.django_db


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
def document(prescription: Prescription, receiver: DoorOfThePortal) -> ReceivedDocument:  # noqa: F811
    delivery.deliver(Push.objects.get(prescription=prescription).pk, at=timezone.now())
    return ReceivedDocument.objects.get(number=prescription.number)


def fhir(client: Client, document: ReceivedDocument) -> Any:
    return client.get(reverse("patients:document_fhir", args=[document.pk]))


def test_he_keeps_a_copy_that_other_software_reads(
    patient: Actor, document: ReceivedDocument
) -> None:
    client = acting(patient)
    pdf = client.get(reverse("patients:document", args=[document.pk])).content

    answer = fhir(client, document)

    assert answer["Content-Type"] == "application/fhir+json"
    assert answer["Content-Disposition"] == 'attachment; filename="document.json"'
    bundle = json.loads(answer.content)
    assert (bundle["resourceType"], bundle["type"]) == ("Bundle", "collection")
    reference, binary = (entry["resource"] for entry in bundle["entry"])
    attachment = reference["content"][0]["attachment"]
    assert attachment["url"] == bundle["entry"][1]["fullUrl"]
    content = base64.b64decode(binary["data"])
    assert content == pdf and attachment["size"] == len(pdf)
    assert base64.b64decode(attachment["hash"]) == hashlib.sha1(pdf).digest()
    assert reference["status"] == "current"
    assert reference["masterIdentifier"]["value"] == f"urn:uuid:{document.key}"
    number = reference["context"]["related"][0]["identifier"]["value"]
    assert number == document.number


def test_the_copy_names_nobody_but_who_prescribed(
    patient: Actor, document: ReceivedDocument
) -> None:
    bundle = json.loads(fhir(acting(patient), document).content)
    bundle["entry"][1]["resource"].pop("data")

    said = json.dumps(bundle)

    assert "MARTEL" not in said and "subject" not in said
    assert not re.search(r"\b[12]\d{14}\b", said)


def test_the_copy_leaves_its_trace(patient: Actor, document: ReceivedDocument) -> None:
    fhir(acting(patient), document)

    assert JournalEntry.objects.filter(deed=Deed.READ_DOCUMENT).count() == 1


def test_the_copy_of_a_strangers_document_does_not_exist(
    doctor: Actor, document: ReceivedDocument
) -> None:
    _subject, other = factories.a_patient(doctor, factories.traits("AUTRE"))
    assert other is not None

    assert fhir(acting(other), document).status_code == 404


def test_the_code_stands_on_the_screen_unless_the_portal_says_no(
    patient: Actor, prescription: Prescription, document: ReceivedDocument, settings: Any
) -> None:
    client = acting(patient)
    page = reverse("patients:code", args=[prescription.pk])
    assert "Code à scanner" in client.get(page).content.decode()

    settings.CODE_ON_SCREEN = False
    said = client.get(page).content.decode()

    assert "Code à scanner" not in said
    assert "Ce portail ne montre pas de code sur un écran" in said
    home = client.get(reverse("patients:home")).content.decode()
    assert reverse("patients:prescription", args=[prescription.pk]) in home
