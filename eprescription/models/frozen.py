"""What the database refuses once a prescription is signed, whatever the code above does."""

import pgtrigger

from eprescription.insert_only import ERASING_PASSES

FROZEN = [
    "number",
    "author_id",
    "subject_id",
    "identity_version",
    "prescriber",
    "signed_at",
    "expires_on",
    "may_follow",
    "paper",
    "weight_kg",
    "height_cm",
    "pharmacy_named",
    "designated_id",
    "teleconsultation",
    "anonymity",
    "convention_place",
    "convention_date",
    "secret",
    "accompanied",
    "secured",
    "catalogue_edition",
    "attestation",
]
FROZEN_CONTENT = "OLD.state <> 'draft' AND ({})".format(
    " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in FROZEN)
)

KEPT = f"""
    {ERASING_PASSES}
    IF OLD.state <> 'draft' THEN
        RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;
    END IF;
    RETURN OLD;
"""

FROZEN_LINE = "".join(
    (
        ERASING_PASSES,
        """
    IF (SELECT state FROM eprescription_prescription WHERE id = OLD.prescription_id) <> 'draft' THEN
        RAISE EXCEPTION 'the lines of a signed prescription are frozen';
    END IF;
    RETURN COALESCE(NEW, OLD);
""",
    )
)


def signed_is_frozen() -> pgtrigger.Trigger:
    """What was signed does not change."""
    return pgtrigger.Protect(
        name="signed_is_frozen",
        operation=pgtrigger.Update,
        condition=pgtrigger.Condition(FROZEN_CONTENT),
    )


def erased_for_good() -> pgtrigger.Trigger:
    """What is over for all but a register never comes back."""
    return pgtrigger.Protect(
        name="erased_for_good",
        operation=pgtrigger.Update,
        condition=pgtrigger.Condition(
            "OLD.erased_at IS NOT NULL AND NEW.erased_at IS DISTINCT FROM OLD.erased_at"
        ),
    )


def signed_is_kept() -> pgtrigger.Trigger:
    """What was signed is deleted with a warrant of erasure alone."""
    return pgtrigger.Trigger(
        name="signed_is_kept",
        operation=pgtrigger.Delete,
        when=pgtrigger.Before,
        func=KEPT,
    )


def signed_lines_are_frozen() -> pgtrigger.Trigger:
    """Nor do its lines change or go."""
    return pgtrigger.Trigger(
        name="signed_lines_are_frozen",
        operation=pgtrigger.Update | pgtrigger.Delete,
        when=pgtrigger.Before,
        func=FROZEN_LINE,
    )
