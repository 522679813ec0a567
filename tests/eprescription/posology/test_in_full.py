"""Narcotics say strength, units of a dose and number of doses in words (CSP R. 5132-29)."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eprescription.posology import Posology, in_full, read
from eprescription.posology.spelled import units_spelled
from tests.eprescription.posology.strategies import posologies


def posology(typed: str) -> Posology:
    found = read(typed).posology
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("typed", "strength", "days", "words"),
    [
        (
            "1 gél matin et soir",
            "10 mg / une gélule",
            28,
            "dix milligrammes, une gélule le matin et le soir, soit deux gélules par jour, pendant vingt-huit jours",
        ),
        (
            "1 patch tous les 3 jours",
            "25 microgrammes/heure",
            28,
            "vingt-cinq microgrammes par heure, un patch tous les trois jours, soit dix patchs en tout, pendant vingt-huit jours",
        ),
        (
            "1 patch/72h",
            "12,5 µg/h",
            27,
            "douze virgule cinq microgrammes par heure, un patch toutes les soixante-douze heures, soit neuf patchs en tout, pendant vingt-sept jours",
        ),
        (
            "1 cp et demi matin, 1/2 cp soir",
            "5 mg",
            1,
            "cinq milligrammes, un comprimé et demi le matin et un demi-comprimé le soir, soit deux comprimés par jour, pendant un jour",
        ),
        (
            "1 cp 2x/j",
            "0,5 mg",
            14,
            "zéro virgule cinq milligramme, un comprimé deux fois par jour, soit deux comprimés par jour, pendant quatorze jours",
        ),
        (
            "20 mg matin et soir",
            "10 mg / une gélule",
            14,
            "dix milligrammes, deux unités le matin et le soir, soit quatre unités par jour, pendant quatorze jours",
        ),
        (
            "1 cp/j",
            "36 mg",
            28,
            "trente-six milligrammes, un comprimé une fois par jour, soit un comprimé par jour, pendant vingt-huit jours",
        ),
        (
            "4 cp par jour en 2 prises",
            "2 mg",
            7,
            "deux milligrammes, deux comprimés deux fois par jour, soit quatre comprimés par jour, pendant sept jours",
        ),
        (
            "1 cp toutes les 4h si douleur max 6/j",
            "5 mg / un comprimé",
            7,
            "cinq milligrammes, un comprimé toutes les quatre heures si douleur, au maximum six comprimés par jour, pendant sept jours",
        ),
        (
            "1 cp si besoin max 4 prises/j",
            "5 mg",
            7,
            "cinq milligrammes, un comprimé si besoin, au maximum quatre prises par jour, pendant sept jours",
        ),
        (
            "1 à 2 cp 3x/j",
            "5 mg",
            7,
            "cinq milligrammes, un à deux comprimés trois fois par jour, soit au plus six comprimés par jour, pendant sept jours",
        ),
        (
            "21 gouttes à 8h et 20h30",
            "20 mg/ml",
            7,
            "vingt milligrammes par millilitre, vingt et une gouttes à huit heures et à vingt heures trente, soit quarante-deux gouttes par jour, pendant sept jours",
        ),
        (
            "1 ampoule 4x/j",
            "10,00 mg / 1 ml de solution injectable",
            7,
            "dix milligrammes par millilitre, une ampoule quatre fois par jour, soit quatre ampoules par jour, pendant sept jours",
        ),
        (
            "1 cp 2x/j 14j puis 1 cp le soir",
            "40 mg + 20 mg",
            28,
            "quarante milligrammes et vingt milligrammes, un comprimé deux fois par jour, soit deux comprimés par jour, pendant quatorze jours, puis un comprimé le soir, soit un comprimé par jour, pendant quatorze jours",
        ),
        (
            "1 cp lundi jeudi",
            "8 mg",
            28,
            "huit milligrammes, un comprimé le lundi et le jeudi, soit huit comprimés en tout, pendant vingt-huit jours",
        ),
        (
            "1 cp matin 1 fois par semaine",
            "8 mg",
            28,
            "huit milligrammes, un comprimé le matin, une fois par semaine, soit quatre comprimés en tout, pendant vingt-huit jours",
        ),
    ],
)
def test_a_secured_line_is_written_in_words(typed, strength, days, words):
    assert in_full(posology(typed), strength=strength, duration_days=days) == words


@pytest.mark.parametrize(
    ("typed", "strength", "days"),
    [
        ("1 cp matin", "", 28),
        ("1 cp matin", "fort", 28),
        ("1 cp matin", "10 mg + fort", 28),
        ("1 cp matin", "10 mg", 0),
        ("1 cp matin", "10 mg", -7),
        ("1 cp matin", "10 mg", 367),
        ("1 cp si douleur", "10 mg", 7),
        ("3 cp par jour", "10 mg", 7),
        ("1 mg/kg/j", "10 mg", 7),
        ("1 dose-poids 4x/j", "10 mg", 7),
        ("2 cp 7j puis 1 cp/j", "10 mg", 7),
    ],
)
def test_words_that_would_be_a_guess_are_not_written(typed, strength, days):
    found = read(typed).posology
    assert found is None or in_full(found, strength=strength, duration_days=days) == ""


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        ("0.5", "tablet", "un demi-comprimé"),
        ("0.5", "capsule", "une demi-gélule"),
        ("1.5", "capsule", "une gélule et demie"),
        ("2.5", "tablet", "deux comprimés et demi"),
        ("0.25", "tablet", "un quart de comprimé"),
        ("0.75", "ampoule", "trois quarts d'ampoule"),
        ("1.25", "tablet", "un comprimé et un quart"),
        ("21", "drop", "vingt et une gouttes"),
        ("21", "tablet", "vingt et un comprimés"),
        ("80", "drop", "quatre-vingts gouttes"),
        ("2.5", "ml", "deux virgule cinq millilitres"),
        ("1.5", "mg", "un virgule cinq milligramme"),
        ("1", "ui", "une unité internationale"),
        ("100", "mcg", "cent microgrammes"),
        ("2", "", "deux unités"),
    ],
)
def test_units_agree_in_gender_and_number(value, unit, words):
    assert units_spelled(Decimal(value), unit) == words


@given(posologies(), st.sampled_from(["10 mg", "12 µg/h", "5 mg/ml"]), st.integers(-5, 400))
def test_no_digit_is_left_in_the_words(posology: Posology, strength: str, days: int) -> None:
    reasons = "".join(step.reason for step in posology.steps)
    words = in_full(posology, strength=strength, duration_days=days)
    assert any(c.isdigit() for c in reasons) or not any(c.isdigit() for c in words)


@given(posologies(), st.text(max_size=30), st.integers(-5, 20000))
def test_no_strength_whatever_breaks_the_words(
    posology: Posology, strength: str, days: int
) -> None:
    assert isinstance(in_full(posology, strength=strength, duration_days=days), str)
