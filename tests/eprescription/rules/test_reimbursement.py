"""What the social security asks: zones, forms of their own, flags, one type a prescription."""

from typing import Any

import pytest

from eprescription.rules import reimbursement
from eprescription.rules.law import Rule, Weight
from tests.eprescription.rules.facts import SIGNATURE, lines, signature
from tests.eprescription.rules.table import Table, said, truth_table, weights

EXCEPTION = {"listed": frozenset({"exception"})}
TABLE: Table = [
    (reimbursement.long_term_illness_has_its_zone, lines({"ald": True}, {"ald": True}), True),
    (reimbursement.long_term_illness_has_its_zone, lines({}, {}), True),
    (reimbursement.long_term_illness_has_its_zone, lines({"ald": True}, {}), False),
    (reimbursement.exception_medicines_stand_alone, SIGNATURE, True),
    (reimbursement.exception_medicines_stand_alone, lines(EXCEPTION, EXCEPTION), True),
    (reimbursement.exception_medicines_stand_alone, lines(EXCEPTION, {}), False),
    (reimbursement.exception_medicines_stand_alone, lines(EXCEPTION, {"kind": "device"}), False),
    (
        reimbursement.exception_medicines_stand_alone,
        lines({**EXCEPTION, "not_reimbursable": True}, {}),
        True,
    ),
    (reimbursement.exception_medicines_follow_their_sheet, SIGNATURE, True),
    (reimbursement.exception_medicines_follow_their_sheet, signature(**EXCEPTION), False),
    (reimbursement.off_label_says_whether_it_is_reimbursed, SIGNATURE, True),
    (reimbursement.off_label_says_whether_it_is_reimbursed, signature(off_label=True), False),
    (
        reimbursement.off_label_says_whether_it_is_reimbursed,
        signature(off_label=True, not_reimbursable=True),
        True,
    ),
    (reimbursement.each_line_is_charged_to_one_risk, signature(ald=True), True),
    (reimbursement.each_line_is_charged_to_one_risk, signature(cover="atmp"), True),
    (reimbursement.each_line_is_charged_to_one_risk, signature(ald=True, cover="atmp"), False),
    (reimbursement.each_type_has_its_prescription, SIGNATURE, True),
    (
        reimbursement.each_type_has_its_prescription,
        lines({}, {"kind": "device"}, {"kind": "preparation"}, {"kind": "other"}),
        True,
    ),
    (reimbursement.each_type_has_its_prescription, lines({}, {"kind": "biology"}), False),
    (
        reimbursement.each_type_has_its_prescription,
        lines({"kind": "nursing"}, {"kind": "transport"}),
        False,
    ),
]


@truth_table(TABLE)
def test_the_rule_says(law: Rule, facts: Any, passes: bool) -> None:
    assert (law(facts) == []) is passes


def test_the_exception_medicine_is_the_line_that_bears_the_sentence() -> None:
    found = reimbursement.exception_medicines_stand_alone(lines({}, EXCEPTION, {}))
    assert [b.line for b in found] == [2]


@pytest.mark.parametrize(
    ("law", "facts", "weight"),
    [
        (reimbursement.long_term_illness_has_its_zone, lines({"ald": True}, {}), Weight.INFORMS),
        (reimbursement.exception_medicines_stand_alone, lines(EXCEPTION, {}), Weight.BLOCKS),
        (
            reimbursement.off_label_says_whether_it_is_reimbursed,
            signature(off_label=True),
            Weight.WARNS,
        ),
        (
            reimbursement.each_type_has_its_prescription,
            lines({}, {"kind": "biology"}),
            Weight.WARNS,
        ),
    ],
    ids=lambda x: getattr(x, "name", None),
)
def test_what_it_weighs(law: Rule, facts: Any, weight: Weight) -> None:
    assert weights(law, facts) == [weight]


def test_another_mix_of_types_asks_anew() -> None:
    law = reimbursement.each_type_has_its_prescription
    two = lines({}, {"kind": "biology"})
    three = lines({}, {"kind": "biology"}, {"kind": "transport"})
    assert law(two)[0].key != law(three)[0].key
    assert "biologie" in said(law, two)
    assert "transport" in said(law, three)
