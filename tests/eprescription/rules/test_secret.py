"""Care that a minor keeps secret: for whom, by whose hand, and who comes along."""

from dataclasses import replace
from datetime import date
from typing import Any

from eprescription.rules import secret
from eprescription.rules.facts import SignatureFacts
from eprescription.rules.law import Rule, Weight
from tests.eprescription.rules.facts import LINE, PATIENT, PRESCRIBER, SIGNATURE, TODAY
from tests.eprescription.rules.table import Table, said, truth_table, weights

DOCTOR, DENTIST, MIDWIFE, NURSE, PODIATRIST = "10", "40", "50", "60", "80"
PILL, ANTIBIOTIC = "G03AA07", "J01CA04"


def kept(
    ground: str = "L1111-5",
    *,
    born: date | None = date(2011, 6, 1),
    by: str = DOCTOR,
    atc: str = PILL,
    accompanied: bool | None = True,
) -> SignatureFacts:
    """A girl of fifteen, unless said otherwise."""
    return replace(
        SIGNATURE,
        secret=ground,
        accompanied=accompanied,
        patient=replace(PATIENT, birth_date=born),
        prescriber=replace(PRESCRIBER, profession=by),
        lines=(replace(LINE, atc=atc),),
    )


BIRTHDAY = TODAY.replace(year=TODAY.year - 18)
TABLE: Table = [
    (secret.secret_care_is_for_minors, kept(), True),
    (secret.secret_care_is_for_minors, kept(""), True),
    (secret.secret_care_is_for_minors, kept("", born=date(1951, 3, 4)), True),
    (
        secret.secret_care_is_for_minors,
        kept(born=BIRTHDAY.replace(day=BIRTHDAY.day + 1)),
        True,
    ),  # the eve
    (secret.secret_care_is_for_minors, kept(born=BIRTHDAY), False),
    (secret.secret_care_is_for_minors, kept("L5134-1", born=date(1951, 3, 4)), False),
    (secret.secret_care_is_for_minors, kept(born=None), False),
    (secret.a_minor_who_keeps_care_secret_is_accompanied, kept(), True),
    (secret.a_minor_who_keeps_care_secret_is_accompanied, kept(accompanied=None), False),
    (secret.a_minor_who_keeps_care_secret_is_accompanied, kept(accompanied=False), False),
    (secret.a_minor_who_keeps_care_secret_is_accompanied, kept("L2212-7", accompanied=None), False),
    (secret.a_minor_who_keeps_care_secret_is_accompanied, kept("L2212-7"), True),
    (secret.a_minor_who_keeps_care_secret_is_accompanied, kept("L5134-1", accompanied=None), True),
    (secret.a_minor_who_keeps_care_secret_is_accompanied, kept("", accompanied=None), True),
    (secret.secret_care_comes_from_doctors_and_midwives, kept(), True),
    (secret.secret_care_comes_from_doctors_and_midwives, kept(by=MIDWIFE), True),
    (secret.secret_care_comes_from_doctors_and_midwives, kept("L5134-1", by=NURSE), True),
    (secret.secret_care_comes_from_doctors_and_midwives, kept(by=DENTIST), False),
    (secret.secret_care_comes_from_doctors_and_midwives, kept("L5134-1", by=PODIATRIST), False),
    (secret.secret_care_comes_from_doctors_and_midwives, kept("", by=DENTIST), True),
    (secret.nurses_keep_sexual_health_secret_and_nothing_else, kept("L5134-1", by=NURSE), True),
    (
        secret.nurses_keep_sexual_health_secret_and_nothing_else,
        kept("L5134-1", by=NURSE, atc=""),
        True,
    ),
    (secret.nurses_keep_sexual_health_secret_and_nothing_else, kept("L1111-5", by=NURSE), False),
    (secret.nurses_keep_sexual_health_secret_and_nothing_else, kept("L2212-7", by=NURSE), False),
    (
        secret.nurses_keep_sexual_health_secret_and_nothing_else,
        kept("L5134-1", by=NURSE, atc=ANTIBIOTIC),
        False,
    ),
    (
        secret.nurses_keep_sexual_health_secret_and_nothing_else,
        kept("", by=NURSE, atc=ANTIBIOTIC),
        True,
    ),
    (
        secret.nurses_keep_sexual_health_secret_and_nothing_else,
        kept(by=DOCTOR, atc=ANTIBIOTIC),
        True,
    ),
    (secret.secret_care_leaves_on_paper, kept(), True),
    (secret.secret_care_leaves_on_paper, replace(kept(), paper="mail"), False),
    (secret.secret_care_leaves_on_paper, replace(kept(""), paper="mail"), True),
    (secret.the_ground_of_birth_control_is_for_birth_control, kept("L5134-1"), True),
    (
        secret.the_ground_of_birth_control_is_for_birth_control,
        kept("L5134-1", atc=ANTIBIOTIC),
        False,
    ),
    (
        secret.the_ground_of_birth_control_is_for_birth_control,
        kept("L1111-5", atc=ANTIBIOTIC),
        True,
    ),
    (
        secret.the_ground_of_birth_control_is_for_birth_control,
        kept("L5134-1", by=NURSE, atc=ANTIBIOTIC),
        True,
    ),  # the nurse's own rule blocks it
]


@truth_table(TABLE)
def test_the_rule_says(law: Rule, facts: Any, passes: bool) -> None:
    assert (law(facts) == []) is passes


def test_only_a_doubtful_ground_can_be_answered_with_a_reason() -> None:
    assert weights(
        secret.the_ground_of_birth_control_is_for_birth_control, kept("L5134-1", atc=ANTIBIOTIC)
    ) == [Weight.WARNS]
    for law, facts in (
        (secret.secret_care_is_for_minors, kept(born=None)),
        (secret.a_minor_who_keeps_care_secret_is_accompanied, kept(accompanied=None)),
    ):
        assert weights(law, facts) == [Weight.BLOCKS]


def test_what_is_not_asked_is_told_from_what_is_missing() -> None:
    assert "Dites si un adulte" in said(
        secret.a_minor_who_keeps_care_secret_is_accompanied, kept(accompanied=None)
    )
    assert "La loi veut" in said(
        secret.a_minor_who_keeps_care_secret_is_accompanied, kept(accompanied=False)
    )
