"""What is handed over compared with what was prescribed: by which right, and what is said of it."""

from dataclasses import replace
from typing import Any

from eprescription.rules import changes
from eprescription.rules.delivery_facts import Agreed, DispensingFacts
from eprescription.rules.law import Rule, Weight
from tests.eprescription.rules.facts import AGREED, DISPENSING, GIVEN, dispensing, giving
from tests.eprescription.rules.table import Table, truth_table, weights


def instead(link: str = "", **line: Any) -> DispensingFacts:
    """Another product than the one prescribed, tied to it by `link`."""
    return dispensing(given=replace(GIVEN, same_product=False, link=link), **line)


ASKED = Agreed(by_question=True)
TABLE: Table = [
    (changes.another_product_stands_in_by_right, DISPENSING, True),
    (changes.another_product_stands_in_by_right, instead("G"), True),
    (changes.another_product_stands_in_by_right, instead("H"), True),
    (changes.another_product_stands_in_by_right, instead("B"), True),
    (changes.another_product_stands_in_by_right, instead(), False),
    (changes.another_product_stands_in_by_right, instead(agreed=AGREED), True),
    (changes.another_product_stands_in_by_right, instead(agreed=ASKED), True),
    (changes.another_product_stands_in_by_right, instead(urgent=True), True),
    (changes.another_product_stands_in_by_right, instead(shortage=True), True),
    (changes.another_product_stands_in_by_right, instead(quantity=0), True),
    (changes.another_product_stands_in_by_right, instead(kind="device"), True),
    (changes.non_substitutable_is_respected, dispensing(non_substitutable="MTE"), True),
    (changes.non_substitutable_is_respected, instead("G"), True),
    (changes.non_substitutable_is_respected, instead("G", non_substitutable="MTE"), False),
    (changes.non_substitutable_is_respected, instead("B", non_substitutable="CIF"), False),
    (
        changes.non_substitutable_is_respected,
        instead("G", non_substitutable="MTE", shortage=True),
        False,
    ),
    (
        changes.non_substitutable_is_respected,
        instead("G", non_substitutable="MTE", agreed=AGREED),
        True,
    ),
    (
        changes.non_substitutable_is_respected,
        instead("G", non_substitutable="MTE", urgent=True),
        True,
    ),
    (
        changes.non_substitutable_is_respected,
        instead("G", non_substitutable="MTE", quantity=0),
        True,
    ),
    (changes.changed_posology_was_agreed, DISPENSING, True),
    (changes.changed_posology_was_agreed, dispensing(posology_changed=True), False),
    (changes.changed_posology_was_agreed, dispensing(posology_changed=True, agreed=AGREED), True),
    (changes.changed_posology_was_agreed, dispensing(posology_changed=True, agreed=ASKED), True),
    (changes.changed_posology_was_agreed, dispensing(posology_changed=True, urgent=True), True),
    (changes.changed_posology_was_agreed, dispensing(posology_changed=True, shortage=True), False),
    (changes.agreements_say_who_when_and_how, DISPENSING, True),
    (changes.agreements_say_who_when_and_how, dispensing(agreed=AGREED), True),
    (changes.agreements_say_who_when_and_how, dispensing(agreed=ASKED), True),
    (changes.agreements_say_who_when_and_how, dispensing(agreed=replace(AGREED, who=" ")), False),
    (changes.agreements_say_who_when_and_how, dispensing(agreed=replace(AGREED, how="")), False),
    (
        changes.agreements_say_who_when_and_how,
        dispensing(agreed=replace(AGREED, dated=False)),
        False,
    ),
    (changes.urgent_changes_say_why, instead(), True),
    (changes.urgent_changes_say_why, dispensing(urgent=True), True),
    (changes.urgent_changes_say_why, instead(urgent=True), False),
    (changes.urgent_changes_say_why, instead("G", urgent=True), True),
    (changes.urgent_changes_say_why, instead("G", non_substitutable="CIF", urgent=True), False),
    (changes.urgent_changes_say_why, instead(urgent=True, agreed=AGREED), True),
    (changes.urgent_changes_say_why, dispensing(posology_changed=True, urgent=True), False),
    (changes.hybrid_groups_are_looked_up, instead("G"), True),
    (changes.hybrid_groups_are_looked_up, instead("H"), False),
    (changes.hybrid_groups_are_looked_up, instead("H", agreed=AGREED), True),
    (changes.shortages_are_those_of_the_ansm, DISPENSING, True),
    (changes.shortages_are_those_of_the_ansm, instead("G", shortage=True), True),
    (changes.shortages_are_those_of_the_ansm, instead(shortage=True, agreed=AGREED), True),
    (changes.shortages_are_those_of_the_ansm, instead(shortage=True), False),
    (
        changes.shortages_are_those_of_the_ansm,
        dispensing(shortage=True, given=replace(GIVEN, same_product=False, in_shortage=True)),
        False,
    ),
    (changes.what_is_given_has_its_name, DISPENSING, True),
    (changes.what_is_given_has_its_name, giving(name=""), False),
    (
        changes.what_is_given_has_its_name,
        dispensing(quantity=0, given=replace(GIVEN, name="")),
        True,
    ),
    (changes.another_strength_says_how_many_to_take, instead("G"), True),
    (
        changes.another_strength_says_how_many_to_take,
        giving(same_product=False, same_strength=False),
        False,
    ),
    (
        changes.another_strength_says_how_many_to_take,
        dispensing(
            given=replace(GIVEN, same_product=False, same_strength=False), posology_changed=True
        ),
        True,
    ),
    (
        changes.another_strength_says_how_many_to_take,
        dispensing(
            given=replace(GIVEN, same_product=False, same_strength=False), instruction="2 le soir"
        ),
        True,
    ),
    (changes.another_form_is_told, instead("G"), True),
    (changes.another_form_is_told, giving(same_product=False, same_form=False), False),
    (changes.biosimilars_bear_their_lot, instead("G"), True),
    (changes.biosimilars_bear_their_lot, instead("B"), False),
    (changes.biosimilars_bear_their_lot, giving(same_product=False, link="B", lot="A12"), True),
    (changes.the_same_biological_goes_on, giving(biological=True), True),
    (changes.the_same_biological_goes_on, giving(same_as_last=False), True),
    (changes.the_same_biological_goes_on, giving(biological=True, same_as_last=False), False),
    (changes.biosimilars_are_told, instead("G"), True),
    (changes.biosimilars_are_told, instead("B"), False),
]


@truth_table(TABLE)
def test_the_rule_says(law: Rule, facts: Any, passes: bool) -> None:
    assert (law(facts) == []) is passes


def test_a_shortage_that_the_ansm_publishes_only_informs() -> None:
    law = changes.shortages_are_those_of_the_ansm
    published = replace(GIVEN, same_product=False, in_shortage=True)
    assert weights(law, dispensing(shortage=True, given=published)) == [Weight.INFORMS]
    assert weights(law, instead(shortage=True)) == [Weight.WARNS]
