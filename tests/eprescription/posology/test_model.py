"""A posology that exists can be stored and told; anything else is refused with a plain ValueError."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eprescription.posology import Amount, Posology, Step, days_of, moments, read
from tests.eprescription.posology.strategies import posologies

ONE = Amount.of(1)
MORNING = (("morning", ONE),)


@given(posologies())
def test_what_is_stored_comes_back_the_same(posology: Posology) -> None:
    assert Posology.from_json(json.loads(json.dumps(posology.to_json()))) == posology


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3)
    ),
    max_leaves=6,
)
FIELDS = st.sampled_from(list(Step.__dataclass_fields__))


@given(JSON | st.builds(lambda steps: {"steps": steps}, st.lists(st.dictionaries(FIELDS, JSON))))
def test_bad_data_is_refused_and_nothing_else_happens(data: object) -> None:
    try:
        posology = Posology.from_json(data)
    except ValueError:
        return
    assert Posology.from_json(posology.to_json()) == posology


@given(posologies(), FIELDS, JSON)
def test_one_field_spoilt_is_refused_or_stays_a_posology(
    posology: Posology, name: str, value: object
) -> None:
    data: Any = posology.to_json()
    data["steps"][0][name] = value
    try:
        Posology.from_json(data)
    except ValueError:
        return


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"amount": ONE},
        {"amount": ONE, "moments": MORNING},
        {"amount": ONE, "times": ONE, "unit": "barrel"},
        {"amount": ONE, "times": ONE, "hours": ONE},
        {"amount": ONE, "times": ONE, "every": 0},
        {"amount": ONE, "times": ONE, "period": "decade"},
        {"amount": ONE, "times": ONE, "weekdays": (0, 0)},
        {"amount": ONE, "times": ONE, "weekdays": (7,)},
        {"amount": ONE, "times": ONE, "weekdays": (0,), "every": 2},
        {"amount": ONE, "times": Amount.of("1.5")},
        {"amount": ONE, "times": ONE, "days": 0},
        {"amount": ONE, "times": ONE, "days": 5000},
        {"amount": ONE, "times": ONE, "reason": "douleur"},
        {"amount": ONE, "as_needed": True, "reason": "douleur, fièvre"},
        {"amount": ONE, "times": ONE, "note": "a (b)"},
        {"amount": ONE, "times": ONE, "note": "a\nb"},
        {"amount": ONE, "times": ONE, "note": "x" * 121},
        {"amount": ONE, "times": ONE, "most": Decimal(-1)},
        {"amount": ONE, "times": ONE, "most_unit": "tablet"},
        {"amount": ONE, "times": ONE, "most": Decimal(1), "most_unit": "barrel"},
        {"amount": ONE, "times": ONE, "gap_hours": Decimal(0)},
        {"amount": ONE, "times": ONE, "meal": "during"},
        {"amount": ONE, "times": ONE, "place": "elbow"},
        {"amount": ONE, "times": ONE, "weight_kg": Decimal(12)},
        {"amount": ONE, "times": ONE, "per_kg": True, "weight_kg": Decimal(800)},
        {"amount": ONE, "times": Amount.of(2), "period": "once"},
        {"amount": ONE, "shared": True, "every": 2},
        {"amount": ONE, "shared": True, "weekdays": (0,)},
        {"amount": ONE, "hours": ONE, "weekdays": (0,)},
        {"moments": MORNING, "times": ONE},
        {"moments": MORNING, "period": "week"},
        {"moments": MORNING, "shared": True},
        {"moments": (("evening", ONE), ("morning", ONE))},
        {"moments": (("morning", ONE), ("morning", ONE))},
        {"moments": (("25:00", ONE),)},
        {"moments": (("9:00", ONE),)},
        {"moments": (("+1:00", ONE),)},
        {"moments": (("09-00", ONE),)},
        {"moments": (("٠٩:٠٠", ONE),)},
        {"moments": (("tea", ONE),)},
    ],
    ids=str,
)
def test_a_step_that_says_nothing_or_two_things_does_not_exist(fields: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Step(**fields)


@pytest.mark.parametrize(
    ("low", "high"), [("0", "1"), ("-1", "1"), ("2", "1"), ("NaN", "NaN"), ("1", "Infinity")]
)
def test_an_amount_is_more_than_nothing_and_in_order(low, high):
    with pytest.raises(ValueError, match=r".+"):
        Amount(Decimal(low), Decimal(high))


def test_more_than_four_decimals_are_refused():
    with pytest.raises(ValueError, match="decimals"):
        Amount.of("0.00001")


def test_a_step_that_another_one_follows_has_an_end():
    endless = Step(amount=ONE, times=ONE)
    with pytest.raises(ValueError, match="duration"):
        Posology((endless, endless))


@pytest.mark.parametrize("count", [0, 13])
def test_a_posology_has_a_few_steps(count):
    with pytest.raises(ValueError, match="steps"):
        Posology((Step(amount=ONE, times=ONE, days=1),) * count)


@pytest.mark.parametrize(
    ("typed", "days"),
    [
        ("1 cp/j 7j", 7),
        ("3 cp 3j, 2 cp 3j, 1 cp 3j", 9),
        ("1 cp/j", None),
        ("2 cp/j 3j puis 1 cp/j", None),
    ],
)
def test_the_steps_last_together_what_each_lasts(typed, days):
    assert days_of(read(typed).posology) == days


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("1 cp matin, 2 cp soir", {"morning": Decimal(1), "evening": Decimal(2)}),
        ("1 à 2 cp au coucher", {"bedtime": Decimal(2)}),
        ("1 cp 3x/j", None),
        ("1 cp à 8h et 20h", None),
    ],
)
def test_the_day_of_the_patient_has_four_moments(typed, day):
    assert moments(read(typed).posology) == day
