"""How much of a new version may be dispensed: never twice, never above, whatever was handed over before."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from eprescription.models import Line
from eprescription.quantities import one_period
from eprescription.versions import already, to_open

PACKS = st.integers(1, 120)
BOXES = st.integers(1, 99)
RENEWALS = st.integers(0, 11)


def a_line(**values: Any) -> Line:
    usual = {
        "cis": "60000001",
        "inn": "amoxicilline",
        "name": "AMOXICILLINE",
        "strength": "1 g",
        "form": "comprimé",
        "box_units": 14,
        "quantity": 2,
    }
    return Line(**(usual | values))


lines = st.builds(
    a_line,
    cis=st.sampled_from(["60000001", "60000002"]),
    inn=st.sampled_from(["amoxicilline", "oxycodone"]),
    strength=st.sampled_from(["1 g", "500 mg"]),
    list=st.sampled_from(["", "I", "S"]),
    box_units=st.none() | PACKS,
    quantity=st.none() | BOXES,
    renewals=RENEWALS,
)


def prescribed(line: Line) -> int:
    return one_period(line, None) * (line.renewals + 1)


@given(lines, lines, st.integers(0, 3000))
def test_what_was_handed_over_is_never_handed_over_again(old: Line, new: Line, handed: int) -> None:
    opened = to_open(new, [(old, handed)], None)
    assert opened >= 0
    assert opened + already(old, new, handed, None) <= max(
        prescribed(new), already(old, new, handed, None)
    )


@given(lines, lines, lines, st.integers(0, 3000), st.integers(0, 3000))
def test_what_was_handed_over_of_all_versions_counts(
    first: Line, second: Line, third: Line, one: int, two: int
) -> None:
    both = to_open(third, [(first, one), (second, two)], None)
    assert both <= min(to_open(third, [(first, one)], None), to_open(third, [(second, two)], None))


@given(lines, lines, st.integers(0, 3000))
def test_nothing_handed_over_leaves_all_of_it_and_more_never_leaves_more(
    old: Line, new: Line, handed: int
) -> None:
    assert to_open(new, [(old, 0)], None) == prescribed(new)
    assert to_open(new, [(old, handed + 1)], None) <= to_open(new, [(old, handed)], None)


@given(BOXES, BOXES, PACKS, PACKS)
def test_the_same_medicine_counts_by_its_units(
    handed: int, boxes: int, before: int, after: int
) -> None:
    # Given packs of other sizes, of the same dose
    old, new = a_line(box_units=before), a_line(cis="60000002", box_units=after, quantity=boxes)
    # Then the units of both together are never above what is prescribed, but for what had left before
    units = handed * before + to_open(new, [(old, handed)], None) * after
    assert units <= max(boxes * after, handed * before)


@given(st.integers(0, 24), RENEWALS, BOXES, BOXES)
def test_another_medicine_counts_by_the_share_of_the_treatment(
    periods: int, renewals: int, before: int, after: int
) -> None:
    old = a_line(quantity=before, renewals=11)
    new = a_line(cis="60000002", inn="azithromycine", quantity=after, renewals=renewals)
    left = to_open(new, [(old, periods * before)], None)
    assert left == max(0, renewals + 1 - periods) * after


def test_a_narcotic_counts_by_the_unit() -> None:
    # Given one box of 14 capsules handed over, and a new version that is counted by the capsule
    old = a_line(box_units=14, quantity=2)
    new = a_line(cis="60000002", box_units=28, quantity=1, list="S")
    assert to_open(new, [(old, 1)], None) == 28 - 14


def test_the_same_pack_counts_by_the_box_even_when_its_size_is_not_known() -> None:
    old, new = a_line(box_units=None, quantity=3), a_line(box_units=None, quantity=5)
    assert to_open(new, [(old, 2)], None) == 3


def test_another_strength_is_another_dose() -> None:
    # Half of the treatment was handed over: half of the new one is left
    old, new = a_line(quantity=2), a_line(cis="60000002", strength="500 mg", quantity=4)
    assert to_open(new, [(old, 1)], None) == 2
