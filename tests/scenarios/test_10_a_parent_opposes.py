"""Scenario 10: a parent opposes for a child; the child's own account has no competing right."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from eprescription.models import Opposition
from eprescription.permissions import can, check_read_execution
from tests import factories as f
from tests.sessions import acting

pytestmark = pytest.mark.django_db


def test_10_a_parent_opposes_for_a_child_of_nine_and_the_child_cannot_undo_it() -> None:
    # Given a child of nine with an account, a parent, and a prescription
    doctor = f.a_prescriber()
    who = f.traits("PETIT", date(timezone.localdate().year - 9, 1, 1))
    child, own = f.a_patient(doctor, who)
    assert own is not None
    link = f.a_link(f.a_user().pk, child)
    parent = f.a_representative(link)
    prescription = f.a_signed(doctor, child)
    # When the parent opposes in the child's space
    sent = {"reach": "prescription", "prescription": str(prescription.pk)}
    answer = acting(parent).post(reverse("patients:oppose"), sent | {"space": str(link.pk)})
    assert answer.status_code == 302
    # Then it is recorded with the parent's identity, and the doctor reads nothing
    standing = Opposition.objects.get(until=None)
    assert standing.by_id == parent.activity_id
    assert not can(check_read_execution, doctor, prescription)
    # And the child has no competing right
    for name in ("withdraw", "oppose"):
        assert acting(own).post(reverse(f"patients:{name}"), sent).status_code == 403
    standing.refresh_from_db()
    assert standing.until is None
