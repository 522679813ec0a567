"""The unit of a form, the word for a unit, and what doctors write for it."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eprescription.documents.glyphs import unprintable
from eprescription.posology import UNITS, Amount, Posology, Step, sentence, unit_label, unit_of
from eprescription.posology.naming import unit_named


@pytest.mark.parametrize(
    ("form", "unit"),
    [
        ("comprimé pelliculé sécable", "tablet"),
        ("comprimé orodispersible", "tablet"),
        ("comprimé pelliculé et  comprimé pelliculé", "tablet"),
        ("gélule gastro-résistant(e)", "capsule"),
        ("capsule molle", "capsule"),
        ("poudre pour inhalation en gélule", "capsule"),
        ("solution buvable en gouttes", "drop"),
        ("collyre en solution", "drop"),
        ("sirop", "ml"),
        ("suspension buvable", "ml"),
        ("solution buvable", "ml"),
        ("poudre pour solution buvable en sachet-dose", "sachet"),
        ("granulés pour solution buvable", "sachet"),
        ("suppositoire", "suppository"),
        ("ovule à libération prolongée", "ovule"),
        ("dispositif", "patch"),
        ("dispositif transdermique", "patch"),
        ("emplâtre médicamenteux(se)", "patch"),
        ("suspension pour inhalation", "puff"),
        ("solution pour inhalation par nébuliseur", "nebulisation"),
        ("solution pour pulvérisation", "spray"),
        ("crème", "application"),
        ("pommade", "application"),
        ("gel", "application"),
        ("solution injectable", "injection"),
        ("poudre et  solvant pour solution injectable", "injection"),
        ("poudre et  solvant pour solution pour perfusion", "injection"),
        ("solution buvable en ampoule", "ampoule"),
        ("pastille", "lozenge"),
        ("gomme à mâcher médicamenteux(se)", "gum"),
        ("film orodispersible", "film"),
        ("lyophilisat", "lyophilisate"),
        ("granules", "granule"),
        ("implant", "implant"),
        ("solution pour bain de bouche", "rinse"),
    ],
)
def test_a_form_is_taken_in_a_unit(form, unit):
    assert unit_of(form) == unit


@pytest.mark.parametrize(
    "form",
    [
        "",
        "poudre pour suspension buvable",
        "granulés",
        "gaz pour inhalation",
        "comprimé et solution(s) et granules et poudre et pommade",
        "trousse pour préparation radiopharmaceutique",
    ],
)
def test_a_form_that_does_not_tell_has_no_unit(form):
    assert unit_of(form) == ""


@given(st.text(max_size=40))
def test_any_form_has_a_known_unit_or_none(form):
    assert unit_of(form) in UNITS


@pytest.mark.parametrize(
    ("code", "half", "one", "one_and_half", "two"),
    [
        ("tablet", "comprimé", "comprimé", "comprimé", "comprimés"),
        ("capsule", "gélule", "gélule", "gélule", "gélules"),
        ("teaspoon", "cuillère à café", "cuillère à café", "cuillère à café", "cuillères à café"),
        ("measure", "cuillère-mesure", "cuillère-mesure", "cuillère-mesure", "cuillères-mesure"),
        ("weight_dose", "dose-poids", "dose-poids", "dose-poids", "doses-poids"),
        ("rinse", "bain de bouche", "bain de bouche", "bain de bouche", "bains de bouche"),
        ("mg", "mg", "mg", "mg", "mg"),
        ("mcg", "microgramme", "microgramme", "microgramme", "microgrammes"),
        ("ui", "UI", "UI", "UI", "UI"),
        ("", "", "", "", ""),
    ],
)
def test_french_has_its_plural_from_two_on(code, half, one, one_and_half, two):
    amounts = [Decimal("0.5"), Decimal(1), Decimal("1.5"), Decimal(2)]
    assert [unit_label(code, "fr", amount) for amount in amounts] == [half, one, one_and_half, two]


@pytest.mark.parametrize(
    ("code", "half", "one", "one_and_half", "two"),
    [
        ("tablet", "tablet", "tablet", "tablets", "tablets"),
        ("patch", "patch", "patch", "patches", "patches"),
        ("suppository", "suppository", "suppository", "suppositories", "suppositories"),
        ("ml", "ml", "ml", "ml", "ml"),
        ("ui", "IU", "IU", "IU", "IU"),
    ],
)
def test_english_has_its_plural_above_one(code, half, one, one_and_half, two):
    amounts = [Decimal("0.5"), Decimal(1), Decimal("1.5"), Decimal(2)]
    assert [unit_label(code, "en", amount) for amount in amounts] == [half, one, one_and_half, two]


@pytest.mark.parametrize("code", [code for code in UNITS if code])
def test_every_unit_is_said_in_both_languages_and_prints(code):
    one = Posology((Step(amount=Amount.of("1.5", 2), unit=code, times=Amount.of(1)),))
    for language in ("fr", "en"):
        words = sentence(one, language)
        assert unit_label(code, language, Decimal(2)) in words
        assert not unprintable(words)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("cp", "tablet"),
        ("cpr", "tablet"),
        ("comprimee", "tablet"),
        ("conprime", "tablet"),
        ("comprmie", "tablet"),
        ("gelules", "capsule"),
        ("gellule", "capsule"),
        ("gtts", "drop"),
        ("bouffee", "puff"),
        ("suppo", "suppository"),
        ("cm", None),
        ("cc", None),
        ("xyz", None),
        ("matin", None),
        ("comprehension", None),
    ],
)
def test_abbreviations_and_slips_of_the_finger_are_known_and_others_are_not(typed, code):
    assert unit_named(typed) == code


def test_no_abbreviation_means_two_units():
    typed = [word for unit in UNITS.values() for word in unit.typed.split()]
    assert len(typed) == len(set(typed))
