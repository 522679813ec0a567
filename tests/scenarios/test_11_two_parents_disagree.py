"""Scenario 11: one parent opposes, the other withdraws."""

from datetime import date
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from eprescription.actor import Actor
from eprescription.models import Opposition
from tests import factories as f
from tests.sessions import acting

pytestmark = pytest.mark.django_db


def test_11_two_parents_disagree_and_the_opposition_stands_until_both_agree() -> None:
    # Given a child of nine, two parents, and a prescription that was dispensed
    doctor, pharmacist = f.a_prescriber(), f.a_pharmacist()
    who = f.traits("PETIT", date(timezone.localdate().year - 9, 1, 1))
    child, _own = f.a_patient(doctor, who)
    one, other = [f.a_representative(f.a_link(f.a_user().pk, child)) for _ in range(2)]
    prescription = f.a_signed(doctor, child)
    f.dispense_all(pharmacist, prescription)

    def says(parent: Actor, act: str) -> str:
        sent = {"reach": "all", "space": parent.space}
        return page(acting(parent).post(reverse(f"patients:{act}"), sent, follow=True))

    def doctor_reads() -> bool:
        address = reverse("prescribers:prescription", args=[prescription.pk])
        return "Pharmacie de la Gare" in page(acting(doctor).get(address))

    def home(parent: Actor) -> str:
        return page(acting(parent).get(reverse("patients:home")))

    # When one opposes and the other withdraws
    assert doctor_reads()
    says(one, "oppose")
    said = says(other, "withdraw")
    # Then it stands, who agreed reads that it does, and the other is invited to say his word
    assert "L'opposition reste tant que l'autre représentant n'a pas accepté" in said
    assert not doctor_reads()
    assert "Votre accord est demandé" in home(one)
    assert "Votre accord est demandé" not in home(other)
    # When the first agrees too, then it ends
    says(one, "withdraw")
    assert doctor_reads()
    assert not Opposition.objects.filter(until=None).exists()
    assert "Votre accord est demandé" not in home(one)


def page(answer: object) -> str:
    return unescape(answer.content.decode())  # type: ignore[attr-defined]
