"""Who may prescribe what."""

from dataclasses import replace
from typing import Any

import pytest

from eprescription.rules import professions
from eprescription.rules.facts import SignatureFacts
from eprescription.rules.law import Rule, Weight
from tests.eprescription.rules.facts import SIGNATURE, named, signature
from tests.eprescription.rules.table import Table, truth_table, weights

DOCTOR, PHARMACIST, DENTIST, MIDWIFE, NURSE, PHYSIO, PODIATRIST = (
    "10",
    "21",
    "40",
    "50",
    "60",
    "70",
    "80",
)


def by(profession: str, **line: Any) -> SignatureFacts:
    """The line is signed by somebody of this profession."""
    return replace(signature(**line), prescriber=named(profession=profession).prescriber)


TABLE: Table = [
    *[
        (professions.only_prescribing_professions_prescribe, named(profession=code), True)
        for code in (DOCTOR, DENTIST, MIDWIFE, NURSE, PHYSIO, PODIATRIST)
    ],
    (professions.only_prescribing_professions_prescribe, named(profession=PHARMACIST), False),
    (professions.only_prescribing_professions_prescribe, named(profession=""), False),
    (professions.only_prescribing_professions_prescribe, named(active=False), False),
    (professions.each_profession_keeps_to_its_medicines, SIGNATURE, True),
    (
        professions.each_profession_keeps_to_its_medicines,
        by(DENTIST, listed=frozenset({"dentist"})),
        True,
    ),
    (professions.each_profession_keeps_to_its_medicines, by(DENTIST), False),
    (
        professions.each_profession_keeps_to_its_medicines,
        by(MIDWIFE, listed=frozenset({"midwife", "mte"})),
        True,
    ),
    (
        professions.each_profession_keeps_to_its_medicines,
        by(MIDWIFE, listed=frozenset({"dentist"})),
        False,
    ),
    (professions.each_profession_keeps_to_its_medicines, by(PHYSIO), False),
    (
        professions.each_profession_keeps_to_its_medicines,
        by(PHYSIO, listed=frozenset({"physio"}), list=""),
        True,
    ),
    (professions.each_profession_keeps_to_its_medicines, by(PHYSIO, kind="device"), True),
    (
        professions.each_profession_keeps_to_its_medicines,
        by(PODIATRIST, listed=frozenset({"podiatrist"}), list=""),
        True,
    ),
    (
        professions.each_profession_keeps_to_its_medicines,
        by(PODIATRIST, listed=frozenset({"podiatrist"}), list="II"),
        False,
    ),
    *[
        (professions.each_profession_keeps_to_its_medicines, by(code, atc="", list=""), True)
        for code in (DENTIST, MIDWIFE)
    ],
    *[
        (professions.each_profession_keeps_to_its_medicines, by(code, **line), False)
        for code in (DENTIST, MIDWIFE)
        for line in ({"atc": "C10AA05", "list": ""}, {"atc": "", "list": "II"})
    ],
    *[
        (professions.each_profession_keeps_to_its_medicines, by(code, atc="", list=""), False)
        for code in (NURSE, PHYSIO, PODIATRIST)
    ],
    (professions.ivg_medicines_come_from_doctors_and_midwives, by(DOCTOR, ivg=True), True),
    (professions.ivg_medicines_come_from_doctors_and_midwives, by(MIDWIFE, ivg=True), True),
    (professions.ivg_medicines_come_from_doctors_and_midwives, by(DENTIST, ivg=True), False),
    (professions.ivg_medicines_come_from_doctors_and_midwives, by(DENTIST), True),
]


@truth_table(TABLE)
def test_the_rule_says(law: Rule, facts: Any, passes: bool) -> None:
    assert (law(facts) == []) is passes


@pytest.mark.parametrize(
    ("facts", "weight"),
    [
        (by(PHYSIO), Weight.BLOCKS),  # a physiotherapist and amoxicillin
        (by(PHYSIO, list="", atc="N02BE01"), Weight.BLOCKS),
        (by(PHYSIO, list="", atc=""), Weight.WARNS),  # it may be a nicotine substitute
        (by(PODIATRIST, list="I"), Weight.BLOCKS),
        (by(PODIATRIST, list="", atc="N02BE01"), Weight.WARNS),
        (by(PODIATRIST, list=""), Weight.WARNS),
        (by(DENTIST), Weight.WARNS),
        (by(MIDWIFE), Weight.WARNS),
        (by(NURSE), Weight.WARNS),
    ],
    ids=lambda x: x.value if isinstance(x, Weight) else x.prescriber.profession,
)
def test_a_text_that_leaves_room_asks_for_a_reason(facts: SignatureFacts, weight: Weight) -> None:
    assert weights(professions.each_profession_keeps_to_its_medicines, facts) == [weight]


def test_the_text_of_the_profession_is_cited() -> None:
    (found,) = professions.each_profession_keeps_to_its_medicines(by(DENTIST))
    assert found.article == "CSP L. 4141-2"
