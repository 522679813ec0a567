"""The law as code: the table of contents, per moment. Pure Python: no Django, no clock, no query."""

from eprescription.rules import (
    confidentiality,
    ivg,
    mentions,
    narcotics,
    professions,
    substitution,
    validity,
)
from eprescription.rules.law import Breach, Rule, Text, Weight, blocking, breaches

AT_SIGNATURE: tuple[Rule, ...] = (
    professions.only_prescribing_professions_prescribe,
    mentions.prescriber_is_fully_named,
    mentions.patient_is_fully_named,
    mentions.something_is_prescribed,
    professions.only_marketed_medicines_are_prescribed,
    ivg.ivg_medicines_wait_for_their_own_flow,
    mentions.each_medicine_is_named_by_its_substance,
    mentions.each_line_says_how_to_take_it,
    mentions.each_line_has_duration_or_quantity,
    narcotics.narcotics_last_at_most_28_days,
    narcotics.narcotics_state_their_duration_and_are_not_renewed,
    narcotics.durations_keep_within_the_conditions_of_the_medicine,
    validity.listed_medicines_last_at_most_twelve_months,
    substitution.non_substitutable_is_justified,
    confidentiality.following_the_dispensing_was_asked,
    confidentiality.paper_was_asked,
    confidentiality.secure_mail_only_needs_a_qualified_identity,
)
AT_DISPENSING: tuple[Rule, ...] = (
    validity.first_dispensing_within_three_months,
    validity.nothing_is_dispensed_after_expiry,
    substitution.never_more_than_prescribed,
    substitution.non_substitutable_is_respected,
    substitution.substitution_stays_inside_the_generic_group,
    substitution.changed_posology_was_agreed,
    substitution.what_is_not_dispensed_has_its_reason,
)
AT_PUSH: tuple[Rule, ...] = (
    confidentiality.anonymous_prescriptions_never_leave,
    confidentiality.only_qualified_identities_leave,
)

__all__ = [
    "AT_DISPENSING",
    "AT_PUSH",
    "AT_SIGNATURE",
    "Breach",
    "Rule",
    "Text",
    "Weight",
    "blocking",
    "breaches",
]
