"""Medicines of abortion: place, then anonymity, then pharmacy and convention."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eprescription import rules
from eprescription.rules import ivg
from eprescription.rules.facts import LinesFacts
from eprescription.rules.law import Rule, blocking, breaches
from tests.eprescription.rules.facts import LINE, TODAY, signature
from tests.eprescription.rules.table import Table, truth_table

IVG = replace(LINE, ivg=True)
ANSWERED: dict[str, Any] = {
    "teleconsultation": True,
    "anonymity": "named",
    "pharmacy_named": "Pharmacie de la Gare",
    "convention_place": "Centre hospitalier de l'Autan",
    "convention_date": date(2026, 3, 2),
}


def asked(**answers: Any) -> LinesFacts:
    return LinesFacts(lines=(IVG,), on=TODAY, **(ANSWERED | answers))


BEFORE = LinesFacts(lines=(IVG,), on=TODAY)
OTHER = signature()  # nothing of this is asked about other medicines
TABLE: Table = [
    (ivg.ivg_place_is_said, OTHER, True),
    (ivg.ivg_place_is_said, asked(), True),
    (ivg.ivg_place_is_said, asked(teleconsultation=False), True),
    (ivg.ivg_place_is_said, asked(teleconsultation=None), False),
    (ivg.ivg_medicines_are_handed_over_face_to_face, OTHER, True),
    (ivg.ivg_medicines_are_handed_over_face_to_face, asked(), True),
    (ivg.ivg_medicines_are_handed_over_face_to_face, asked(teleconsultation=False), False),
    (ivg.ivg_anonymity_is_answered, OTHER, True),
    (ivg.ivg_anonymity_is_answered, asked(), True),
    (ivg.ivg_anonymity_is_answered, asked(anonymity=""), False),
    (ivg.ivg_anonymity_is_answered, BEFORE, False),
    (ivg.ivg_anonymity_is_answered, asked(teleconsultation=False, anonymity=""), True),
    (ivg.ivg_anonymity_never_goes_on_with_a_name, asked(), True),
    (ivg.ivg_anonymity_never_goes_on_with_a_name, asked(anonymity="anonymous"), False),
    (ivg.ivg_names_pharmacy_and_convention, asked(), True),
    (ivg.ivg_names_pharmacy_and_convention, asked(pharmacy_named=""), False),
    (ivg.ivg_names_pharmacy_and_convention, asked(convention_place=""), False),
    (ivg.ivg_names_pharmacy_and_convention, asked(convention_date=None), False),
    (ivg.ivg_names_pharmacy_and_convention, BEFORE, True),
    (ivg.ivg_names_pharmacy_and_convention, replace(OTHER, teleconsultation=True), True),
    (ivg.ivg_convention_is_signed_already, asked(convention_date=TODAY), True),
    (ivg.ivg_convention_is_signed_already, asked(convention_date=date(2026, 11, 25)), False),
    (ivg.ivg_convention_is_signed_already, asked(convention_date=None), True),
]


@truth_table(TABLE)
def test_the_rule_says(law: Rule, facts: Any, passes: bool) -> None:
    assert (law(facts) == []) is passes


def test_before_any_answer_both_questions_are_asked() -> None:
    found = breaches(rules.IVG, BEFORE, on=TODAY)
    assert [b.field for b in found] == ["teleconsultation", "anonymity"]


def test_with_all_answers_nothing_is_against_it() -> None:
    assert breaches(rules.IVG, asked(), on=TODAY) == []
    signed = replace(signature(ivg=True), **ANSWERED)
    assert blocking(breaches(rules.AT_SIGNATURE, signed, on=TODAY)) == []


@given(
    anonymity=st.sampled_from(["", "named", "anonymous"]),
    teleconsultation=st.sampled_from([None, True, False]),
)
def test_only_a_named_patient_at_a_distance_goes_on(
    anonymity: str, teleconsultation: bool | None
) -> None:
    facts = asked(anonymity=anonymity, teleconsultation=teleconsultation)
    goes_on = blocking(breaches(rules.IVG, facts, on=TODAY)) == []
    assert goes_on is (teleconsultation is True and anonymity == "named")


@pytest.mark.parametrize("name", ["pharmacy_named", "convention_place", "convention_date"])
def test_each_missing_name_is_asked_in_its_own_field(name: str) -> None:
    empty = None if name == "convention_date" else ""
    found = ivg.ivg_names_pharmacy_and_convention(asked(**{name: empty}))
    assert [b.field for b in found] == [name]
