"""Each rule as a table: what passes, what does not. No database."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from eprescription import rules
from eprescription.rules import (
    confidentiality,
    ivg,
    mentions,
    narcotics,
    professions,
    substitution,
    validity,
)
from eprescription.rules.facts import PushFacts
from eprescription.rules.law import Breach, Rule, Text, breaches, rule
from tests.eprescription.rules.facts import (
    DISPENSING,
    PATIENT,
    PRESCRIBER,
    SIGNATURE,
    TODAY,
    dispensing,
    signature,
)


def named(**change: Any) -> Any:
    return replace(SIGNATURE, prescriber=replace(PRESCRIBER, **change))


def known(**change: Any) -> Any:
    return replace(SIGNATURE, patient=replace(PATIENT, **change))


TABLE: list[tuple[Rule, Any, bool]] = [
    (mentions.prescriber_is_fully_named, SIGNATURE, True),
    *[
        (mentions.prescriber_is_fully_named, named(**{field: ""}), False)
        for field in mentions.PRESCRIBER
    ],
    (mentions.patient_is_fully_named, SIGNATURE, True),
    *[
        (mentions.patient_is_fully_named, known(**{field: None}), False)
        for field in mentions.PATIENT
    ],
    (mentions.something_is_prescribed, SIGNATURE, True),
    (mentions.something_is_prescribed, replace(SIGNATURE, lines=()), False),
    (mentions.each_line_says_how_to_take_it, signature(), True),
    (mentions.each_line_says_how_to_take_it, signature(posology="  "), False),
    (mentions.each_line_has_duration_or_quantity, signature(quantity=None), True),
    (mentions.each_line_has_duration_or_quantity, signature(duration_days=None), True),
    (
        mentions.each_line_has_duration_or_quantity,
        signature(duration_days=None, quantity=None),
        False,
    ),
    (mentions.each_medicine_is_named_by_its_substance, signature(), True),
    (mentions.each_medicine_is_named_by_its_substance, signature(inn=" "), False),
    (professions.only_prescribing_professions_prescribe, named(profession="40"), True),
    (professions.only_prescribing_professions_prescribe, named(profession="50"), True),
    (professions.only_prescribing_professions_prescribe, named(profession="21"), False),
    (professions.only_prescribing_professions_prescribe, named(profession="70"), False),
    (professions.only_prescribing_professions_prescribe, named(active=False), False),
    (professions.only_marketed_medicines_are_prescribed, signature(), True),
    (professions.only_marketed_medicines_are_prescribed, signature(marketed=False), False),
    (ivg.ivg_medicines_wait_for_their_own_flow, signature(), True),
    (ivg.ivg_medicines_wait_for_their_own_flow, signature(ivg=True), False),
    (narcotics.narcotics_last_at_most_28_days, signature(list="S", duration_days=28), True),
    (narcotics.narcotics_last_at_most_28_days, signature(list="S", duration_days=29), False),
    (narcotics.narcotics_last_at_most_28_days, signature(list="I", duration_days=90), True),
    (
        narcotics.narcotics_state_their_duration_and_are_not_renewed,
        signature(list="S", duration_days=28),
        True,
    ),
    (
        narcotics.narcotics_state_their_duration_and_are_not_renewed,
        signature(list="S", renewals=1),
        False,
    ),
    (
        narcotics.narcotics_state_their_duration_and_are_not_renewed,
        signature(list="S", duration_days=None),
        False,
    ),
    (
        narcotics.durations_keep_within_the_conditions_of_the_medicine,
        signature(max_days=28, duration_days=28),
        True,
    ),
    (
        narcotics.durations_keep_within_the_conditions_of_the_medicine,
        signature(max_days=28, duration_days=14, renewals=2),
        False,
    ),
    (validity.listed_medicines_last_at_most_twelve_months, signature(duration_days=365), True),
    (validity.listed_medicines_last_at_most_twelve_months, signature(duration_days=366), False),
    (
        validity.listed_medicines_last_at_most_twelve_months,
        signature(duration_days=30, renewals=11),
        True,
    ),
    (
        validity.listed_medicines_last_at_most_twelve_months,
        signature(duration_days=31, renewals=11),
        False,
    ),
    (
        validity.listed_medicines_last_at_most_twelve_months,
        signature(list="", duration_days=366),
        True,
    ),
    (substitution.non_substitutable_is_justified, signature(non_substitutable="MTE"), True),
    (substitution.non_substitutable_is_justified, signature(non_substitutable="non"), False),
    (confidentiality.following_the_dispensing_was_asked, SIGNATURE, True),
    (
        confidentiality.following_the_dispensing_was_asked,
        replace(SIGNATURE, may_follow=False),
        True,
    ),
    (
        confidentiality.following_the_dispensing_was_asked,
        replace(SIGNATURE, may_follow=None),
        False,
    ),
    (confidentiality.paper_was_asked, replace(SIGNATURE, paper="mail"), True),
    (confidentiality.paper_was_asked, replace(SIGNATURE, paper=None), False),
    (
        confidentiality.secure_mail_only_needs_a_qualified_identity,
        replace(known(qualified=False), paper="mail"),
        False,
    ),
    (
        confidentiality.secure_mail_only_needs_a_qualified_identity,
        replace(known(qualified=False), paper="paper"),
        True,
    ),
    (confidentiality.only_qualified_identities_leave, PushFacts(False, True), True),
    (confidentiality.only_qualified_identities_leave, PushFacts(False, False), False),
    (confidentiality.anonymous_prescriptions_never_leave, PushFacts(False, True), True),
    (confidentiality.anonymous_prescriptions_never_leave, PushFacts(True, False), False),
    (validity.first_dispensing_within_three_months, DISPENSING, True),
    (
        validity.first_dispensing_within_three_months,
        replace(DISPENSING, on=date(2027, 2, 24)),
        True,
    ),
    (
        validity.first_dispensing_within_three_months,
        replace(DISPENSING, on=date(2027, 2, 25)),
        False,
    ),
    (
        validity.first_dispensing_within_three_months,
        replace(DISPENSING, on=date(2027, 6, 1), first=False),
        True,
    ),
    (validity.nothing_is_dispensed_after_expiry, DISPENSING, True),
    (
        validity.nothing_is_dispensed_after_expiry,
        replace(DISPENSING, on=date(2027, 11, 25)),
        False,
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
        dispensing(same_product=False, same_group=False, agreement="Dr Lemoine, 10 h, téléphone"),
        True,
    ),
    (substitution.changed_posology_was_agreed, dispensing(posology_changed=True), False),
    (
        substitution.changed_posology_was_agreed,
        dispensing(posology_changed=True, agreement="Dr Lemoine, 10 h, téléphone"),
        True,
    ),
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


@pytest.mark.parametrize(
    ("law", "facts", "passes"), TABLE, ids=[f"{r.name}-{i}" for i, (r, _f, _p) in enumerate(TABLE)]
)
def test_the_rule_says(law: Rule, facts: Any, passes: bool) -> None:
    assert (law(facts) == []) is passes


REGISTERED = rules.AT_SIGNATURE + rules.AT_DISPENSING + rules.AT_PUSH


def written_rules() -> list[Rule]:
    modules = (confidentiality, ivg, mentions, narcotics, professions, substitution, validity)
    return [r for m in modules for r in vars(m).values() if isinstance(r, Rule)]


def test_no_rule_is_left_out_of_the_registers() -> None:
    assert {r.name for r in written_rules()} == {r.name for r in REGISTERED}


@pytest.mark.parametrize("law", REGISTERED, ids=lambda r: r.name)
def test_each_rule_has_its_article_and_a_table_with_both_answers(law: Rule) -> None:
    assert law.article
    assert law.url.startswith("https://")
    assert {passes for r, _facts, passes in TABLE if r.name == law.name} == {True, False}


def test_each_breach_says_its_article_in_both_languages() -> None:
    for law, facts, passes in TABLE:
        for breach in [] if passes else law(facts):
            assert breach.article == law.article
            assert breach.text.fr and breach.text.en
            assert breach.text.fr != breach.text.en


def test_a_law_holds_only_between_its_days() -> None:
    @rule(article="X", url="https://example", since=date(2026, 1, 1), until=date(2027, 1, 1))
    def always(facts: object) -> Breach:
        """Always found."""
        return Breach(Text("oui", "yes"))

    assert breaches((always,), None, on=date(2025, 12, 31)) == []
    assert len(breaches((always,), None, on=date(2026, 1, 1))) == 1
    assert breaches((always,), None, on=date(2027, 1, 1)) == []


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 1, 15), 3, date(2026, 4, 15)),
    ],
)
def test_months_end_on_the_same_day_or_the_last(day: date, months: int, expected: date) -> None:
    assert validity.months_after(day, months) == expected


def test_all_breaches_are_told_together() -> None:
    bare = replace(signature(posology="", duration_days=None, quantity=None), may_follow=None)
    found = breaches(rules.AT_SIGNATURE, bare, on=TODAY)
    assert {b.field for b in found} >= {"posology", "duration", "may_follow"}
