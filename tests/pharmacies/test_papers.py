"""The papers of a delivery: the slip that stands for the stamp, and labels in plain words."""

import io
from typing import Any

import pypdfium2
import pytest
from django.test import Client
from django.urls import reverse

from eprescription.actor import Actor
from eprescription.catalogue import search
from pharmacies.decisions import Decision
from tests import factories

AMOXICILLIN = "AMOXICILLINE VIATRIS 1 g"


def text_of(response: Any) -> str:
    assert response["Content-Type"] == "application/pdf"
    pdf = pypdfium2.PdfDocument(io.BytesIO(response.content))
    text = "\n".join(page.get_textpage().get_text_range() for page in pdf)
    return " ".join(text.split())


@pytest.fixture
def done(doctor: Actor, pharmacist: Actor, patient: Any) -> Any:
    """A generic given for amoxicillin, one box owed, and paracetamol that the patient did not want."""
    prescription = factories.a_signed(doctor, patient, AMOXICILLIN, "DOLIPRANE 1000")
    factories.open_at(pharmacist, prescription)
    first, second = prescription.lines.all()
    other = search.substitutes(first.cis)[0]
    return factories.dispense(
        pharmacist,
        prescription,
        [
            Decision(
                line_id=first.pk,
                quantity=1,
                owed=1,
                cis=other.cis,
                refusal="shortage",
                instruction="Avec un grand verre d'eau",
            ),
            Decision(line_id=second.pk, quantity=0, cis=second.cis, refusal="declined"),
        ],
    )


def paper(desk: Client, name: str, done: Any, **query: str) -> str:
    return text_of(desk.get(reverse(f"pharmacies:{name}", args=[done.pk]), query))


def test_the_slip_says_what_the_law_wants_on_the_prescription(desk: Client, done: Any) -> None:
    given = done.lines.get(quantity=1)
    for size in ("", "ticket"):
        said = paper(desk, "slip", done, paper=size)
        for expected in ("Pharmacie de la Gare", "N° 1", "1 boîte", "Substitution", given.name):
            assert expected in said, size
        assert "non délivré" in said and "Dû : 1 boîte" in said
        assert "04/03/1951" not in said


def test_each_label_tells_the_patient_how_to_take_it(desk: Client, done: Any) -> None:
    given = done.lines.get(quantity=1)
    for size in ("", "roll"):
        said = paper(desk, "labels", done, paper=size)
        assert given.name in said and "1 comprimé matin et soir" in said
        assert "Avec un grand verre d'eau" in said and "Il vous est dû : 1 boîte" in said
        assert "paracétamol" not in said.casefold()


def test_labels_speak_english_to_who_reads_it(desk: Client, done: Any) -> None:
    desk.cookies["django_language"] = "en"
    assert "1 tablet" in paper(desk, "labels", done)


def test_the_same_delivery_gives_the_same_bytes(desk: Client, done: Any) -> None:
    address = reverse("pharmacies:slip", args=[done.pk])
    assert desk.get(address).content == desk.get(address).content


def test_papers_belong_to_their_pharmacy(at_work: Any, done: Any) -> None:
    elsewhere = at_work(factories.a_pharmacist(place=factories.a_place()))
    for name in ("slip", "labels"):
        answer = elsewhere.get(reverse(f"pharmacies:{name}", args=[done.pk]))
        assert answer.status_code == 404
