"""The law as code: the table of contents, per moment. Pure Python: no Django, no clock, no query."""

from eprescription.rules import (
    alerts,
    confidentiality,
    durations,
    ivg,
    mentions,
    narcotics,
    products,
    professions,
    reimbursement,
    substitution,
    validity,
)
from eprescription.rules.law import Breach, Rule, Text, Weight, blocking, breaches

# Medicines of abortion: asked before a line is stored, and once more with the rest at signature.
IVG: tuple[Rule, ...] = (
    ivg.ivg_place_is_said,
    ivg.ivg_medicines_are_handed_over_face_to_face,
    ivg.ivg_anonymity_is_answered,
    ivg.ivg_anonymity_never_goes_on_with_a_name,
    ivg.ivg_names_pharmacy_and_convention,
    ivg.ivg_convention_is_signed_already,
)
# While it is written and when it is signed: the gravest first beside each line.
AT_SIGNATURE: tuple[Rule, ...] = (
    professions.only_prescribing_professions_prescribe,
    mentions.prescriber_is_fully_named,
    mentions.prescriber_can_be_reached_from_abroad,
    mentions.patient_is_fully_named,
    mentions.something_is_prescribed,
    *IVG,
    professions.ivg_medicines_come_from_doctors_and_midwives,
    products.only_marketed_medicines_are_prescribed,
    mentions.each_medicine_is_named_by_its_substance,
    mentions.each_free_line_says_something,
    mentions.each_line_says_how_to_take_it,
    mentions.each_line_has_duration_or_quantity,
    narcotics.narcotics_state_their_duration_and_are_not_renewed,
    narcotics.narcotics_are_written_in_full,
    narcotics.overlapping_narcotics_say_so,
    narcotics.substitution_treatments_name_their_pharmacy,
    durations.narcotics_last_at_most_28_days,
    durations.hypnotics_last_at_most_four_weeks,
    durations.anxiolytics_last_at_most_twelve_weeks,
    durations.durations_keep_within_the_conditions_of_the_medicine,
    validity.listed_medicines_last_at_most_twelve_months,
    substitution.non_substitutable_is_justified,
    substitution.no_form_for_a_child_is_for_a_small_child,
    substitution.inn_alone_leaves_nothing_to_keep,
    reimbursement.exception_medicines_stand_alone,
    # Warnings: a reason is recorded
    alerts.contraindicated_pairs_are_justified,
    alerts.allergies_are_respected,
    alerts.the_same_substance_twice_is_justified,
    professions.each_profession_keeps_to_its_medicines,
    products.restricted_medicines_are_prescribed_by_those_who_may,
    durations.limited_medicines_state_their_duration,
    substitution.narrow_margin_is_for_listed_substances,
    products.boxes_match_the_treatment,
    validity.renewals_go_by_periods_of_one_month,
    validity.what_is_reimbursed_lasts_at_most_twelve_months,
    reimbursement.off_label_says_whether_it_is_reimbursed,
    reimbursement.each_line_is_charged_to_one_risk,
    reimbursement.each_type_has_its_prescription,
    # Information
    alerts.discouraged_pairs_are_known,
    alerts.precautions_are_known,
    alerts.the_same_class_twice_is_known,
    products.special_monitoring_is_known,
    narcotics.secured_prescriptions_are_electronic,
    narcotics.fractions_are_known,
    substitution.biosimilars_are_announced,
    reimbursement.exception_medicines_follow_their_sheet,
    reimbursement.long_term_illness_has_its_zone,
    mentions.the_weight_of_a_child_is_stated,
    mentions.medicines_are_prescribed_after_examination,
    # The two questions
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
REGISTERS = {"signature": AT_SIGNATURE, "dispensing": AT_DISPENSING, "push": AT_PUSH}
DUTIES = tuple(f"P{number}" for number in range(1, 31))  # what the product promises of the law

__all__ = [
    "AT_DISPENSING",
    "AT_PUSH",
    "AT_SIGNATURE",
    "DUTIES",
    "IVG",
    "REGISTERS",
    "Breach",
    "Rule",
    "Text",
    "Weight",
    "blocking",
    "breaches",
]
