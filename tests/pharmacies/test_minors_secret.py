"""Secret care of a minor at the counter: the pharmacist is told, and what leaves the counter says nothing of it."""

import re
from datetime import date
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from eprescription.models import Prescription
from tests import factories
from tests.eprescription.documents.pages import text_of
from tests.sessions import acting

pytestmark = pytest.mark.django_db
TOLD = "Soins secrets d'un mineur"


def signed(secret: str) -> Prescription:
    doctor = factories.a_prescriber()
    born = date(timezone.localdate().year - 15, 1, 2)
    subject, _account = factories.a_patient(doctor, factories.traits("PETIT", born))
    return factories.a_signed(doctor, subject, secret=secret)


def at_the_counter(prescription: Prescription) -> tuple[Client, str]:
    pharmacist = factories.a_pharmacist()
    factories.open_at(pharmacist, prescription)
    client = acting(pharmacist)
    page = client.get(reverse("pharmacies:prescription", args=[prescription.pk]))
    return client, unescape(page.content.decode())


def test_the_pharmacist_is_told_to_speak_with_the_minor_alone() -> None:
    _client, said = at_the_counter(signed("L5134-1"))
    assert TOLD in said and "L. 5134-1" in said


def test_ordinary_care_of_a_minor_says_nothing_of_it() -> None:
    _client, said = at_the_counter(signed(""))
    assert TOLD not in said


def test_slip_and_labels_do_not_tell_it() -> None:
    papers = [handed(signed(secret)) for secret in ("L5134-1", "")]
    for one, other in zip(*papers, strict=True):
        assert "amoxicilline" in one.lower()
        assert without_what_differs(one) == without_what_differs(other)


def handed(prescription: Prescription) -> list[str]:
    """The slip and the labels of its dispensing."""
    pharmacist = factories.a_pharmacist()
    done = factories.dispense_all(pharmacist, prescription)
    client = acting(pharmacist)
    answers = [client.get(reverse(f"pharmacies:{n}", args=[done.pk])) for n in ("slip", "labels")]
    assert [a.status_code for a in answers] == [200, 200]
    return [printed(a) for a in answers]


def printed(answer: Any) -> str:
    if answer["Content-Type"].startswith("application/pdf"):
        return text_of(answer.content)
    return str(answer.content.decode())


def without_what_differs(text: str) -> str:
    """Numbers, identifiers and moments are those of another prescription."""
    return re.sub(r"[0-9A-Z]{3,}|[0-9a-f-]{8,}|[0-9]+|value=\"[^\"]*\"", "", text)
