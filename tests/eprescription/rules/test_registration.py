"""What a delivery leaves behind: its day and number, the box that was read, the file that it feeds."""

from dataclasses import replace
from datetime import date
from typing import Any

from eprescription.rules import registration
from eprescription.rules.law import Rule
from tests.eprescription.rules.facts import DISPENSING, GIVEN, TODAY, dispensing, giving
from tests.eprescription.rules.table import Table, said, truth_table

NOTHING = dispensing(quantity=0, refusal="later")
SEEN = replace(GIVEN, serial_seen="S1")
TABLE: Table = [
    (registration.deliveries_follow_the_signature, DISPENSING, True),
    (
        registration.deliveries_follow_the_signature,
        replace(DISPENSING, on=date(2026, 11, 23)),
        False,
    ),
    (registration.listed_deliveries_are_numbered, dispensing(list=""), True),
    (registration.listed_deliveries_are_numbered, NOTHING, True),
    (registration.listed_deliveries_are_numbered, dispensing(list="I"), False),
    (registration.listed_deliveries_are_numbered, dispensing(list="II"), False),
    (registration.listed_deliveries_are_numbered, dispensing(list="S"), False),
    (registration.a_box_is_given_once, DISPENSING, True),
    (registration.a_box_is_given_once, dispensing(given=SEEN), False),
    (registration.a_box_is_given_once, dispensing(given=SEEN, by_unit=True), True),
    (registration.no_box_has_expired, DISPENSING, True),
    (registration.no_box_has_expired, giving(expiry=TODAY), True),
    (registration.no_box_has_expired, giving(expiry=date(2026, 11, 23)), False),
    (registration.the_box_is_of_the_product, DISPENSING, True),
    (registration.the_box_is_of_the_product, giving(unknown_box=True), False),
    (registration.the_pharmaceutical_file_is_fed_unless_opposed, NOTHING, True),
    (registration.the_pharmaceutical_file_is_fed_unless_opposed, dispensing(kind="device"), True),
    (registration.the_pharmaceutical_file_is_fed_unless_opposed, DISPENSING, False),
    (
        registration.the_pharmaceutical_file_is_fed_unless_opposed,
        replace(DISPENSING, anonymous=True),
        False,
    ),
]


@truth_table(TABLE)
def test_the_rule_says(law: Rule, facts: Any, passes: bool) -> None:
    assert (law(facts) == []) is passes


def test_what_is_anonymous_never_feeds_the_file() -> None:
    law = registration.the_pharmaceutical_file_is_fed_unless_opposed
    assert "n'alimentez pas" in said(law, replace(DISPENSING, anonymous=True))
    assert "sauf opposition" in said(law, DISPENSING)
