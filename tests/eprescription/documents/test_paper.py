"""From the frozen rows to the facts of the page."""

import uuid
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.utils import translation

from eprescription.documents.paper import ordonnance_of, page_of, printed_line
from eprescription.models import Line, LineKind, Paper, Prescription, PrescriptionState
from eprescription.posology import read
from tests import factories as f

from .pages import NUMBER, text_of

PRESCRIBER = {
    "name": "Claire Lemoine",
    "title": "Dr",
    "speciality": "Médecine générale",
    "identifier": "10101234567",
    "place_name": "Cabinet des Lilas",
    "place_identifier": "FINESS 750000123",
    "address": "12 rue des Lilas\n75011 Paris\nFrance",
    "phone": "+33 1 23 45 67 89",
    "email": "claire.lemoine@exemple.fr",
}
MEDICINE = {
    "cis": "60000001",
    "inn": "Amoxicilline",
    "name": "CLAMOXYL 1 g, comprimé dispersible",
    "strength": "1 g",
    "form": "comprimé dispersible",
    "posology": "1 comprimé matin et soir",
}


def a_line(**said: Any) -> Line:
    return Line(**{**MEDICINE, **said})


def signed(*lines: dict[str, Any], **said: Any) -> Prescription:
    """A signed prescription as its rows hold it, whatever the rules of the day ask of who writes it."""
    doctor = f.a_prescriber()
    subject_id, _ = f.a_patient(doctor, account=False)
    at = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
    prescription = Prescription.objects.create(
        **{
            "author_id": doctor.activity_id,
            "subject_id": subject_id,
            "state": PrescriptionState.ISSUED,
            "created_at": at,
            "written_at": at,
            "signed_at": at,
            "expires_on": date(2027, 11, 24),
            "number": NUMBER,
            "prescriber": PRESCRIBER,
            "may_follow": True,
            "paper": Paper.PAPER,
            **said,
        }
    )
    for position, line in enumerate(lines or ({},)):
        Line.objects.create(
            **{**MEDICINE, **line}, prescription=prescription, position=position, id=uuid.uuid4()
        )
    return prescription


# --- Names


def test_a_line_by_its_inn_has_no_brand():
    line = printed_line(a_line(by_inn=True))
    assert (line.inn, line.name, line.by_inn) == ("Amoxicilline", "", True)


def test_a_line_that_has_no_inn_keeps_its_name_whatever_its_mark():
    assert printed_line(a_line(inn="", by_inn=True)).name == MEDICINE["name"]


def test_a_device_has_its_code():
    line = printed_line(a_line(kind=LineKind.DEVICE, inn="", name="Bas", lpp="2123456", quantity=2))
    assert (line.kind, line.name, line.lpp, line.quantity) == ("device", "Bas", "2123456", "2")


# --- Renewals


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"renewals": 5}, "à renouveler 5 fois"),
        ({}, "non renouvelable"),
        ({"kind": LineKind.PREPARATION}, "non renouvelable"),
        ({"kind": LineKind.NURSING}, ""),
        ({"kind": LineKind.DEVICE, "renewals": 1}, "à renouveler 1 fois"),
    ],
)
def test_renewals_are_express_for_medicines(said, words):
    assert printed_line(a_line(**said)).renewals == words


# --- Secured lines


@pytest.mark.parametrize("mark", [{"list": "S"}, {"secured": True}])
def test_a_secured_line_has_no_figure_in_its_amounts(mark):
    line = printed_line(a_line(duration_days=28, quantity=4, **mark))
    assert (line.duration, line.quantity) == ("vingt-huit\u00a0jours", "quatre boîtes")


@pytest.mark.parametrize("mark", [{"list": "S"}, {"secured": True}])
def test_a_secured_line_says_strength_dose_and_number_of_doses_in_words(mark):
    """CSP R. 5132-29."""
    dosing = read("1 gélule matin et soir").posology.to_json()
    line = a_line(strength="10 mg", dosing=dosing, duration_days=28, **mark)
    words = printed_line(line).quantity_words
    assert words and words.startswith("dix milligrammes, une gélule")
    assert "deux gélules par jour" in words and "vingt-huit jours" in words
    assert not any(sign.isdigit() for sign in words)


@pytest.mark.parametrize(
    "said",
    [
        {"dosing": None, "duration_days": 28},
        {"dosing": {"steps": "?"}, "duration_days": 28},
        {"dosing": ["?"], "duration_days": 28},
        {"dosing": read("1 gélule matin").posology.to_json()},
        {"dosing": read("1 gélule matin").posology.to_json(), "duration_days": 28, "strength": "?"},
    ],
)
def test_what_cannot_be_said_in_words_is_not_said_and_breaks_nothing(said):
    assert (
        printed_line(a_line(**{"secured": True, "strength": "10 mg", **said})).quantity_words
        is None
    )


def test_a_line_that_is_not_secured_needs_no_words():
    dosing = read("1 gélule matin et soir").posology.to_json()
    line = a_line(strength="10 mg", dosing=dosing, duration_days=28, list="I")
    assert printed_line(line).quantity_words is None


def test_a_secured_line_without_boxes_says_what_suffices_in_full():
    assert printed_line(a_line(duration_days=28, secured=True)).quantity == (
        "QSP vingt-huit\u00a0jours"
    )
    assert printed_line(a_line(secured=True)).quantity == ""


def test_a_secured_line_that_is_no_medicine_counts_no_boxes():
    line = a_line(kind=LineKind.PREPARATION, quantity=2, secured=True)
    assert printed_line(line).quantity == "deux"


def test_another_line_keeps_its_figures():
    line = printed_line(a_line(list="I", duration_days=28, quantity=4))
    assert (line.duration, line.quantity, line.quantity_words) == ("28 jours", "4 boîtes", None)


# --- The language


def test_the_paper_is_french_whatever_the_screen_speaks():
    line = a_line(duration_days=28, quantity=4, renewals=2, fraction_days=7, off_label=True)
    with translation.override("fr"):
        french = printed_line(line)
    with translation.override("en"):
        assert printed_line(line) == french
        assert translation.get_language() == "en"


# --- The whole page


@pytest.mark.django_db
def test_the_page_says_what_stands_on_the_rows():
    prescription = signed(
        {"duration_days": 30, "quantity": 2, "renewals": 5, "non_substitutable": "MTE"},
        {"kind": LineKind.DEVICE, "inn": "", "name": "Bas de contention", "lpp": "2123456"},
        weight_kg="62.50",
        height_cm=168,
        pharmacy_named="Pharmacie de la Gare",
        teleconsultation=True,
        convention_place="Centre des Glycines",
        convention_date=date(2025, 3, 3),
    )
    with translation.override("en"):
        text = text_of(page_of(prescription, f.traits()))
    for words in (
        "MÉDICAMENTS",
        "30 jours",
        "soit 6 mois au total",
        "2 boîtes",
        "à renouveler 5 fois",
        "Non substituable (MTE : marge thérapeutique étroite)",
        "DISPOSITIFS MÉDICAUX",
        "Bas de contention",
        "LPP 2123456",
        "62,5 kg · 168 cm",
        "Pharmacie désignée : Pharmacie de la Gare",
        "téléconsultation",
        "Convention avec Centre des Glycines, signée le 3 mars 2025",
    ):
        assert words in text, words
    assert "EXCEPTION" not in text


@pytest.mark.django_db
@pytest.mark.parametrize("exception", [True, False])
def test_exception_drugs_have_their_title(exception):
    facts = ordonnance_of(signed({"exception": exception}), f.traits())
    assert facts.exception is exception
    assert bool(facts.mentions) is exception


@pytest.mark.django_db
def test_the_same_rows_give_the_same_bytes():
    prescription, who = signed({"renewals": 1}), f.traits()
    assert page_of(prescription, who) == page_of(prescription, who)
