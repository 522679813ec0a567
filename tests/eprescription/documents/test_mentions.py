"""What is said beside a line and of the whole: one text for paper and screen, in the language of the page."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from eprescription.documents import mentions, wording
from eprescription.models import Cover, Line, LineKind, NonSubstitutable, Prescription


@pytest.fixture(autouse=True)
def french():
    with translation.override("fr"):
        yield


def a_line(**said: Any) -> Line:
    return Line(inn="Amoxicilline", name="CLAMOXYL 1 g, comprimé dispersible", **said)


# --- Duration, renewals, quantity


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (1, "1 jour"),
        (28, "28 jours"),
        (30, "30 jours"),
        (60, "2 mois"),
        (84, "84 jours"),
        (360, "12 mois"),
    ],
)
def test_a_duration_is_said_as_a_doctor_says_it(days, words):
    assert mentions.duration(days) == words


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"duration_days": 30, "renewals": 5}, "soit 6 mois au total"),
        ({"duration_days": 28, "renewals": 5}, "soit 168 jours au total"),
        ({"duration_days": 90, "renewals": 3}, "soit 12 mois au total"),
        ({"duration_days": 30, "renewals": 0}, ""),
        ({"renewals": 5}, ""),
    ],
)
def test_what_is_renewed_says_how_long_it_lasts_in_all(said, words):
    assert mentions.total(a_line(**said)) == words


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"quantity": 1}, "1 boîte"),
        ({"quantity": 2}, "2 boîtes"),
        ({"quantity": 2, "duration_days": 28}, "2 boîtes"),
        ({"duration_days": 28}, "QSP 28 jours"),
        ({}, ""),
        ({"kind": LineKind.DEVICE, "quantity": 2}, "2"),
        ({"kind": LineKind.DEVICE, "duration_days": 15}, "QSP 15 jours"),
        ({"kind": LineKind.NURSING, "quantity": 8}, "8"),
        ({"kind": LineKind.NURSING, "duration_days": 15}, ""),
        ({"kind": LineKind.TRANSPORT}, ""),
    ],
)
def test_boxes_are_counted_for_medicines_only_and_what_suffices_for_what_is_supplied(said, words):
    assert mentions.quantity(a_line(**said)) == words


# --- Mentions of one line


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({}, ()),
        ({"single_delivery": True}, ("délivrance en une seule fois",)),
        ({"fraction_days": 7}, ("délivrance fractionnée de 7 jours",)),
        ({"fraction_days": 7, "single_delivery": True}, ("délivrance en une seule fois",)),
        ({"by_pump": True}, ("administration par pompe",)),
        ({"overlap": "dose augmentée"}, ("chevauchement : dose augmentée",)),
        (
            {"off_label": True},
            ("prescription hors autorisation de mise sur le marché (hors AMM)",),
        ),
        ({"not_reimbursable": True}, ("non remboursable",)),
        ({"cover": Cover.SICKNESS}, ()),
        ({"cover": Cover.WORK}, ("AT/MP",)),
        ({"cover": Cover.MATERNITY}, ("maternité",)),
        ({"cover": Cover.PREVENTION}, ("prévention",)),
        (
            {"cover": Cover.WORK, "off_label": True, "not_reimbursable": True, "fraction_days": 14},
            (
                "délivrance fractionnée de 14 jours",
                "prescription hors autorisation de mise sur le marché (hors AMM)",
                "non remboursable",
                "AT/MP",
            ),
        ),
    ],
)
def test_a_line_says_what_the_law_asks_and_nothing_else(said, words):
    assert mentions.of_line(a_line(**said)) == words


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (NonSubstitutable.NO, ""),
        (NonSubstitutable.MTE, "Non substituable (MTE : marge thérapeutique étroite)"),
        (
            NonSubstitutable.EFG,
            "Non substituable (EFG : enfant de moins de 6 ans, aucune forme générique adaptée)",
        ),
        (
            NonSubstitutable.CIF,
            "Non substituable (CIF : contre-indication formelle à un excipient)",
        ),
    ],
)
def test_what_is_not_substitutable_gives_its_reason_in_words(reason, words):
    assert mentions.non_substitutable(a_line(non_substitutable=reason)) == words


# --- Mentions of the whole


@pytest.mark.django_db
def test_a_teleconsultation_names_the_pharmacy_the_establishment_and_its_date():
    """CSP R. 2212-16: besides the usual mentions."""
    prescription = Prescription(
        pharmacy_named="Pharmacie de la Gare",
        teleconsultation=True,
        convention_place="Centre hospitalier des Glycines",
        convention_date=date(2025, 3, 1),
    )
    assert mentions.of_prescription(prescription, []) == (
        "Pharmacie désignée : Pharmacie de la Gare",
        "Prescription établie lors d'une téléconsultation",
        "Convention avec Centre hospitalier des Glycines, signée le 1er\u00a0mars\u00a02025",
    )


@pytest.mark.django_db
def test_a_convention_whose_date_is_not_known_is_still_named():
    prescription = Prescription(convention_place="Centre des Glycines")
    assert mentions.of_prescription(prescription, []) == ("Convention avec Centre des Glycines",)


@pytest.mark.django_db
def test_a_usual_prescription_says_nothing_more():
    assert mentions.of_prescription(Prescription(teleconsultation=False), [a_line()]) == ()
    assert mentions.measures(Prescription()) == ()


@pytest.mark.django_db
def test_exception_drugs_conform_to_their_sheet_unless_off_label():
    conform = ("Conforme à la fiche d'information thérapeutique (CSS R. 163-2)",)
    exception, off_label = a_line(exception=True), a_line(exception=True, off_label=True)
    assert mentions.of_prescription(Prescription(), [a_line(), exception]) == conform
    assert mentions.of_prescription(Prescription(), [exception, off_label]) == ()


@pytest.mark.parametrize(
    ("language", "weight", "words"),
    [
        ("fr", "62.50", "62,5\u00a0kg"),
        ("fr", "60.00", "60\u00a0kg"),
        ("fr", "3.05", "3,05\u00a0kg"),
        ("fr", "120", "120\u00a0kg"),
        ("en", "62.50", "62.5\u00a0kg"),
    ],
)
def test_a_weight_has_no_zero_for_nothing(language, weight, words):
    with translation.override(language):
        said = mentions.measures(Prescription(weight_kg=Decimal(weight), height_cm=168))
    assert said == (words, "168\u00a0cm")
    if language == "fr":
        assert wording.weight(Decimal(weight)) == words


# --- Words of the paper


def test_every_kind_of_line_has_its_heading():
    assert set(wording.GROUPS) == set(LineKind)
    assert len(set(wording.GROUPS.values())) == len(LineKind)


@pytest.mark.parametrize(
    ("kinds", "words"),
    [
        ({"medicine"}, "Médicament"),
        (set(), "Médicament"),
        ({"nursing"}, "Soins infirmiers"),
        ({"medicine", "device"}, "Prescription"),
    ],
)
def test_the_column_is_called_by_what_stands_in_it(kinds, words):
    assert wording.column(kinds) == words


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (1, "un\u00a0jour"),
        (7, "sept\u00a0jours"),
        (28, "vingt-huit\u00a0jours"),
        (30, "trente\u00a0jours"),
        (84, "quatre-vingt-quatre\u00a0jours"),
        (180, "six\u00a0mois"),
        (360, "douze\u00a0mois"),
    ],
)
def test_a_duration_is_written_in_full(days, words):
    assert wording.days_in_full(days) == words


@given(st.integers(1, 366))
def test_no_duration_in_full_has_a_figure(days):
    """CSP R. 5132-29: nothing that a pen could change."""
    assert not any(sign.isdigit() for sign in wording.days_in_full(days))


def test_a_mention_begins_with_a_capital_and_keeps_its_colon():
    assert wording.sentence("chevauchement : oui") == "Chevauchement\u00a0: oui"
    assert wording.sentence("") == ""
