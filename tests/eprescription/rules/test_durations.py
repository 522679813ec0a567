"""How long a medicine may be prescribed: the narrowest limit speaks, once."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eprescription import rules
from eprescription.rules import durations
from eprescription.rules.law import Rule, breaches
from tests.eprescription.rules.facts import TODAY, signature
from tests.eprescription.rules.table import Table, said, truth_table

TABLE: Table = [
    (durations.narcotics_last_at_most_28_days, signature(list="S", duration_days=28), True),
    (durations.narcotics_last_at_most_28_days, signature(list="S", duration_days=29), False),
    (durations.narcotics_last_at_most_28_days, signature(list="I", duration_days=90), True),
    (
        durations.narcotics_last_at_most_28_days,
        signature(list="S", duration_days=14, renewals=2),
        False,
    ),
    (
        durations.narcotics_last_at_most_28_days,
        signature(list="S", duration_days=15, max_days=14),
        False,
    ),
    (
        durations.narcotics_last_at_most_28_days,
        signature(list="S", duration_days=8, max_days=7, max_days_extended=28),
        False,
    ),
    (
        durations.narcotics_last_at_most_28_days,
        signature(list="S", duration_days=28, max_days=7, max_days_extended=28, by_pump=True),
        True,
    ),
    (
        durations.narcotics_last_at_most_28_days,
        signature(list="S", duration_days=29, max_days=7, max_days_extended=28, by_pump=True),
        False,
    ),
    (
        durations.narcotics_last_at_most_28_days,
        signature(list="S", duration_days=8, max_days=7, by_pump=True),
        False,
    ),
    (
        durations.narcotics_last_at_most_28_days,
        signature(list="S", duration_days=29, max_days=84),
        False,
    ),
    (
        durations.hypnotics_last_at_most_four_weeks,
        signature(atc="N05CF02", duration_days=28),
        True,
    ),
    (
        durations.hypnotics_last_at_most_four_weeks,
        signature(atc="N05CF02", duration_days=42),
        False,
    ),
    (
        durations.hypnotics_last_at_most_four_weeks,
        signature(atc="N05CF02", duration_days=29),
        False,
    ),
    (
        durations.hypnotics_last_at_most_four_weeks,
        signature(atc="N05CF02", duration_days=14, renewals=2),
        False,
    ),
    (
        durations.hypnotics_last_at_most_four_weeks,
        signature(atc="N05CH01", list="II", duration_days=91),
        True,
    ),
    (
        durations.hypnotics_last_at_most_four_weeks,
        signature(atc="N05CD03", duration_days=15, max_days=14),
        False,
    ),
    (
        durations.anxiolytics_last_at_most_twelve_weeks,
        signature(atc="N05BA12", duration_days=28, renewals=2),
        True,
    ),
    (
        durations.anxiolytics_last_at_most_twelve_weeks,
        signature(atc="N05BA12", duration_days=112),
        False,
    ),
    (
        durations.anxiolytics_last_at_most_twelve_weeks,
        signature(atc="N05BA12", duration_days=85),
        False,
    ),
    (
        durations.anxiolytics_last_at_most_twelve_weeks,
        signature(atc="N05BA05", duration_days=29, max_days=28),
        False,
    ),
    (
        durations.anxiolytics_last_at_most_twelve_weeks,
        signature(atc="N05CF02", duration_days=112),
        True,
    ),
    (
        durations.durations_keep_within_the_conditions_of_the_medicine,
        signature(max_days=28, duration_days=28),
        True,
    ),
    (
        durations.durations_keep_within_the_conditions_of_the_medicine,
        signature(max_days=None, duration_days=300),
        True,
    ),
    (
        durations.durations_keep_within_the_conditions_of_the_medicine,
        signature(max_days=84, duration_days=28, renewals=3),
        False,
    ),
    (
        durations.durations_keep_within_the_conditions_of_the_medicine,
        signature(max_days=184, duration_days=30, renewals=5),
        True,
    ),
    *[
        (
            durations.durations_keep_within_the_conditions_of_the_medicine,
            signature(max_days=28, duration_days=56, **told_elsewhere),
            True,
        )
        for told_elsewhere in ({"list": "S"}, {"atc": "N05CF02"}, {"atc": "N05BA12"})
    ],
    *[
        (
            durations.limited_medicines_state_their_duration,
            signature(duration_days=None, **limited),
            False,
        )
        for limited in ({"max_days": 84}, {"atc": "N05CF02"}, {"atc": "N05BA12"})
    ],
    (durations.limited_medicines_state_their_duration, signature(duration_days=None), True),
    (durations.limited_medicines_state_their_duration, signature(max_days=84), True),
    (
        durations.limited_medicines_state_their_duration,
        signature(list="S", max_days=28, duration_days=None),
        True,
    ),
]


@truth_table(TABLE)
def test_the_rule_says(law: Rule, facts: Any, passes: bool) -> None:
    assert (law(facts) == []) is passes


def test_the_limit_of_the_medicine_is_the_one_that_is_told() -> None:
    short = signature(list="S", duration_days=20, max_days=14)
    assert "14 jours" in said(durations.narcotics_last_at_most_28_days, short)


def test_injected_morphine_is_told_of_the_pump() -> None:
    bare = signature(list="S", duration_days=28, max_days=7, max_days_extended=28)
    told = said(durations.narcotics_last_at_most_28_days, bare)
    assert "7 jours au plus" in told
    assert "pompe active, 28 jours" in told


@pytest.mark.parametrize(
    "line",
    [
        {"duration_days": 29, "max_days": 28},
        {"duration_days": 29, "max_days": 7, "max_days_extended": 28, "by_pump": True},
    ],
    ids=["no pump for this medicine", "the pump is said already"],
)
def test_the_pump_is_told_only_where_it_would_help(line: dict[str, Any]) -> None:
    told = said(durations.narcotics_last_at_most_28_days, signature(list="S", **line))
    assert told == "Ce stupéfiant se prescrit pour 28 jours au plus."


LIMITS = (
    durations.narcotics_last_at_most_28_days,
    durations.hypnotics_last_at_most_four_weeks,
    durations.anxiolytics_last_at_most_twelve_weeks,
    durations.durations_keep_within_the_conditions_of_the_medicine,
)


@given(
    list_=st.sampled_from(["", "I", "II", "S"]),
    atc=st.sampled_from(["", "N05CF02", "N05BA12", "N02AA01", "N02AX02"]),
    duration=st.integers(1, 366),
    renewals=st.integers(0, 11),
    own=st.none() | st.sampled_from([7, 14, 28, 84, 184]),
)
def test_a_line_passes_exactly_within_its_narrowest_limit_and_is_told_once(
    list_: str, atc: str, duration: int, renewals: int, own: int | None
) -> None:
    facts = signature(list=list_, atc=atc, duration_days=duration, renewals=renewals, max_days=own)
    classes = [(list_ == "S", 28), (list_ == "I" and atc[:4] == "N05C", 28)]
    classes.append((list_ == "I" and atc[:4] == "N05B", 84))
    limits = [days for applies, days in classes if applies] + ([own] if own else [])
    over = bool(limits) and duration * (renewals + 1) > min(limits)
    found = breaches(LIMITS, facts, on=TODAY)
    assert len(found) == over
    assert len(rules.blocking(found)) == over
