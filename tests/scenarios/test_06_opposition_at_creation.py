"""Scenario 6: the patient opposes when the prescription is made."""

import uuid

import pypdfium2
import pytest
from django.test import Client
from django.urls import reverse

from eprescription.documents import wording
from eprescription.execution import read_execution
from eprescription.models import Opposition, Prescription
from eprescription.refusal import Refusal
from tests import factories as f
from tests.sessions import acting

pytestmark = pytest.mark.django_db


def test_06_opposed_at_creation_the_copy_says_so_and_the_prescriber_reads_no_execution() -> None:
    # Given a patient who opposes when the doctor asks, and one who does not
    doctor, pharmacist = f.a_prescriber(), f.a_pharmacist()
    subject, patient = f.a_patient(doctor)
    assert patient is not None
    opposed, followed = (f.a_signed(doctor, subject, may_follow=yes) for yes in (False, True))
    # Then the printed copy bears the opposition, and only that one does
    for prescription, words in ((opposed, wording.OPPOSED), (followed, wording.NOT_OPPOSED)):
        assert words in printed(acting(doctor), prescription)
    # And whatever is dispensed, the doctor's page says only that
    for prescription in (opposed, followed):
        f.dispense_all(pharmacist, prescription)
    page = acting(doctor).get(reverse("prescribers:prescription", args=[opposed.pk]))
    assert "Suivi non consulté" in page.content.decode()
    assert "Pharmacie de la Gare" not in page.content.decode()
    with pytest.raises(Refusal, match="opposed"):
        read_execution(opposed, by=doctor)
    # And the pharmacist's view is that of any other
    seen = [read_execution(p, by=pharmacist) for p in (opposed, followed)]
    assert seen[0].status == seen[1].status
    assert [line.deliveries for line in seen[0].lines] != [[]]
    # And the patient finds in his space what he told his doctor, with its receipt
    made = Opposition.objects.get(prescription=opposed)
    choices = acting(patient).get(reverse("patients:choices")).content.decode()
    assert "Auprès du prescripteur" in choices.replace("&#x27;", "'")
    for pk, status in ((made.pk, 200), (uuid.uuid4(), 404)):
        assert acting(patient).get(reverse("patients:receipt", args=[pk])).status_code == status


def printed(desk: Client, prescription: Prescription) -> str:
    paper = desk.get(reverse("prescribers:paper", args=[prescription.pk])).content
    text = pypdfium2.PdfDocument(paper)[0].get_textpage().get_text_range()
    return " ".join(text.split())
