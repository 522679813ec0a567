"""What one medicine says on screen: in words, with its source and its date; unknown as unknown."""

import re
from dataclasses import replace
from datetime import date

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from eprescription.catalogue.search import Hit, Supply

SILENT = Hit(
    cis="60000000",
    name="ESSAI 5 mg, gélule",
    inn="essai",
    inn_key="n:1",
    strength="5 mg",
    form="gélule",
    routes="orale",
    list="",
    max_days=None,
    max_days_extended=None,
    secured=False,
    fraction_days=None,
    ivg=False,
    marketed=True,
)
OUT = Supply(
    kind=1,
    label="Rupture de stock",
    since=date(2026, 3, 1),
    updated_on=date(2026, 5, 19),
    back_on=None,
    url="https://ansm.example/essai",
)


def page(**facts):
    with translation.override("fr"):
        context = {"hit": replace(SILENT, **facts)}
        return render_to_string("eprescription/_medicine_facts.html", context)


def words(**facts):
    return " ".join(re.sub(r"<[^>]+>", " ", page(**facts)).split())


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"list": "I"}, "Liste I "),
        ({"list": "II"}, "Liste II "),
        ({"list": "S"}, "Stupéfiant"),
        ({"secured": True}, "Ordonnance sécurisée"),
        ({"max_days": 28}, "28 jours au plus"),
        ({"max_days": 184}, "6 mois au plus"),
        ({"max_days": 7, "max_days_extended": 28}, "7 ou 28 jours au plus"),
        ({"fraction_days": 14}, "Délivrance fractionnée de 14 jours"),
        ({"black_triangle": True}, "▼ Surveillance renforcée"),
        ({"reimbursement": "65%"}, "Remboursé 65%"),
        ({"price_cents": 1234}, "12,34 €"),
        ({"edition": "BDPM, 26/05/2026"}, "Données : BDPM, 26/05/2026"),
        ({"shortage": OUT}, "Rupture de stock depuis le 01/03/2026 ( ANSM , 19/05/2026)"),
        (
            {"shortage": replace(OUT, kind=4, label="Remise", back_on=date(2026, 6, 2))},
            "02/06/2026",
        ),
    ],
)
def test_says_in_words_what_the_source_tells(facts, said):
    assert said in words(**facts)
    assert said not in words()


def test_says_that_it_does_not_know():
    said = words()

    assert "Aucune condition de délivrance dans la base" in said
    assert "Surveillance renforcée : inconnue" in said
    assert "Non remboursé ou taux inconnu" in said


@pytest.mark.parametrize(
    ("facts", "never"),
    [
        ({"black_triangle": False}, "Surveillance"),
        ({"reimbursement": "30%"}, "inconnu "),
        ({"conditions": ("quelque chose",)}, "Aucune condition"),
    ],
)
def test_says_nothing_more_of_what_is_known_not_to_be(facts, never):
    assert never in words() + " "
    assert never not in words(**facts)


def test_a_restriction_is_verbatim_and_folds_when_it_is_long():
    short = "prescription hospitalière"
    long = "prescription réservée aux spécialistes et services " + "NEUROLOGIE, " * 8

    assert short in words(conditions=("liste I", short))
    assert "<details" not in page(conditions=("liste I", short))
    for labels in ((long,), (short, long)):
        told = page(conditions=("liste I", *labels))
        assert "<details" in told
        assert "Prescription restreinte" in told
        assert all(f"<li>{label.strip()}</li>" in told for label in labels)


def test_no_colour_stands_alone():
    told = page(list="S", secured=True, max_days=28, shortage=OUT, black_triangle=True)

    for pill in re.findall(r'class="status[^>]*>(.*?)</(?:li|summary)>', told, re.DOTALL):
        assert "<svg" in pill or "▼" in pill
        assert re.sub(r"<[^>]+>", "", pill).strip()


def test_the_source_of_a_shortage_is_one_click_away():
    assert 'href="https://ansm.example/essai"' in page(shortage=OUT)
    assert "<a " not in page(shortage=replace(OUT, url=""))


def test_what_a_source_writes_cannot_become_markup():
    label = "<script>alert(1)</script>"

    assert label not in page(shortage=replace(OUT, label=label), edition=label, reimbursement=label)
