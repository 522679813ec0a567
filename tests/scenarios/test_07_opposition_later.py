"""Scenario 7: the patient opposes after two dispensings that the doctor has already read."""

import pytest
from django.urls import reverse

from eprescription.models import Deed, JournalEntry
from tests import factories as f
from tests.sessions import acting

pytestmark = pytest.mark.django_db


def test_07_opposed_later_the_past_dispensings_are_closed_too_and_the_earlier_reads_stay_in_the_journal() -> (
    None
):
    # Given two dispensings that the doctor reads
    doctor, pharmacist = f.a_prescriber(), f.a_pharmacist()
    subject, patient = f.a_patient(doctor)
    assert patient is not None
    prescription = f.a_signed(doctor, subject, renewals=1)
    for days in (0, 8):
        f.dispense_all(pharmacist, prescription, f.later(days=days))
    address = reverse("prescribers:prescription", args=[prescription.pk])
    assert "Pharmacie de la Gare" in acting(doctor).get(address).content.decode()
    reads = JournalEntry.objects.filter(deed=Deed.READ_EXECUTION, activity_id=doctor.activity_id)
    assert reads.count() == 1
    # When the patient opposes in his space
    sent = {"reach": "prescription", "prescription": prescription.pk}
    assert acting(patient).post(reverse("patients:oppose"), sent).status_code == 302
    # Then from that moment the doctor sees no execution data, past ones included
    for name, args in (("prescription", [prescription.pk]), ("prescriptions", []), ("home", [])):
        page = acting(doctor).get(reverse(f"prescribers:{name}", args=args)).content.decode()
        assert "Pharmacie de la Gare" not in page
        assert "Délivrée" not in page
    # And the journal keeps what was read before, and nothing is added to it
    assert reads.count() == 1
