"""What one delivery hands over and when: periods, fractions, the three days of narcotics."""

import math
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eprescription.rules import schedule
from eprescription.rules.schedule import Due, Handed, Plan, by_fractions, by_periods, used_up_on

SIGNED = date(2026, 11, 2)


def day(number: int) -> date:
    """So many days after the signature."""
    return SIGNED + timedelta(days=number)


def morphine(*, days: int = 28, fraction: int = 28, a_day: int = 2) -> Plan:
    """Capsules of morphine, so many a day."""
    return Plan(days * a_day, days, fraction, SIGNED, lambda first: Decimal(first * a_day))


# --- Periods


@pytest.mark.parametrize(("left", "expected"), [(6, 2), (5, 1), (4, 2), (1, 1), (0, 0)])
def test_a_period_or_the_rest_of_the_one_begun_is_due(left: int, expected: int) -> None:
    assert by_periods(left=left, period=2, step=2, handed=[], on=SIGNED).quantity == expected


@pytest.mark.parametrize(("left", "expected"), [(6, 2), (4, 1), (3, 2), (5, 1)])
def test_a_long_period_is_handed_over_by_steps(left: int, expected: int) -> None:
    assert by_periods(left=left, period=3, step=2, handed=[], on=SIGNED).quantity == expected


@given(
    period=st.integers(1, 12), renewals=st.integers(0, 11), step=st.integers(1, 12), data=st.data()
)
def test_steps_end_with_each_period_and_give_all_of_it(
    period: int, renewals: int, step: int, data: st.DataObject
) -> None:
    step, left = min(step, period), period * (renewals + 1)
    for _delivery in range(left):
        due = by_periods(left=left, period=period, step=step, handed=[], on=SIGNED).quantity
        assert 1 <= due <= step
        assert left // period >= (left - due) // period
        left -= data.draw(st.integers(1, due))
        if not left:
            break
    assert left == 0


def test_a_renewal_is_early_until_what_was_given_is_used_up() -> None:
    handed = [Handed(day(0), 1, days=30)]
    early = by_periods(left=2, period=1, step=1, handed=handed, on=day(29), days=30)
    assert (early.why, early.next_from, early.expected) == (schedule.EARLY, day(30), 0)
    later = by_periods(left=2, period=1, step=1, handed=handed, on=day(30), days=30)
    assert (later.why, later.expected, later.until) == ("", 1, day(59))


def test_the_rest_of_a_delivery_waits_for_nobody() -> None:
    due = by_periods(left=3, period=2, step=2, handed=[Handed(day(0), 1, days=15)], on=day(1))
    assert (due.quantity, due.why, due.expected) == (1, schedule.REST, 1)


def test_what_is_fetched_early_is_used_after_the_rest() -> None:
    handed = [Handed(day(0), 1, days=30), Handed(day(20), 1, days=30)]
    assert used_up_on(handed) == day(60)


def test_what_is_fetched_late_begins_on_its_day() -> None:
    handed = [Handed(day(0), 1, days=30), Handed(day(40), 1, days=30)]
    assert used_up_on(handed) == day(70)


def test_nobody_knows_how_long_an_untold_posology_lasts() -> None:
    assert used_up_on([Handed(day(0), 1, days=30), Handed(day(30), 1)]) is None
    assert used_up_on([Handed(day(0), 0, days=None)]) is None


# --- Narcotics, in one delivery


@pytest.mark.parametrize("presented", [0, 1, 2, 3])
def test_a_narcotic_presented_within_three_days_is_given_whole(presented: int) -> None:
    due = by_fractions(morphine(), [], on=day(presented))
    assert (due.quantity, due.lost, due.until) == (56, 0, day(presented + 27))


@pytest.mark.parametrize(("presented", "left"), [(4, 24), (5, 23), (10, 18), (27, 1)])
def test_later_it_is_given_for_the_days_that_are_left(presented: int, left: int) -> None:
    due = by_fractions(morphine(), [], on=day(presented))
    assert (due.quantity, due.lost, due.why) == (2 * left, 56 - 2 * left, schedule.LATE)
    assert due.until == day(27)


@pytest.mark.parametrize("presented", [28, 29, 400])
def test_once_its_days_are_over_nothing_is_given(presented: int) -> None:
    due = by_fractions(morphine(), [], on=day(presented))
    assert (due.quantity, due.lost, due.why) == (0, 56, schedule.OVER)


def test_the_rest_of_a_delivery_covers_no_more_than_its_days() -> None:
    handed = [Handed(day(0), 50)]
    assert by_fractions(morphine(), handed, on=day(1)).quantity == 6
    last = by_fractions(morphine(), handed, on=day(26))
    assert (last.quantity, last.lost) == (4, 2)
    assert by_fractions(morphine(), handed, on=day(28)).why == schedule.OVER


def test_all_given_leaves_nothing() -> None:
    due = by_fractions(morphine(), [Handed(day(5), 46, lost=10)], on=day(6))
    assert (due.quantity, due.lost, due.next_from) == (0, 0, day(28))


# --- Narcotics, by fractions


def weekly() -> Plan:
    return morphine(fraction=7)


def test_each_fraction_is_given_in_its_turn() -> None:
    first = by_fractions(weekly(), [], on=day(2))
    assert (first.quantity, first.why, first.until) == (14, schedule.FRACTION, day(8))
    second = by_fractions(weekly(), [Handed(day(2), 14)], on=day(9))
    assert (second.quantity, second.lost, second.next_from) == (14, 0, day(9))


def test_a_fraction_before_the_end_of_the_last_one_is_early() -> None:
    due = by_fractions(weekly(), [Handed(day(0), 14)], on=day(6))
    assert (due.quantity, due.why, due.next_from, due.expected) == (14, "early", day(7), 0)


@pytest.mark.parametrize(("presented", "days"), [(10, 7), (11, 3), (13, 1)])
def test_a_fraction_more_than_three_days_late_loses_its_days(presented: int, days: int) -> None:
    due = by_fractions(weekly(), [Handed(day(0), 14)], on=day(presented))
    assert (due.quantity, due.lost) == (2 * days, 14 - 2 * days)


def test_a_fraction_that_is_over_gives_way_to_the_next_one() -> None:
    due = by_fractions(weekly(), [Handed(day(0), 14)], on=day(15))
    assert (due.quantity, due.lost, due.until) == (14, 14, day(21))


def test_what_was_lost_stays_lost_at_the_next_fraction() -> None:
    handed = [Handed(day(0), 14), Handed(day(11), 6, lost=8)]
    due = by_fractions(weekly(), handed, on=day(14))
    assert (due.quantity, due.lost, due.next_from) == (14, 0, day(14))


def test_half_units_are_counted_for_the_days_that_are_left() -> None:
    half = Plan(14, 28, 28, SIGNED, lambda first: Decimal(first) / 2)
    due = by_fractions(half, [], on=day(5))
    assert (due.quantity, due.lost) == (12, 2)


@given(
    days=st.integers(1, 28),
    fraction=st.integers(1, 28),
    tenths=st.integers(1, 80),
    visits=st.lists(st.tuples(st.integers(0, 9), st.integers(1, 100)), max_size=12),
)
def test_whatever_the_visits_no_more_than_prescribed_and_no_more_than_its_days(
    days: int, fraction: int, tenths: int, visits: list[tuple[int, int]]
) -> None:
    """Each visit comes so many days after the one before and fetches that share (in %) of what is due."""
    a_day = Decimal(tenths) / 10
    total = math.ceil(a_day * days)
    plan = Plan(total, days, min(fraction, days), SIGNED, lambda first: a_day * first)
    handed: list[Handed] = []
    used, on = 0, SIGNED
    for wait, share in visits:
        on += timedelta(days=wait)
        due = by_fractions(plan, handed, on=on)
        assert due.quantity >= 0 and due.lost >= 0
        assert used + due.quantity + due.lost <= total
        assert due.quantity <= math.ceil(a_day * plan.fraction)
        taken = math.ceil(due.quantity * share / 100)
        if taken:
            handed.append(Handed(on, taken, lost=due.lost))
            used += taken + due.lost
    assert used <= total


@given(days=st.integers(2, 28), a_day=st.integers(1, 12))
def test_waiting_never_gives_more(days: int, a_day: int) -> None:
    plan = morphine(days=days, fraction=days, a_day=a_day)
    given_on = [by_fractions(plan, [], on=day(n)).quantity for n in range(days + 5)]
    assert all(sooner >= later for sooner, later in pairwise(given_on))
    assert given_on[:3] == [days * a_day] * 3 and given_on[-1] == 0


def test_what_is_by_exception_or_too_early_is_not_expected() -> None:
    assert Due(2).expected == 2
    assert Due(2, why=schedule.EARLY).expected == 0
    assert Due(2, exceptional="chronic").expected == 0
