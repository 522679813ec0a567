"""What the drug base says today: market, restrictions, monitoring, boxes."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eprescription.rules import products
from eprescription.rules.law import Rule, Weight
from tests.eprescription.rules.facts import SIGNATURE, signature
from tests.eprescription.rules.table import Table, said, truth_table, weights

HOSPITAL = "prescription initiale hospitalière annuelle"
MONITORED = "médicament nécessitant une surveillance particulière pendant le traitement"
TABLE: Table = [
    (products.only_marketed_medicines_are_prescribed, SIGNATURE, True),
    (products.only_marketed_medicines_are_prescribed, signature(marketed=False), False),
    (
        products.only_marketed_medicines_are_prescribed,
        signature(kind="device", marketed=False),
        True,
    ),
    (products.restricted_medicines_are_prescribed_by_those_who_may, SIGNATURE, True),
    (
        products.restricted_medicines_are_prescribed_by_those_who_may,
        signature(restricted=(MONITORED,)),
        True,
    ),
    (
        products.restricted_medicines_are_prescribed_by_those_who_may,
        signature(restricted=(MONITORED, HOSPITAL)),
        False,
    ),
    (products.special_monitoring_is_known, signature(restricted=(HOSPITAL,)), True),
    (products.special_monitoring_is_known, signature(restricted=(MONITORED,)), False),
    (products.boxes_match_the_treatment, signature(quantity=2, boxes_needed=None), True),
    (products.boxes_match_the_treatment, signature(quantity=None, boxes_needed=2), True),
    (products.boxes_match_the_treatment, signature(quantity=2, boxes_needed=2), True),
    (products.boxes_match_the_treatment, signature(quantity=4, boxes_needed=2), True),
    (products.boxes_match_the_treatment, signature(quantity=5, boxes_needed=2), False),
    (products.boxes_match_the_treatment, signature(quantity=1, boxes_needed=2), False),
]


@truth_table(TABLE)
def test_the_rule_says(law: Rule, facts: Any, passes: bool) -> None:
    assert (law(facts) == []) is passes


def test_what_replaces_a_medicine_that_left_is_named() -> None:
    gone = signature(marketed=False, proposals=("AMOXICILLINE A 1 g", "AMOXICILLINE B 1 g"))
    told = said(products.only_marketed_medicines_are_prescribed, gone)
    assert "AMOXICILLINE A 1 g ; AMOXICILLINE B 1 g" in told


def test_without_anything_to_replace_it_another_is_to_be_chosen() -> None:
    told = said(products.only_marketed_medicines_are_prescribed, signature(marketed=False))
    assert told == "Ce médicament n'est plus commercialisé : choisissez-en un autre."


def test_restrictions_are_told_in_the_words_of_the_base_and_ask_for_a_reason() -> None:
    law = products.restricted_medicines_are_prescribed_by_those_who_may
    facts = signature(restricted=(HOSPITAL, MONITORED))
    assert HOSPITAL in said(law, facts)
    assert MONITORED not in said(law, facts)
    assert weights(law, facts) == [Weight.WARNS]


def test_restrictions_that_change_ask_anew() -> None:
    law = products.restricted_medicines_are_prescribed_by_those_who_may
    before = law(signature(restricted=(HOSPITAL,)))
    again = law(signature(restricted=(HOSPITAL,)))
    after = law(signature(restricted=(HOSPITAL, "prescription hospitalière")))
    assert before[0].key == again[0].key != after[0].key


@pytest.mark.parametrize(
    ("boxes", "needed", "expected"),
    [(1, 2, [Weight.INFORMS]), (4, 2, []), (5, 2, [Weight.WARNS]), (2, 2, [])],
)
def test_only_far_too_many_boxes_ask_for_a_reason(
    boxes: int, needed: int, expected: list[Weight]
) -> None:
    facts = signature(quantity=boxes, boxes_needed=needed)
    assert weights(products.boxes_match_the_treatment, facts) == expected


@given(boxes=st.integers(1, 99), needed=st.integers(1, 99))
def test_boxes_between_what_is_needed_and_twice_that_are_never_questioned(
    boxes: int, needed: int
) -> None:
    found = products.boxes_match_the_treatment(signature(quantity=boxes, boxes_needed=needed))
    assert (found == []) is (needed <= boxes <= 2 * needed)
