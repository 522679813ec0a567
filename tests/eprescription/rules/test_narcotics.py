"""Narcotics and assimilated: words, fractions, overlap, the pharmacy."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from eprescription.rules import narcotics
from eprescription.rules.law import Rule, Weight
from tests.eprescription.rules.facts import SIGNATURE, TODAY, signature
from tests.eprescription.rules.table import Table, said, truth_table, weights

IN_FULL = ("liste I", "prescription en toutes lettres sur ordonnance sécurisée")
SECURED = ("liste I", "prescription sur ordonnance sécurisée")
NAMED = replace(signature(atc="N07BC01"), pharmacy_named="Pharmacie de la Gare")
ON_PAPER = replace(signature(list="S"), on_paper="teleservice")
TABLE: Table = [
    (
        narcotics.narcotics_state_their_duration_and_are_not_renewed,
        signature(list="S", duration_days=28),
        True,
    ),
    (
        narcotics.narcotics_state_their_duration_and_are_not_renewed,
        signature(list="I", duration_days=None, renewals=3),
        True,
    ),
    (
        narcotics.narcotics_state_their_duration_and_are_not_renewed,
        signature(list="S", renewals=1),
        False,
    ),
    (
        narcotics.narcotics_state_their_duration_and_are_not_renewed,
        signature(list="S", duration_days=None),
        False,
    ),
    (narcotics.fractions_are_known, signature(), True),
    (narcotics.fractions_are_known, signature(fraction_days=7, duration_days=7), True),
    (narcotics.fractions_are_known, signature(fraction_days=7, duration_days=None), True),
    (narcotics.fractions_are_known, signature(fraction_days=7, duration_days=14), False),
    (
        narcotics.fractions_are_known,
        signature(fraction_days=7, duration_days=14, single_delivery=True),
        True,
    ),
    (narcotics.narcotics_are_written_in_full, signature(list="S"), False),
    (narcotics.narcotics_are_written_in_full, signature(list="S", in_full="deux gélules"), True),
    (narcotics.narcotics_are_written_in_full, signature(list="S", in_full="  "), False),
    (narcotics.narcotics_are_written_in_full, signature(conditions=IN_FULL), False),
    (narcotics.narcotics_are_written_in_full, signature(conditions=SECURED, secured=True), True),
    (narcotics.narcotics_on_paper_stand_on_secured_paper, signature(list="S"), True),
    (narcotics.narcotics_on_paper_stand_on_secured_paper, ON_PAPER, False),
    (
        narcotics.narcotics_on_paper_stand_on_secured_paper,
        replace(ON_PAPER, secured_paper=True),
        True,
    ),
    (narcotics.secured_prescriptions_are_electronic, SIGNATURE, True),
    (narcotics.secured_prescriptions_are_electronic, signature(secured=True), False),
    (narcotics.secured_prescriptions_are_electronic, signature(list="S"), False),
    (narcotics.overlapping_narcotics_say_so, signature(list="S"), True),
    (
        narcotics.overlapping_narcotics_say_so,
        signature(list="S", covered_until=date(2026, 11, 23)),
        True,
    ),
    (narcotics.overlapping_narcotics_say_so, signature(list="S", covered_until=TODAY), False),
    (
        narcotics.overlapping_narcotics_say_so,
        signature(list="S", covered_until=date(2026, 12, 2), overlap="chevauchement : voyage"),
        True,
    ),
    (
        narcotics.overlapping_narcotics_say_so,
        signature(list="S", covered_until=date(2026, 12, 2), overlap=" "),
        False,
    ),
    (narcotics.substitution_treatments_name_their_pharmacy, SIGNATURE, True),
    (narcotics.substitution_treatments_name_their_pharmacy, NAMED, True),
    (narcotics.substitution_treatments_name_their_pharmacy, signature(atc="N07BC51"), False),
    (narcotics.substitution_treatments_name_their_pharmacy, signature(atc="N07BA01"), True),
]


@truth_table(TABLE)
def test_the_rule_says(law: Rule, facts: Any, passes: bool) -> None:
    assert (law(facts) == []) is passes


def test_a_posology_that_was_not_understood_is_met_with_an_example() -> None:
    law = narcotics.narcotics_are_written_in_full
    assert "« 1 comprimé matin et soir »" in said(law, signature(list="S"))
    assert [b.field for b in law(signature(list="S"))] == ["posology"]


def test_the_overlap_says_until_when() -> None:
    covered = signature(list="S", covered_until=date(2026, 12, 2))
    assert "02/12/2026" in said(narcotics.overlapping_narcotics_say_so, covered)


@pytest.mark.parametrize(
    ("law", "facts", "weight"),
    [
        (narcotics.fractions_are_known, signature(fraction_days=7, duration_days=28), "informs"),
        (narcotics.secured_prescriptions_are_electronic, signature(list="S"), "informs"),
        (narcotics.overlapping_narcotics_say_so, signature(covered_until=TODAY), "blocks"),
        (narcotics.narcotics_are_written_in_full, signature(list="S"), "blocks"),
    ],
    ids=lambda x: getattr(x, "name", None),
)
def test_what_it_weighs(law: Rule, facts: Any, weight: str) -> None:
    assert weights(law, facts) == [Weight(weight)]


def test_a_narcotic_with_two_faults_is_told_both() -> None:
    law = narcotics.narcotics_state_their_duration_and_are_not_renewed
    found = law(signature(list="S", duration_days=None, renewals=1))
    assert [b.field for b in found] == ["duration", "renewals"]
    assert len({b.key for b in found}) == 2
