"""What may still be given once a prescription has run out: a chronic treatment, an oral contraceptive."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from eprescription.rules import exceptions
from eprescription.rules.delivery_facts import DispensingFacts
from eprescription.rules.law import Rule
from tests.eprescription.rules.facts import DISPENSING, GIVEN, dispensed, dispensing
from tests.eprescription.rules.table import Table, said, truth_table

ENDED = date(
    2027, 2, 22
)  # three months of 30 days after the signature of the 24th of November 2026
NEXT_DAY = date(2027, 2, 23)
CHRONIC: dict[str, Any] = {
    "exceptional": "chronic",
    "remaining": 0,
    "duration_days": 30,
    "renewals": 2,
    "ended_on": ENDED,
    "next_from": ENDED,
}
PILL = CHRONIC | {"exceptional": "pill", "atc": "G03AA07", "cycles": 3, "quantity": 3}
YEAR = date(2027, 11, 24)


def chronic(on: date = NEXT_DAY, **line: Any) -> DispensingFacts:
    return dispensed(on, **CHRONIC | line)


def pill(on: date = NEXT_DAY, **line: Any) -> DispensingFacts:
    return dispensed(on, **PILL | line)


TABLE: Table = [
    (exceptions.exceptions_are_for_what_the_law_lets_go_on, DISPENSING, True),
    (exceptions.exceptions_are_for_what_the_law_lets_go_on, chronic(), True),
    (exceptions.exceptions_are_for_what_the_law_lets_go_on, pill(), True),
    (exceptions.exceptions_are_for_what_the_law_lets_go_on, chronic(renewals=0), False),
    (exceptions.exceptions_are_for_what_the_law_lets_go_on, chronic(renewals=1), False),
    (exceptions.exceptions_are_for_what_the_law_lets_go_on, chronic(list="S"), False),
    # Tramadol: secured and limited in time, as the drug base says
    (
        exceptions.exceptions_are_for_what_the_law_lets_go_on,
        chronic(secured=True, max_days=84),
        False,
    ),
    (exceptions.exceptions_are_for_what_the_law_lets_go_on, chronic(max_days=84), False),
    (exceptions.exceptions_are_for_what_the_law_lets_go_on, chronic(fraction_days=7), False),
    (exceptions.exceptions_are_for_what_the_law_lets_go_on, chronic(exceptional="pill"), False),
    (exceptions.exceptions_are_for_what_the_law_lets_go_on, pill(exceptional="chronic"), False),
    (exceptions.exceptions_come_after_the_end, DISPENSING, True),
    (exceptions.exceptions_come_after_the_end, chronic(), True),
    (exceptions.exceptions_come_after_the_end, chronic(remaining=1), False),
    (exceptions.exceptions_come_after_the_end, chronic(date(2027, 11, 25), remaining=1), True),
    (exceptions.exceptions_come_after_the_end, chronic(date(2027, 2, 21)), False),
    (exceptions.exceptions_come_after_the_end, chronic(ENDED), True),
    (exceptions.chronic_treatments_go_on_for_three_months, DISPENSING, True),
    (exceptions.chronic_treatments_go_on_for_three_months, chronic(extra=2), True),
    (exceptions.chronic_treatments_go_on_for_three_months, chronic(extra=3), False),
    (exceptions.chronic_treatments_go_on_for_three_months, chronic(quantity=2), False),
    (exceptions.chronic_treatments_go_on_for_three_months, chronic(date(2027, 5, 22)), True),
    (exceptions.chronic_treatments_go_on_for_three_months, chronic(date(2027, 5, 23)), False),
    (
        exceptions.chronic_treatments_go_on_for_three_months,
        chronic(date(2028, 2, 25), ended_on=None),
        False,
    ),
    (exceptions.chronic_treatments_go_on_for_three_months, pill(extra=3), True),
    (exceptions.pills_go_on_for_six_months, DISPENSING, True),
    (exceptions.pills_go_on_for_six_months, pill(), True),
    (exceptions.pills_go_on_for_six_months, pill(cycles=4), False),
    (exceptions.pills_go_on_for_six_months, pill(extra_cycles=3), True),
    (exceptions.pills_go_on_for_six_months, pill(extra_cycles=4), False),
    (exceptions.pills_go_on_for_six_months, pill(YEAR), True),
    (exceptions.pills_go_on_for_six_months, pill(date(2027, 11, 25)), False),
    (exceptions.pills_go_on_for_six_months, chronic(cycles=4), True),
    (exceptions.exceptions_keep_the_first_posology, chronic(), True),
    (exceptions.exceptions_keep_the_first_posology, chronic(posology_changed=True), False),
    (exceptions.exceptions_keep_the_first_posology, dispensing(posology_changed=True), True),
    (
        exceptions.exceptions_keep_the_first_posology,
        chronic(given=replace(GIVEN, same_product=False, link="G")),
        True,
    ),
    (
        exceptions.exceptions_keep_the_first_posology,
        chronic(given=replace(GIVEN, same_product=False)),
        False,
    ),
    (exceptions.exceptions_bear_their_mention, DISPENSING, True),
    (exceptions.exceptions_bear_their_mention, chronic(quantity=0), True),
    (exceptions.exceptions_bear_their_mention, chronic(), False),
    (exceptions.exceptions_bear_their_mention, pill(), False),
]


@truth_table(TABLE)
def test_the_rule_says(law: Rule, facts: Any, passes: bool) -> None:
    assert (law(facts) == []) is passes


@pytest.mark.parametrize(
    ("facts", "words"),
    [(chronic(), "délivrance exceptionnelle"), (pill(), "dispensation supplémentaire")],
)
def test_each_exception_bears_the_mention_of_its_text(facts: DispensingFacts, words: str) -> None:
    assert words in said(exceptions.exceptions_bear_their_mention, facts)
