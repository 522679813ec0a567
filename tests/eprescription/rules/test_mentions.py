"""The mentions of a prescription: what is missing is named, beside its line."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eprescription import rules
from eprescription.rules import mentions
from eprescription.rules.law import Rule, Weight, breaches
from tests.eprescription.rules.facts import LINE, SIGNATURE, TODAY, known, lines, named, signature
from tests.eprescription.rules.table import Table, said, truth_table, weights

CHILD = known(birth_date=date(2018, 11, 25))
TABLE: Table = [
    (mentions.prescriber_is_fully_named, SIGNATURE, True),
    *[
        (mentions.prescriber_is_fully_named, named(**{field: ""}), False)
        for field in mentions.PRESCRIBER
    ],
    (mentions.prescriber_can_be_reached_from_abroad, SIGNATURE, True),
    (mentions.prescriber_can_be_reached_from_abroad, named(phone="+262262000000"), True),
    (mentions.prescriber_can_be_reached_from_abroad, named(address="", phone=""), True),
    (mentions.prescriber_can_be_reached_from_abroad, named(phone="0561000000"), False),
    (mentions.prescriber_can_be_reached_from_abroad, named(address="31000 TOULOUSE"), False),
    (mentions.patient_is_fully_named, SIGNATURE, True),
    *[
        (mentions.patient_is_fully_named, known(**{field: None}), False)
        for field in mentions.PATIENT
    ],
    (mentions.the_weight_of_a_child_is_stated, SIGNATURE, True),
    (mentions.the_weight_of_a_child_is_stated, known(birth_date=None), True),
    (mentions.the_weight_of_a_child_is_stated, CHILD, False),
    (mentions.the_weight_of_a_child_is_stated, known(birth_date=date(2011, 11, 25)), False),
    (mentions.the_weight_of_a_child_is_stated, known(birth_date=date(2011, 11, 24)), True),
    (
        mentions.the_weight_of_a_child_is_stated,
        replace(CHILD, patient=replace(CHILD.patient, weight_kg=Decimal("24.5"))),
        True,
    ),
    (
        mentions.the_weight_of_a_child_is_stated,
        replace(CHILD, lines=(replace(LINE, kind="device"),)),
        True,
    ),
    (mentions.something_is_prescribed, SIGNATURE, True),
    (mentions.something_is_prescribed, replace(SIGNATURE, lines=()), False),
    (mentions.each_line_says_how_to_take_it, SIGNATURE, True),
    (mentions.each_line_says_how_to_take_it, signature(kind="device", posology=""), True),
    (mentions.each_line_says_how_to_take_it, signature(posology="  "), False),
    (mentions.each_free_line_says_something, signature(name="", posology=""), True),
    (mentions.each_free_line_says_something, signature(kind="nursing", name=""), True),
    (mentions.each_free_line_says_something, signature(kind="device", posology=""), True),
    (
        mentions.each_free_line_says_something,
        signature(kind="biology", name=" ", posology=" "),
        False,
    ),
    (mentions.each_line_has_duration_or_quantity, signature(quantity=None), True),
    (mentions.each_line_has_duration_or_quantity, signature(duration_days=None), True),
    (
        mentions.each_line_has_duration_or_quantity,
        signature(kind="transport", duration_days=None, quantity=None),
        True,
    ),
    (
        mentions.each_line_has_duration_or_quantity,
        signature(duration_days=None, quantity=None),
        False,
    ),
    (mentions.each_medicine_is_named_by_its_substance, SIGNATURE, True),
    (mentions.each_medicine_is_named_by_its_substance, signature(kind="device", inn=""), True),
    (mentions.each_medicine_is_named_by_its_substance, signature(inn=" "), False),
    (mentions.each_medicine_is_named_by_its_substance, signature(inn="", name=""), False),
    (mentions.medicines_are_prescribed_after_examination, signature(kind="transport"), True),
    (mentions.medicines_are_prescribed_after_examination, SIGNATURE, False),
]


@truth_table(TABLE)
def test_the_rule_says(law: Rule, facts: Any, passes: bool) -> None:
    assert (law(facts) == []) is passes


def test_a_brand_without_known_substance_goes_on_with_a_reason() -> None:
    law = mentions.each_medicine_is_named_by_its_substance
    assert weights(law, signature(inn="")) == [Weight.WARNS]


@pytest.mark.parametrize("line", [{"by_inn": True}, {"name": " "}])
def test_a_medicine_without_any_name_is_blocked(line: dict[str, Any]) -> None:
    law = mentions.each_medicine_is_named_by_its_substance
    assert weights(law, signature(inn="", **line)) == [Weight.BLOCKS]


def test_what_is_missing_is_said_beside_its_line_alone() -> None:
    found = mentions.each_line_says_how_to_take_it(lines({}, {"posology": ""}, {}))
    assert [b.line for b in found] == [2]
    assert "posologie" in said(mentions.each_line_says_how_to_take_it, lines({"posology": ""}))


FREE_KINDS = ["device", "preparation", "biology", "nursing", "physio", "transport", "other"]


@given(
    line=st.fixed_dictionaries(
        {
            "kind": st.sampled_from(FREE_KINDS),
            "name": st.text(min_size=1).filter(lambda t: t.strip() != ""),
            "posology": st.text(),
            "list": st.sampled_from(["", "I", "II", "S"]),
            "atc": st.sampled_from(["", "N05CF02", "N05BA12", "N07BC01", "G03AA07"]),
            "duration_days": st.none() | st.integers(1, 366),
            "quantity": st.none() | st.integers(1, 99),
            "renewals": st.integers(0, 11),
            "max_days": st.none() | st.integers(1, 366),
            "marketed": st.booleans(),
            "secured": st.booleans(),
            "non_substitutable": st.sampled_from(["", "MTE", "EFG", "CIF", "?"]),
            "listed": st.frozensets(st.sampled_from(["mte", "exception", "biosimilar"])),
        }
    )
)
def test_a_free_line_that_says_something_never_blocks(line: dict[str, Any]) -> None:
    found = breaches(rules.AT_SIGNATURE, signature(**line), on=TODAY)
    assert rules.blocking(found) == []
