"""Pharmacy software asks for the document of what it dispensed."""

import base64
from typing import Any

import pytest

from eprescription.actor import Actor
from eprescription.models import Deed, JournalEntry, Place
from tests import factories as f
from tests.eprescription.api.calling import a_caller, issues
from tests.eprescription.cda.finding import one_at, root_of
from tests.eprescription.cda.independent import faults

XML = "text/xml"
pytestmark = pytest.mark.django_db


@pytest.fixture
def lgo(pharmacist: Actor) -> Any:
    return a_caller(pharmacist, "LGO")


def of(done: Any) -> str:
    return f"MedicationDispense/{done.pk}/$document"


def test_the_document_comes_as_itself_or_in_a_binary(
    lgo: Any, doctor: Actor, patient: Any, pharmacist: Actor
) -> None:
    signed = f.a_signed(doctor, patient)
    done = f.dispense_all(pharmacist, signed)
    answer = lgo.get(of(done), Accept=XML)
    assert answer.status_code == 200 and answer["Content-Type"].startswith(XML)
    assert faults(answer.content) == []
    order = one_at(root_of(answer.content), "inFulfillmentOf/order/id")
    assert order.get("extension") == signed.number
    told = lgo.get(of(done)).json()
    assert told["contentType"] == XML
    assert base64.b64decode(told["data"]) == answer.content
    rows = JournalEntry.objects.filter(deed=Deed.READ_EXECUTION, prescription=signed.pk)
    assert rows.count() == 2


def test_another_pharmacy_and_prescribing_software_find_none(
    lgo: Any, doctor: Actor, patient: Any, pharmacist: Actor
) -> None:
    done = f.dispense_all(pharmacist, f.a_signed(doctor, patient))
    other = a_caller(f.a_pharmacist(place=f.a_place(name="Pharmacie du Pont")), "LGO")
    assert other.get(of(done), Accept=XML).status_code == 404
    assert a_caller(doctor, "LAP").get(of(done), Accept=XML).status_code == 403


def test_of_an_anonymous_one_there_is_none(doctor: Actor) -> None:
    pharmacist = f.a_pharmacist()
    signed = f.a_signed_anonymous(doctor, a_place_of(pharmacist))
    done = f.dispense_all(pharmacist, signed)
    answer = a_caller(pharmacist, "LGO").get(of(done), Accept=XML)
    assert answer.status_code == 406 and issues(answer)


def a_place_of(who: Actor) -> Any:

    return Place.objects.get(pk=who.place_id)
