"""Why a prescriber went on in spite of a warning."""

import pgtrigger
from django.db import models

from eprescription.insert_only import ERASING_PASSES
from eprescription.models.nobody import CODED, wordless

FROZEN = "".join(
    (
        ERASING_PASSES,
        """
    IF (SELECT state FROM eprescription_prescription WHERE id = OLD.prescription_id) <> 'draft' THEN
        RAISE EXCEPTION 'the reasons of a signed prescription are frozen';
    END IF;
    RETURN COALESCE(NEW, OLD);
""",
    )
)


class Justification(models.Model):
    """One warning that was shown, in the words that were shown, and the reason for going on.

    `rule` and `key` say which warning it answers: a warning that changes asks again.
    """

    prescription = models.ForeignKey(
        "eprescription.Prescription", on_delete=models.CASCADE, related_name="justifications"
    )
    line = models.ForeignKey(
        "eprescription.Line",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="justifications",
    )
    rule = models.CharField(max_length=80)
    key = models.CharField(max_length=80, blank=True)
    article = models.CharField(max_length=120, blank=True)
    text = models.TextField()
    reason = models.CharField(max_length=300)
    by = models.ForeignKey("eprescription.Activity", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["prescription", "line", "rule", "key"],
                name="one_reason_a_warning",
                nulls_distinct=False,
            )
        ]
        triggers = [
            wordless(f"NEW.reason IN ({CODED})", "NEW.prescription_id"),
            pgtrigger.Trigger(
                name="signed_reasons_are_frozen",
                operation=pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                func=FROZEN,
            ),
        ]
