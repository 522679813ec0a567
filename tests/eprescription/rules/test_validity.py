"""How long a prescription holds, and by which periods."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eprescription.rules import validity
from eprescription.rules.law import Rule, Weight
from tests.eprescription.rules.facts import DISPENSING, SIGNATURE, dispensed, signature
from tests.eprescription.rules.table import Table, truth_table, weights

TABLE: Table = [
    (validity.listed_medicines_last_at_most_twelve_months, signature(duration_days=365), True),
    (validity.listed_medicines_last_at_most_twelve_months, signature(duration_days=366), False),
    (
        validity.listed_medicines_last_at_most_twelve_months,
        signature(duration_days=30, renewals=11),
        True,
    ),
    (
        validity.listed_medicines_last_at_most_twelve_months,
        signature(list="II", duration_days=31, renewals=11),
        False,
    ),
    (
        validity.listed_medicines_last_at_most_twelve_months,
        signature(list="", duration_days=366),
        True,
    ),
    (
        validity.what_is_reimbursed_lasts_at_most_twelve_months,
        signature(list="", duration_days=365),
        True,
    ),
    (
        validity.what_is_reimbursed_lasts_at_most_twelve_months,
        signature(list="I", duration_days=366),
        True,
    ),
    (
        validity.what_is_reimbursed_lasts_at_most_twelve_months,
        signature(list="", duration_days=366, not_reimbursable=True),
        True,
    ),
    (
        validity.what_is_reimbursed_lasts_at_most_twelve_months,
        signature(kind="nursing", list="", duration_days=366),
        True,
    ),
    (
        validity.what_is_reimbursed_lasts_at_most_twelve_months,
        signature(list="", duration_days=366),
        False,
    ),
    (
        validity.what_is_reimbursed_lasts_at_most_twelve_months,
        signature(kind="device", list="", duration_days=92, renewals=3),
        False,
    ),
    (
        validity.renewals_go_by_periods_of_one_month,
        signature(duration_days=30, renewals=11),
        True,
    ),
    (validity.renewals_go_by_periods_of_one_month, signature(duration_days=31), False),
    (validity.renewals_go_by_periods_of_one_month, signature(duration_days=None), True),
    (
        validity.renewals_go_by_periods_of_one_month,
        signature(kind="device", duration_days=180),
        True,
    ),
    (validity.renewals_go_by_periods_of_one_month, signature(list="S", duration_days=31), True),
    (
        validity.renewals_go_by_periods_of_one_month,
        signature(atc="G03AA07", duration_days=84),
        True,
    ),
    (
        validity.renewals_go_by_periods_of_one_month,
        signature(atc="G03AA07", duration_days=93),
        False,
    ),
    (
        validity.renewals_go_by_periods_of_one_month,
        signature(duration_days=90, boxes_needed=1),
        True,
    ),
    (
        validity.renewals_go_by_periods_of_one_month,
        signature(duration_days=90, boxes_needed=3),
        False,
    ),
    (
        validity.renewals_go_by_periods_of_one_month,
        signature(duration_days=120, boxes_needed=1),
        False,
    ),
    (validity.first_dispensing_within_three_months, DISPENSING, True),
    (
        validity.first_dispensing_within_three_months,
        replace(DISPENSING, on=date(2027, 2, 24)),
        True,
    ),
    (
        validity.first_dispensing_within_three_months,
        replace(DISPENSING, on=date(2027, 2, 25)),
        False,
    ),
    (
        validity.first_dispensing_within_three_months,
        replace(DISPENSING, on=date(2027, 6, 1), first=False),
        True,
    ),
    (validity.nothing_is_dispensed_after_expiry, DISPENSING, True),
    (
        validity.nothing_is_dispensed_after_expiry,
        replace(DISPENSING, on=date(2027, 11, 24)),
        True,
    ),
    (
        validity.nothing_is_dispensed_after_expiry,
        replace(DISPENSING, on=date(2027, 11, 25)),
        False,
    ),
    (
        validity.nothing_is_dispensed_after_expiry,
        dispensed(date(2027, 11, 25), exceptional="chronic"),
        True,
    ),
    (
        validity.nothing_is_dispensed_after_expiry,
        dispensed(date(2027, 11, 25), quantity=0, refusal="declined"),
        True,
    ),
    (
        validity.first_dispensing_within_three_months,
        dispensed(date(2027, 2, 25), quantity=0, refusal="declined"),
        True,
    ),
]


@truth_table(TABLE)
def test_the_rule_says(law: Rule, facts: Any, passes: bool) -> None:
    assert (law(facts) == []) is passes


def test_twelve_months_are_366_days_over_a_leap_day() -> None:
    law = validity.listed_medicines_last_at_most_twelve_months
    leap = replace(signature(duration_days=366), on=date(2027, 11, 24))
    assert law(leap) == []


def test_periods_ask_for_a_reason_and_do_not_block() -> None:
    law = validity.renewals_go_by_periods_of_one_month
    assert weights(law, signature(duration_days=31)) == [Weight.WARNS]


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 1, 15), 3, date(2026, 4, 15)),
    ],
)
def test_months_end_on_the_same_day_or_the_last(day: date, months: int, expected: date) -> None:
    assert validity.months_after(day, months) == expected


@given(day=st.dates(date(2000, 1, 1), date(2090, 1, 1)), months=st.integers(0, 24))
def test_months_after_never_skips_a_month(day: date, months: int) -> None:
    later = validity.months_after(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day <= day.day


@given(duration=st.integers(1, 366), renewals=st.integers(0, 11), kind=st.sampled_from(["I", "II"]))
def test_a_listed_medicine_passes_exactly_within_its_year(
    duration: int, renewals: int, kind: str
) -> None:
    facts = signature(list=kind, duration_days=duration, renewals=renewals)
    found = validity.listed_medicines_last_at_most_twelve_months(facts)
    assert bool(found) is (duration * (renewals + 1) > validity.longest_days(SIGNATURE.on))
