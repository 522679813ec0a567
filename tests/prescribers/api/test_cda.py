"""Prescribing software asks for the document itself, and gets the one that a signature on screen would give."""

import re
from typing import Any

import pytest

from eprescription.actor import Actor
from eprescription.models import Deed, JournalEntry
from tests import factories as f
from tests.eprescription.api.calling import a_bundle, a_caller, issues
from tests.eprescription.cda.finding import one_at, root_of
from tests.eprescription.cda.independent import faults

XML = "text/xml"
pytestmark = pytest.mark.django_db
# What two signatures of the same order do not share
OWN = re.compile(
    rb'root="(?:2\.25\.\d+|[0-9A-F]{8}-[0-9A-F-]{27})"'  # identifiers
    rb'|extension="0[0-9A-Z]{17}"|value="\d{14}\+\d{4}"'  # number, instants
    rb"|>[A-Za-z0-9+/=]{200,}<"  # code and page
)


@pytest.fixture
def lap(doctor: Actor) -> Any:
    return a_caller(doctor, "LAP")


def test_asked_for_as_xml_the_page_comes_in_its_document(
    lap: Any, doctor: Actor, patient: Any
) -> None:
    signed = f.a_signed(doctor, patient)
    answer = lap.get(f"Binary/{signed.pk}", Accept=XML)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/xml; charset=utf-8"
    assert faults(answer.content) == []
    number = one_at(root_of(answer.content), "documentationOf/serviceEvent/id").get("extension")
    assert number == signed.number
    assert lap.get(f"Binary/{signed.pk}", Accept=XML).content == answer.content
    assert JournalEntry.objects.filter(deed=Deed.PRINTED, prescription=signed.pk).count() == 2


def test_json_stays_what_it_was(lap: Any, doctor: Actor, patient: Any) -> None:
    signed = f.a_signed(doctor, patient)
    for accept in ("application/fhir+json", "*/*", "application/json"):
        assert lap.get(f"Binary/{signed.pk}", Accept=accept).json()["resourceType"] == "Binary"
    assert lap.get(f"Bundle/{signed.pk}", Accept=XML).status_code == 406


def test_what_came_by_the_api_is_the_same_document_as_what_was_written_on_screen(
    lap: Any, doctor: Actor
) -> None:
    who = f.traits()
    subject, _account = f.a_patient(doctor, who)
    written = f.a_signed(doctor, subject, posology="1 comprimé le matin et le soir")
    order = lap.get(f"Bundle/{written.pk}").json()
    came = lap.post("Bundle", a_bundle(patient=who)).json()
    own, other = (
        OWN.sub(b"", lap.get(f"Binary/{bundle['id']}", Accept=XML).content)
        for bundle in (order, came)
    )
    assert own == other
    assert len(own) > 10_000


def test_nobody_else_gets_it(doctor: Actor, patient: Any, lap: Any, pharmacist: Actor) -> None:
    signed = f.a_signed(doctor, patient)
    stranger = a_caller(f.a_prescriber(), "LAP").get(f"Binary/{signed.pk}", Accept=XML)
    assert stranger.status_code == 404 and issues(stranger)
    f.open_at(pharmacist, signed)
    counter = a_caller(pharmacist, "LGO").get(f"Binary/{signed.pk}", Accept=XML)
    assert counter.status_code == 403


def test_an_anonymous_one_has_none_and_leaves_no_print(lap: Any, doctor: Actor) -> None:
    signed = f.a_signed_anonymous(doctor)
    answer = lap.get(f"Binary/{signed.pk}", Accept=XML)
    assert answer.status_code == 406
    assert issues(answer)[0]["code"] == "not-supported"
    assert not JournalEntry.objects.filter(deed=Deed.PRINTED, prescription=signed.pk).exists()
    assert lap.get(f"Binary/{signed.pk}").status_code == 200
