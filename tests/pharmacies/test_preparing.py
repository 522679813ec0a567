"""A préparateur makes ready, a pharmacist validates: who did what is kept, and nothing leaves before."""

import dataclasses
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from eprescription.actor import Actor
from eprescription.models import (
    Activity,
    Deed,
    DispensedLine,
    Dispensing,
    JournalEntry,
    Place,
    Preparation,
    Prescription,
    Profession,
)
from pharmacies import queries
from tests import factories
from tests.pharmacies.page import counter, filled, left, page_keys, page_of, send, value_of


@pytest.fixture
def preparer(pharmacist: Actor) -> Actor:
    """A préparateur of the same pharmacy."""
    place = Place.objects.get(pk=pharmacist.place_id)
    actor = factories.a_pharmacist(place=place)
    change = {"profession": Profession.PREPARER, "surname": "Petit", "first_name": "Luc"}
    Activity.objects.filter(pk=actor.activity_id).update(title="M.", **change)
    return dataclasses.replace(actor, profession=Profession.PREPARER, person="M. Luc Petit")


@pytest.fixture
def shelf(at_work: Any, preparer: Actor) -> Client:
    """The préparateur at the shelves."""
    return at_work(preparer)


@pytest.fixture
def prescription(doctor: Actor, pharmacist: Actor, patient: Any) -> Prescription:
    found = factories.a_signed(doctor, patient)
    factories.open_at(pharmacist, found)
    return found


def prepare(shelf: Client, prescription: Prescription, **changes: Any) -> Any:
    return send(shelf, prescription, filled(prescription, **changes) | {"act": "prepare"})


def test_the_main_button_of_a_preparer_prepares(shelf: Client, prescription: Prescription) -> None:
    page = page_of(shelf.get(counter(prescription)))
    assert "Préparer pour validation" in page and "Délivrer" not in page.split("toolbar", 1)[1]
    response = prepare(shelf, prescription)
    assert response["Location"] == reverse("pharmacies:desk")
    assert Preparation.objects.get().typed["l1-quantity"] == "2"
    assert not Dispensing.objects.exists() and left(prescription) == [2]
    assert JournalEntry.objects.filter(deed=Deed.PREPARED, prescription=prescription).exists()


@pytest.mark.parametrize("act", ["all", "changed"])
def test_a_preparer_delivers_nothing_whatever_is_sent(
    shelf: Client, prescription: Prescription, act: str
) -> None:
    response = send(shelf, prescription, filled(prescription) | {"act": act})
    assert response.status_code == 403
    assert "Un pharmacien doit valider" in page_of(response)
    assert left(prescription) == [2]


def test_a_pharmacist_finds_the_page_filled_in_and_validates_it(
    shelf: Client, desk: Client, preparer: Actor, prescription: Prescription
) -> None:
    prepare(shelf, prescription, l1_quantity="1", l1_lot="AB12", l1_refusal="shortage")
    page = page_of(desk.get(counter(prescription)))
    assert "Préparée par M. Luc Petit" in page and "Valider et délivrer" in page
    assert (value_of(page, "l1-quantity"), value_of(page, "l1-lot")) == ("1", "AB12")
    data = filled(prescription, l1_quantity="1", l1_lot="AB12", l1_refusal="shortage")
    response = send(desk, prescription, data)
    done = Dispensing.objects.get()
    assert (done.prepared_by_id, DispensedLine.objects.get().lot) == (preparer.activity_id, "AB12")
    assert "Préparé par M. Luc Petit" in page_of(desk.get(response["Location"]))


def test_what_waits_to_be_validated_is_listed_until_it_is(
    shelf: Client, desk: Client, pharmacist: Actor, prescription: Prescription
) -> None:
    assert not queries.to_validate(pharmacist).exists()
    prepare(shelf, prescription)
    (waiting,) = queries.to_validate(pharmacist)
    assert (waiting.claim.case.prescription, waiting.by.person) == (prescription, "M. Luc Petit")
    elsewhere = factories.a_pharmacist(place=factories.a_place())
    assert not queries.to_validate(elsewhere).exists()
    send(desk, prescription, filled(prescription))
    assert not queries.to_validate(pharmacist).exists()


def test_a_preparation_sent_twice_is_made_once(shelf: Client, prescription: Prescription) -> None:
    data = filled(prescription) | {"act": "prepare"}
    for _time in range(2):
        assert send(shelf, prescription, data).status_code == 302
    assert Preparation.objects.count() == 1


def test_a_preparation_keeps_no_name_of_who_fetches(
    shelf: Client, prescription: Prescription
) -> None:
    data = filled(prescription) | {"act": "prepare", "bearer": "Paul DURAND", "autre": "x"}
    send(shelf, prescription, data)
    assert all(name.startswith("l1-") for name in Preparation.objects.get().typed)


def test_what_a_preparer_types_wrong_is_told_to_him(
    shelf: Client, prescription: Prescription
) -> None:
    response = prepare(shelf, prescription, l1_quantity="abc")
    assert response.status_code == 422 and not Preparation.objects.exists()


def test_the_secret_of_the_claim_is_asked_of_a_preparer_too(
    shelf: Client, prescription: Prescription
) -> None:
    data = filled(prescription) | page_keys(prescription) | {"act": "prepare", "secret": "x"}
    assert "reprise ou modifiée depuis" in page_of(send(shelf, prescription, data))
    assert not Preparation.objects.exists()
