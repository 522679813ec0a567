"""Alerts interrupt only for grave harm, and one pair speaks once."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eprescription import rules
from eprescription.rules import alerts
from eprescription.rules.facts import Alert
from eprescription.rules.law import Rule, Text, Weight, breaches
from tests.eprescription.rules.facts import SIGNATURE, TODAY, lines, signature
from tests.eprescription.rules.table import Table, truth_table, weights

SOURCE = "Thésaurus des interactions, édition de test"


def alert(kind: str, level: str = "", key: str = "k", conditional: bool = False) -> Alert:
    text = Text(f"Alerte {kind} {level}", f"Alert {kind} {level}")
    return Alert(kind, key, level, text, "miconazole", source=SOURCE, conditional=conditional)


def with_alert(kind: str, level: str = "") -> Any:
    return signature(alerts=(alert(kind, level),))


CI, ASDEC = with_alert("interaction", "CI"), with_alert("interaction", "ASDEC")
TABLE: Table = [
    (alerts.contraindicated_pairs_are_justified, SIGNATURE, True),
    (alerts.contraindicated_pairs_are_justified, ASDEC, True),
    (alerts.contraindicated_pairs_are_justified, with_alert("same_class", "CI"), True),
    (alerts.contraindicated_pairs_are_justified, CI, False),
    (alerts.discouraged_pairs_are_known, CI, True),
    (alerts.discouraged_pairs_are_known, ASDEC, False),
    (alerts.precautions_are_known, ASDEC, True),
    (alerts.precautions_are_known, with_alert("interaction", "PE"), False),
    (alerts.precautions_are_known, with_alert("interaction", "APEC"), False),
    (alerts.the_same_substance_twice_is_justified, with_alert("same_class"), True),
    (alerts.the_same_substance_twice_is_justified, with_alert("same_substance"), False),
    (alerts.the_same_class_twice_is_known, with_alert("same_substance"), True),
    (alerts.the_same_class_twice_is_known, with_alert("same_class"), False),
    (alerts.allergies_are_respected, CI, True),
    (alerts.allergies_are_respected, with_alert("allergy"), False),
]


@truth_table(TABLE)
def test_the_rule_says(law: Rule, facts: Any, passes: bool) -> None:
    assert (law(facts) == []) is passes


@pytest.mark.parametrize(
    ("kind", "level", "expected"),
    [
        ("interaction", "CI", Weight.WARNS),
        ("interaction", "ASDEC", Weight.INFORMS),
        ("interaction", "PE", Weight.INFORMS),
        ("interaction", "APEC", Weight.INFORMS),
        ("same_substance", "", Weight.WARNS),
        ("same_class", "", Weight.INFORMS),
        ("allergy", "", Weight.WARNS),
    ],
)
def test_each_alert_is_told_once_with_its_weight_and_its_source(
    kind: str, level: str, expected: Weight
) -> None:
    found = breaches(rules.AT_SIGNATURE, with_alert(kind, level), on=TODAY)
    (told,) = [b for b in found if b.article == SOURCE]
    assert told.weight is expected
    assert told.key == "k"
    assert told.text.fr.endswith(f"Alerte {kind} {level}")


def test_an_interaction_says_first_how_grave_it_is_and_with_what() -> None:
    (found,) = alerts.contraindicated_pairs_are_justified(CI)
    assert found.text.fr == "Contre-indication avec miconazole. Alerte interaction CI"
    assert found.text.en == "Contraindication with miconazole. Alert interaction CI"


def test_a_pair_written_on_two_lines_asks_for_one_reason_beside_the_later() -> None:
    pair = (alert("interaction", "CI"),)
    found = alerts.contraindicated_pairs_are_justified(lines({"alerts": pair}, {"alerts": pair}))
    assert [b.line for b in found] == [2]


def test_a_lighter_alert_of_the_same_pair_does_not_silence_the_graver() -> None:
    facts = lines(
        {"alerts": (alert("interaction", "CI"),)}, {"alerts": (alert("interaction", "PE"),)}
    )
    found = alerts.contraindicated_pairs_are_justified(facts)
    assert [b.line for b in found] == [1]


def test_a_level_that_depends_says_so() -> None:
    facts = signature(alerts=(alert("interaction", "CI", conditional=True),))
    (found,) = alerts.contraindicated_pairs_are_justified(facts)
    assert "avec miconazole (selon les conditions)." in found.text.fr


@pytest.mark.parametrize("kind", ["biology", "device"])
def test_only_medicines_are_compared(kind: str) -> None:
    facts = signature(kind=kind, alerts=(alert("allergy"),))
    assert weights(alerts.allergies_are_respected, facts) == []


ALERTS = st.builds(
    alert,
    kind=st.sampled_from(["interaction", "same_substance", "same_class", "allergy"]),
    level=st.sampled_from(["CI", "ASDEC", "PE", "APEC"]),
    key=st.sampled_from("abcdef"),
)


@given(st.lists(st.lists(ALERTS, max_size=4, unique_by=lambda a: a.key), min_size=1, max_size=5))
def test_nothing_is_told_twice_and_nothing_is_lost(told: list[list[Alert]]) -> None:
    facts = lines(*({"alerts": tuple(each)} for each in told))
    found = [b for b in breaches(rules.AT_SIGNATURE, facts, on=TODAY) if b.article == SOURCE]
    assert len({(b.rule, b.key) for b in found}) == len(found)
    assert {b.key for b in found} == {a.key for each in told for a in each}
