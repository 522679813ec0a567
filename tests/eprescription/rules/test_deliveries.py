"""How much one delivery hands over, when the next one may be, what is said of what is not given."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from eprescription.rules import deliveries
from eprescription.rules.law import Rule, Weight
from tests.eprescription.rules.facts import (
    AGREED,
    DISPENSING,
    GIVEN,
    dispensed,
    dispensing,
    giving,
)
from tests.eprescription.rules.table import Table, said, truth_table, weights

THIRTY = replace(GIVEN, days_without_last=30)
QUARTER = replace(GIVEN, quarter_pack="90 comprimés")
LOST = (datetime(2026, 1, 5, 2, 0), datetime(2026, 1, 5, 9, 30))
CHRONIC = {"duration_days": 30, "renewals": 2}
TABLE: Table = [
    (deliveries.never_more_than_prescribed, dispensing(quantity=2), True),
    (deliveries.never_more_than_prescribed, dispensing(quantity=3), False),
    (deliveries.never_more_than_prescribed, dispensing(quantity=3, exceptional="chronic"), True),
    (deliveries.what_a_failure_lost_is_asked_for, DISPENSING, True),
    (deliveries.what_a_failure_lost_is_asked_for, replace(DISPENSING, lost=LOST), False),
    (
        deliveries.what_a_failure_lost_is_asked_for,
        replace(dispensing(quantity=0), lost=LOST),
        True,
    ),
    (deliveries.one_delivery_covers_one_month, DISPENSING, True),
    (deliveries.one_delivery_covers_one_month, giving(days_without_last=29), True),
    (deliveries.one_delivery_covers_one_month, giving(days_without_last=30), False),
    (deliveries.one_delivery_covers_one_month, dispensing(list="", given=THIRTY), False),
    (deliveries.one_delivery_covers_one_month, dispensing(list="S", given=THIRTY), True),
    (
        deliveries.one_delivery_covers_one_month,
        dispensing(exceptional="pill", given=THIRTY),
        True,
    ),
    (deliveries.one_delivery_covers_one_month, dispensing(kind="device", given=THIRTY), True),
    (deliveries.one_delivery_covers_one_month, dispensing(quantity=0, given=THIRTY), True),
    (
        deliveries.one_delivery_covers_one_month,
        dispensing(atc="G03AA07", given=replace(GIVEN, days_without_last=56)),
        True,
    ),
    (
        deliveries.one_delivery_covers_one_month,
        dispensing(atc="G03AA07", given=replace(GIVEN, days_without_last=84)),
        False,
    ),
    (deliveries.quarterly_packs_are_given, dispensing(**CHRONIC), True),
    (deliveries.quarterly_packs_are_given, dispensing(given=QUARTER), True),
    (deliveries.quarterly_packs_are_given, dispensing(given=QUARTER, **CHRONIC), False),
    (
        deliveries.quarterly_packs_are_given,
        dispensing(given=QUARTER, next_from=date(2026, 11, 24), **CHRONIC),
        False,
    ),
    (
        deliveries.quarterly_packs_are_given,
        dispensing(given=QUARTER, exceptional="chronic", **CHRONIC),
        True,
    ),
    (deliveries.renewals_wait_for_their_day, DISPENSING, True),
    (deliveries.renewals_wait_for_their_day, dispensing(next_from=date(2026, 11, 24)), True),
    (deliveries.renewals_wait_for_their_day, dispensing(next_from=date(2026, 11, 25)), False),
    (
        deliveries.renewals_wait_for_their_day,
        dispensing(next_from=date(2026, 11, 25), quantity=0),
        True,
    ),
    (
        deliveries.renewals_wait_for_their_day,
        dispensing(next_from=date(2026, 11, 25), begun=True),
        True,
    ),
    (
        deliveries.renewals_wait_for_their_day,
        dispensing(next_from=date(2026, 11, 25), begun=True, quantity=2),
        False,
    ),
    (
        deliveries.renewals_wait_for_their_day,
        dispensing(next_from=date(2026, 11, 25), exceptional="chronic"),
        True,
    ),
    (deliveries.what_is_not_said_was_agreed, DISPENSING, True),
    (deliveries.what_is_not_said_was_agreed, dispensing(posology=" "), False),
    (deliveries.what_is_not_said_was_agreed, dispensing(posology="", agreed=AGREED), True),
    (deliveries.what_is_not_said_was_agreed, dispensing(posology="", list=""), True),
    (
        deliveries.what_is_not_said_was_agreed,
        dispensing(posology="", list="", given=replace(GIVEN, smallest_pack=False)),
        False,
    ),
    (
        deliveries.what_is_not_said_was_agreed,
        dispensing(posology="", list="", given=replace(GIVEN, boxes=2)),
        False,
    ),
    (deliveries.what_is_not_said_was_agreed, dispensing(duration_days=None), True),
    (
        deliveries.what_is_not_said_was_agreed,
        dispensing(duration_days=None, prescribed=None),
        False,
    ),
    (deliveries.what_is_not_said_was_agreed, dispensing(kind="device", posology=""), True),
    (deliveries.what_is_not_dispensed_has_its_reason, DISPENSING, True),
    (deliveries.what_is_not_dispensed_has_its_reason, dispensing(quantity=0), False),
    (
        deliveries.what_is_not_dispensed_has_its_reason,
        dispensing(quantity=0, refusal="shortage"),
        True,
    ),
    (deliveries.what_is_not_dispensed_has_its_reason, dispensing(quantity=0, expected=0), True),
    (deliveries.something_is_decided, DISPENSING, True),
    (deliveries.something_is_decided, replace(DISPENSING, lines=()), False),
    (deliveries.refusals_for_health_are_told, dispensing(quantity=0, refusal="declined"), True),
    (deliveries.refusals_for_health_are_told, dispensing(quantity=0, refusal="unsafe"), False),
]


@truth_table(TABLE)
def test_the_rule_says(law: Rule, facts: Any, passes: bool) -> None:
    assert (law(facts) == []) is passes


def test_a_month_binds_what_is_listed_and_asks_a_reason_of_the_rest() -> None:
    law = deliveries.one_delivery_covers_one_month
    assert weights(law, dispensing(list="II", given=THIRTY)) == [Weight.BLOCKS]
    assert weights(law, dispensing(list="", given=THIRTY)) == [Weight.WARNS]


def test_a_pack_of_three_months_is_proposed_first_then_asked_for() -> None:
    law = deliveries.quarterly_packs_are_given
    first = dispensing(given=QUARTER, **CHRONIC)
    later = dispensing(given=QUARTER, next_from=date(2026, 11, 24), **CHRONIC)
    assert weights(law, first) == [Weight.INFORMS]
    assert weights(law, later) == [Weight.WARNS]
    assert "90 comprimés" in said(law, first)


def test_a_renewal_that_is_too_early_says_until_when() -> None:
    facts = dispensed(date(2026, 12, 4), next_from=date(2026, 12, 24))
    assert "24/12/2026" in said(deliveries.renewals_wait_for_their_day, facts)
    assert weights(deliveries.renewals_wait_for_their_day, facts) == [Weight.WARNS]


def test_what_a_failure_lost_asks_a_reason_and_says_between_which_moments() -> None:
    [breach] = deliveries.what_a_failure_lost_is_asked_for(replace(DISPENSING, lost=LOST))
    assert breach.weight is Weight.WARNS and breach.field == "reason"
    assert "05/01/2026 02:00" in breach.text.fr and "05/01/2026 09:30" in breach.text.fr
