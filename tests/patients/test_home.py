"""The home of a patient: what to fetch first, what comes later and from which day, what is over; and help."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from eprescription.actor import Actor
from patients import queries
from patients.presenters import Card
from tests import factories
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


def words(client: Client, name: str) -> str:
    html = client.get(reverse(f"patients:{name}")).content.decode().split("<main", 1)[1]
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", html.split("</main>")[0]).split()))


def cards(patient: Actor, *, days: int = 0) -> list[Card]:
    return queries.home(patient, None, at=timezone.localtime() + timedelta(days=days))[1]


def test_what_is_ready_comes_first_and_what_is_over_last(doctor: Actor, patient: Actor) -> None:
    # Given one that was given whole, one that waits, and one of which the first month was given
    over = factories.a_signed(doctor, patient.subject_id)
    later = factories.a_signed(
        doctor, patient.subject_id, "AMLODIPINE", posology="1 comprimé par jour", duration_days=30, renewals=2
    )  # fmt: skip
    factories.a_signed(doctor, patient.subject_id)
    for prescription in (over, later):
        factories.dispense_all(factories.a_pharmacist(), prescription)

    said = words(acting(patient), "home")

    ready, rest = said.split("Plus tard")
    assert "À retirer" in ready and "Il vous reste 2 boîtes à retirer" in ready
    assert "Prochain retrait à partir du" in rest.split("Terminées")[0]
    assert "Tout vous a été remis" in rest.split("Terminées")[1]


def test_the_next_delivery_is_told_by_its_day_and_is_ready_on_that_day(
    doctor: Actor, patient: Actor
) -> None:
    prescription = factories.a_signed(
        doctor, patient.subject_id, "AMLODIPINE", posology="1 comprimé par jour", duration_days=30, renewals=2
    )  # fmt: skip
    factories.dispense_all(factories.a_pharmacist(), prescription)

    (today,) = cards(patient)
    assert today.group == "later" and today.next_from
    days = (today.next_from - timezone.localdate()).days
    assert 25 <= days <= 31

    (before,) = cards(patient, days=days - 1)
    (then,) = cards(patient, days=days)
    assert (before.group, before.next_from) == ("later", today.next_from)
    assert (then.group, then.next_from) == ("now", None)


def test_a_narcotic_is_counted_in_capsules_on_the_home_too(doctor: Actor, patient: Actor) -> None:
    factories.a_signed(
        doctor, patient.subject_id, "SKENAN L.P. 10 mg", posology="1 gélule matin et soir", duration_days=7, renewals=0
    )  # fmt: skip

    assert "Il vous reste 14 gélules à retirer" in words(acting(patient), "home")


def test_what_is_past_its_day_is_over_and_offers_no_code(doctor: Actor, patient: Actor) -> None:
    factories.a_signed(doctor, patient.subject_id)

    (card,) = cards(patient, days=500)

    assert (card.group, card.next_from, card.until) == ("over", None, None)
    assert not card.may_show_code


def test_help_says_whom_to_call_and_what_to_do_without_the_paper(patient: Actor) -> None:
    client = acting(patient)
    assert "Papier perdu, document en retard, urgence" in words(client, "home")

    said = words(client, "help")

    for told in ("Appeler le 15", "112", "114", "J'ai perdu le papier", "Le document n'est pas arrivé", "Qui voit quoi"):  # fmt: skip
        assert told in said
