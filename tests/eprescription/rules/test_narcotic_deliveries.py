"""Narcotics at the counter: the days that are left of them, their fractions, and who fetches them."""

from dataclasses import replace
from datetime import date
from typing import Any

from eprescription.rules import narcotic_deliveries as narcotics
from eprescription.rules.law import Rule
from tests.eprescription.rules.facts import AGREED, TODAY, dispensing
from tests.eprescription.rules.table import Table, said, truth_table

MORPHINE: dict[str, Any] = {
    "list": "S",
    "quantity": 46,
    "due": 46,
    "remaining": 56,
    "by_unit": True,
}
LATE = MORPHINE | {"lost": 10}
FRACTION = MORPHINE | {"fraction_days": 7, "due": 14, "quantity": 14}
COVERED = MORPHINE | {"covered_until": TODAY}
AT_THE_DESK = dispensing(**MORPHINE)
NEIGHBOUR = {"bearer": "Paule Dumas", "bearer_address": "3 rue des Lilas, Toulouse"}
TABLE: Table = [
    (narcotics.late_narcotics_cover_what_is_left, dispensing(**LATE), True),
    (narcotics.late_narcotics_cover_what_is_left, dispensing(**LATE | {"quantity": 47}), False),
    (narcotics.late_narcotics_cover_what_is_left, dispensing(**MORPHINE | {"quantity": 47}), True),
    (
        narcotics.late_narcotics_cover_what_is_left,
        dispensing(**LATE | {"list": "I", "quantity": 47}),
        True,
    ),
    (narcotics.fractions_are_kept, dispensing(**FRACTION), True),
    (narcotics.fractions_are_kept, dispensing(**FRACTION | {"quantity": 15}), False),
    (narcotics.fractions_are_kept, dispensing(**FRACTION | {"list": "I", "quantity": 15}), False),
    (narcotics.fractions_are_kept, dispensing(**MORPHINE | {"quantity": 47}), True),
    (
        narcotics.fractions_are_kept,
        dispensing(**FRACTION | {"quantity": 15, "single_delivery": True}),
        True,
    ),
    (narcotics.overlapping_narcotics_bear_their_mention, AT_THE_DESK, True),
    (narcotics.overlapping_narcotics_bear_their_mention, dispensing(**COVERED), False),
    (
        narcotics.overlapping_narcotics_bear_their_mention,
        dispensing(**COVERED | {"covered_until": date(2026, 11, 23)}),
        True,
    ),
    (
        narcotics.overlapping_narcotics_bear_their_mention,
        dispensing(**COVERED | {"overlap": "Dose augmentée"}),
        True,
    ),
    (
        narcotics.overlapping_narcotics_bear_their_mention,
        dispensing(**COVERED | {"agreed": AGREED}),
        True,
    ),
    (
        narcotics.overlapping_narcotics_bear_their_mention,
        dispensing(**COVERED | {"list": "I"}),
        True,
    ),
    (
        narcotics.overlapping_narcotics_bear_their_mention,
        dispensing(**COVERED | {"quantity": 0}),
        True,
    ),
    (narcotics.who_fetches_narcotics_is_recorded, AT_THE_DESK, True),
    (narcotics.who_fetches_narcotics_is_recorded, replace(AT_THE_DESK, **NEIGHBOUR), True),
    (
        narcotics.who_fetches_narcotics_is_recorded,
        replace(AT_THE_DESK, bearer="Paule Dumas"),
        False,
    ),
    (
        narcotics.who_fetches_narcotics_is_recorded,
        replace(AT_THE_DESK, bearer_address="3 rue des Lilas"),
        False,
    ),
    (
        narcotics.who_fetches_narcotics_is_recorded,
        replace(dispensing(), bearer="Paule Dumas"),
        True,
    ),
    (narcotics.identity_is_checked_for_narcotics, dispensing(), True),
    (narcotics.identity_is_checked_for_narcotics, AT_THE_DESK, False),
    (
        narcotics.identity_is_checked_for_narcotics,
        replace(AT_THE_DESK, identity_checked=True),
        True,
    ),
]


@truth_table(TABLE)
def test_the_rule_says(law: Rule, facts: Any, passes: bool) -> None:
    assert (law(facts) == []) is passes


def test_a_late_narcotic_says_how_much_may_be_given() -> None:
    facts = dispensing(**LATE | {"quantity": 56})
    assert "46 au plus" in said(narcotics.late_narcotics_cover_what_is_left, facts)
