"""Units, days and boxes are computed from each other; what cannot be known is not invented."""

from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from eprescription.posology import Posology, boxes_for, days_for, read, strength_of, units_for
from tests.eprescription.posology.strategies import posologies

COUNTED = ["tablet", "capsule", "patch", "sachet", "puff", "mg", "g"]


def posology(typed: str) -> Posology:
    found = read(typed).posology
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("typed", "days", "units"),
    [
        ("1 cp matin midi soir", 7, 21),
        ("1 cp matin et soir 7j", None, 14),
        ("1/2 cp matin", 30, 15),
        ("1 à 2 cp 3x/j", 5, 30),
        ("1 cp toutes les 8h", 5, 15),
        ("1 cp toutes les 4 à 6 heures", 1, 6),
        ("1 patch tous les 3 jours", 28, 10),
        ("1 patch/72h", 28, 10),
        ("1 patch par semaine", 28, 4),
        ("1 patch par semaine", 29, 5),
        ("1 cp un jour sur deux", 30, 15),
        ("1 cp lundi mercredi vendredi", 28, 12),
        ("1 cp 2 fois par semaine", 28, 8),
        ("1 cp le matin 1 fois par semaine", 28, 4),
        ("3 cp par jour", 10, 30),
        ("1 sachet en prise unique", 1, 1),
        ("1 sachet en prise unique", 7, 1),
        ("2 cp si douleur max 6/j", 5, 30),
        ("1 cp si douleur max 3 prises par jour", 5, 15),
        ("1 cp toutes les 4h si douleur max 4/j", 5, 20),
        ("1 cp 3x/j si douleur", 5, 15),
        ("3 cp 3j, 2 cp 3j, 1 cp 3j", None, 18),
        ("3 cp 3j, 2 cp 3j, 1 cp 3j", 4, 11),
        ("3 cp 3j, 2 cp 3j, 1 cp 3j", 30, 18),
        ("1 cp/j 7j puis 2 cp/j", 14, 21),
        ("1 cp/j 7j", 30, 30),
        ("1 unidose dans chaque œil matin et soir", 5, 20),
        ("1-0-1", 10, 20),
    ],
)
def test_a_posology_takes_so_many_units(typed, days, units):
    assert units_for(posology(typed), days) == units


@pytest.mark.parametrize(
    ("typed", "units"),
    [
        ("1 g 3x/j", 42),
        ("500 mg matin et soir", 14),
        ("40 mg/kg/j en 2 prises", 28),
        ("1 cp si fièvre max 2 g/j", 28),
    ],
)
def test_masses_become_units_by_the_strength(typed, units):
    found = units_for(posology(typed), 7, weight_kg=Decimal(50), strength_mg=Decimal(500))
    assert found == units


@pytest.mark.parametrize(
    ("typed", "days"),
    [
        ("1 cp si douleur", 5),
        ("1 cp/j", None),
        ("1 cp/j 7j puis 2 cp/j", None),
        ("500 mg matin", 7),
        ("1 g/kg/j", 7),
        ("5 ml 3x/j", 7),
        ("10 gouttes le soir", 7),
        ("20 ui le soir", 7),
        ("1 application matin", 7),
        ("1 inj par semaine", 28),
    ],
)
def test_what_cannot_be_counted_is_not_counted(typed, days):
    assert units_for(posology(typed), days) is None
    assert days_for(posology(typed), 30) is None or days is None


@given(posologies(units=COUNTED), st.integers(0, 400), st.integers(0, 40))
def test_more_days_never_take_less(posology: Posology, days: int, more: int) -> None:
    known = {"weight_kg": Decimal(20), "strength_mg": Decimal(250)}
    units, later = units_for(posology, days, **known), units_for(posology, days + more, **known)
    assert (units is None) == (later is None)
    if units is not None and later is not None:
        assert 0 <= units <= later


@given(posologies(units=COUNTED), st.integers(0, 200))
def test_the_days_that_boxes_last_are_the_most_that_they_hold_for(posology, units):
    days = days_for(posology, units)
    assume(days is not None)
    taken = units_for(posology, days)
    assert taken is not None and taken <= units
    end = sum(step.days or 366 for step in posology.steps) if len(posology.steps) > 1 else 366
    if days < min(end, 366):
        assert units_for(posology, days + 1) > units


@pytest.mark.parametrize(
    ("typed", "units", "days"),
    [
        ("1 cp/j", 30, 30),
        ("1 cp matin et soir", 30, 15),
        ("1 cp 3x/j 7j", 30, 10),
        ("1 patch tous les 3 jours", 10, 30),
        ("2 cp/j", 1, 0),
        ("1 cp/j", 1000, 366),
        ("3 cp 3j, 2 cp 3j, 1 cp 3j", 30, 9),
    ],
)
def test_boxes_last_so_many_days(typed, units, days):
    assert days_for(posology(typed), units) == days


@given(st.decimals("0.25", "5000", places=2), st.integers(1, 500))
def test_boxes_hold_what_is_needed_and_the_last_one_is_begun(units, box_units):
    boxes = boxes_for(units, box_units)
    assert (boxes - 1) * box_units < units <= boxes * box_units


@pytest.mark.parametrize("box_units", [0, -1])
def test_a_box_without_anything_is_refused(box_units):
    with pytest.raises(ValueError, match="box"):
        boxes_for(Decimal(1), box_units)


@pytest.mark.parametrize(
    ("text", "milligrams"),
    [
        ("1 g", "1000"),
        ("500 mg", "500"),
        ("1 000 mg", "1000"),
        ("0,5 mg", "0.5"),
        ("1000 mg / un comprimé", "1000"),
        ("10,00 mg / une gélule", "10"),
        ("75 mg / un sachet-dose de 153,45 mg", "75"),
        ("100 microgrammes / une dose", "0.1"),
        ("75 µg", "0.075"),
        ("2,40 g / 100 ml", None),
        ("500 mg/5 ml", None),
        ("10 mg/ml", None),
        ("25 microgrammes/heure", None),
        ("1 g + 125 mg", None),
        ("1000 mg / un sachet-dose + 125,00 mg / un sachet-dose", None),
        ("500 mg/62,5 mg", None),
        ("100 UI", None),
        ("30 MU / une seringue", None),
        ("2 %", None),
        ("", None),
    ],
)
def test_the_strength_of_a_unit_is_a_mass_or_unknown(text, milligrams):
    assert strength_of(text) == (None if milligrams is None else Decimal(milligrams))
