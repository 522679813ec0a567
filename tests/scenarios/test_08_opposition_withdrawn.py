"""Scenario 8: the patient takes his opposition back."""

import pytest
from django.urls import reverse

from eprescription.models import Deed, JournalEntry, Opposition
from tests import factories as f
from tests.sessions import acting

pytestmark = pytest.mark.django_db


def test_08_withdrawn_the_view_returns_and_both_acts_stay_written() -> None:
    # Given an opposition said at the prescriber's, and a dispensing
    doctor, pharmacist = f.a_prescriber(), f.a_pharmacist()
    subject, patient = f.a_patient(doctor)
    assert patient is not None
    prescription = f.a_signed(doctor, subject, may_follow=False)
    f.dispense_all(pharmacist, prescription)
    address = reverse("prescribers:prescription", args=[prescription.pk])
    assert "Pharmacie de la Gare" not in acting(doctor).get(address).content.decode()
    # When the patient withdraws it in his space
    sent = {"reach": "prescription", "prescription": prescription.pk}
    assert acting(patient).post(reverse("patients:withdraw"), sent).status_code == 302
    # Then the view returns
    assert "Pharmacie de la Gare" in acting(doctor).get(address).content.decode()
    # And both stay written: the row with its end, the journal, the history of the space
    row = Opposition.objects.get(prescription=prescription)
    assert row.until is not None and row.withdrawn_by_id == patient.activity_id
    deeds = JournalEntry.objects.filter(
        prescription=prescription, deed__in=[Deed.OPPOSED, Deed.WITHDREW]
    )
    assert set(deeds.values_list("deed", flat=True)) == {Deed.OPPOSED, Deed.WITHDREW}
    history = acting(patient).get(reverse("patients:choices")).content.decode()
    assert "Retiré :" in history
