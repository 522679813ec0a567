"""The questions of each signature, and what may leave."""

from dataclasses import replace
from typing import Any

from eprescription.rules import confidentiality
from eprescription.rules.facts import PushFacts
from eprescription.rules.law import Rule
from tests.eprescription.rules.facts import SIGNATURE, known
from tests.eprescription.rules.table import Table, truth_table

UNQUALIFIED = known(qualified=False)
TABLE: Table = [
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
        replace(UNQUALIFIED, paper="mail"),
        False,
    ),
    (
        confidentiality.secure_mail_only_needs_a_qualified_identity,
        replace(UNQUALIFIED, paper="paper"),
        True,
    ),
    (
        confidentiality.secure_mail_only_needs_a_qualified_identity,
        replace(SIGNATURE, paper="mail"),
        True,
    ),
    (confidentiality.only_qualified_identities_leave, PushFacts(False, True), True),
    (confidentiality.only_qualified_identities_leave, PushFacts(False, False), False),
    (confidentiality.anonymous_prescriptions_never_leave, PushFacts(False, True), True),
    (confidentiality.anonymous_prescriptions_never_leave, PushFacts(True, False), False),
]


@truth_table(TABLE)
def test_the_rule_says(law: Rule, facts: Any, passes: bool) -> None:
    assert (law(facts) == []) is passes
