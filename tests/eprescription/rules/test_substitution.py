"""What a prescriber excludes of substitution, and why he may."""

from dataclasses import replace
from datetime import date
from typing import Any

from eprescription.rules import substitution
from eprescription.rules.law import Rule, Weight
from tests.eprescription.rules.facts import SIGNATURE, known, signature
from tests.eprescription.rules.table import Table, truth_table, weights

SIX_TOMORROW = known(birth_date=date(2020, 11, 25)).patient
SIX_TODAY = known(birth_date=date(2020, 11, 24)).patient
EFG = signature(non_substitutable="EFG")
MTE = frozenset({"mte"})
BIOSIMILAR = frozenset({"biosimilar"})
TABLE: Table = [
    (substitution.non_substitutable_is_justified, SIGNATURE, True),
    (substitution.non_substitutable_is_justified, signature(non_substitutable="MTE"), True),
    (substitution.non_substitutable_is_justified, signature(non_substitutable="non"), False),
    (
        substitution.no_form_for_a_child_is_for_a_small_child,
        replace(EFG, patient=SIX_TOMORROW),
        True,
    ),
    (
        substitution.no_form_for_a_child_is_for_a_small_child,
        replace(EFG, patient=SIX_TODAY),
        False,
    ),
    (
        substitution.no_form_for_a_child_is_for_a_small_child,
        replace(EFG, patient=known(birth_date=None).patient),
        False,
    ),
    (
        substitution.no_form_for_a_child_is_for_a_small_child,
        signature(non_substitutable="CIF"),
        True,
    ),
    (substitution.inn_alone_leaves_nothing_to_keep, signature(by_inn=True), True),
    (substitution.inn_alone_leaves_nothing_to_keep, signature(non_substitutable="CIF"), True),
    (
        substitution.inn_alone_leaves_nothing_to_keep,
        signature(by_inn=True, non_substitutable="CIF"),
        False,
    ),
    (
        substitution.narrow_margin_is_for_listed_substances,
        signature(non_substitutable="MTE", listed=MTE),
        True,
    ),
    (
        substitution.narrow_margin_is_for_listed_substances,
        signature(non_substitutable="MTE"),
        False,
    ),
    (
        substitution.narrow_margin_is_for_listed_substances,
        signature(non_substitutable="CIF"),
        True,
    ),
    (substitution.biosimilars_are_announced, SIGNATURE, True),
    (substitution.biosimilars_are_announced, signature(listed=BIOSIMILAR), False),
    (
        substitution.biosimilars_are_announced,
        signature(listed=BIOSIMILAR, non_substitutable="CIF"),
        True,
    ),
]


@truth_table(TABLE)
def test_the_rule_says(law: Rule, facts: Any, passes: bool) -> None:
    assert (law(facts) == []) is passes


def test_a_narrow_margin_outside_the_list_goes_on_with_a_reason() -> None:
    facts = signature(non_substitutable="MTE")
    assert weights(substitution.narrow_margin_is_for_listed_substances, facts) == [Weight.WARNS]


def test_a_biosimilar_is_information() -> None:
    facts = signature(listed=BIOSIMILAR)
    assert weights(substitution.biosimilars_are_announced, facts) == [Weight.INFORMS]
