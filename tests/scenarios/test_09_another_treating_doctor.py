"""Scenario 9: an opposition against one prescriber, and another who treats the same patient.

Settled: a prescriber reads the execution of his own prescriptions alone; that of a colleague's is closed to him whether the
patient opposed or not, so that no search by a treating doctor is a way around an opposition. The strictest reading of the
decree; no article that opens the search was found in the sources.
"""

import pytest
from django.urls import reverse

from tests import factories as f
from tests.sessions import acting

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("opposed", [True, False])
def test_09_another_treating_doctor_finds_the_patient_and_reads_nothing_of_what_was_dispensed(
    opposed: bool,
) -> None:
    # Given a prescription of one doctor that was dispensed, and a patient who opposed him or not
    doctor, other, pharmacist = f.a_prescriber(), f.a_prescriber(), f.a_pharmacist()
    who = f.traits()
    subject, patient = f.a_patient(doctor, who)
    assert patient is not None
    theirs = f.a_signed(doctor, subject, "MIRTAZAPINE BIOGARAN 15 mg")
    if opposed:
        sent = {"reach": "prescriber", "prescriber": doctor.user_id}
        assert acting(patient).post(reverse("patients:oppose"), sent).status_code == 302
    f.dispense_all(pharmacist, theirs)
    # When another doctor looks for the patient and takes him in care
    desk = acting(other)
    traits = {"birth_name": who.birth_name, "birth_date": f"{who.birth_date:%d/%m/%Y}"}
    found = desk.post(reverse("prescribers:patients"), traits)
    assert str(subject) in found.content.decode()
    assert desk.post(reverse("prescribers:take", args=[subject]), traits).status_code == 302
    # Then nothing of the other prescription is read there, nor by its address
    page = desk.get(reverse("prescribers:patient", args=[subject])).content.decode()
    assert "Pharmacie de la Gare" not in page and "irtazapine" not in page.casefold()
    for name in ("prescription", "paper"):
        assert desk.get(reverse(f"prescribers:{name}", args=[theirs.pk])).status_code == 404
    # And what he writes himself is followed, since the opposition is not against him
    own = f.a_signed(other, subject)
    f.dispense_all(pharmacist, own)
    read = desk.get(reverse("prescribers:prescription", args=[own.pk])).content.decode()
    assert "Pharmacie de la Gare" in read
