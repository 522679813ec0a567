"""What may be given instead: what the prescriber excludes, what the pharmacist must have asked."""

from dataclasses import replace
from datetime import date
from typing import Any

from eprescription.rules import substitution
from eprescription.rules.law import Rule, Weight
from tests.eprescription.rules.facts import SIGNATURE, dispensing, known, signature
from tests.eprescription.rules.table import Table, truth_table, weights

AGREED = "Dr Lemoine, 10 h, téléphone"
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
    (substitution.never_more_than_prescribed, dispensing(quantity=2), True),
    (substitution.never_more_than_prescribed, dispensing(quantity=3), False),
    (
        substitution.non_substitutable_is_respected,
        dispensing(same_product=False, non_substitutable="MTE"),
        False,
    ),
    (substitution.non_substitutable_is_respected, dispensing(same_product=False), True),
    (
        substitution.substitution_stays_inside_the_generic_group,
        dispensing(same_product=False),
        True,
    ),
    (
        substitution.substitution_stays_inside_the_generic_group,
        dispensing(same_product=False, same_group=False),
        False,
    ),
    (
        substitution.substitution_stays_inside_the_generic_group,
        dispensing(same_product=False, same_group=False, agreement=AGREED),
        True,
    ),
    (
        substitution.substitution_stays_inside_the_generic_group,
        dispensing(quantity=0, same_product=False, same_group=False),
        True,
    ),
    (
        substitution.substitution_stays_inside_the_generic_group,
        dispensing(same_group=False),
        True,
    ),
    (
        substitution.non_substitutable_is_respected,
        dispensing(quantity=0, same_product=False, non_substitutable="MTE"),
        True,
    ),
    (
        substitution.non_substitutable_is_respected,
        dispensing(non_substitutable="MTE"),
        True,
    ),
    (substitution.changed_posology_was_agreed, dispensing(), True),
    (substitution.changed_posology_was_agreed, dispensing(posology_changed=True), False),
    (
        substitution.changed_posology_was_agreed,
        dispensing(posology_changed=True, agreement=AGREED),
        True,
    ),
    (substitution.what_is_not_dispensed_has_its_reason, dispensing(), True),
    (substitution.what_is_not_dispensed_has_its_reason, dispensing(quantity=0), False),
    (
        substitution.what_is_not_dispensed_has_its_reason,
        dispensing(quantity=0, refusal="shortage"),
        True,
    ),
    (
        substitution.what_is_not_dispensed_has_its_reason,
        dispensing(quantity=0, remaining=0),
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
