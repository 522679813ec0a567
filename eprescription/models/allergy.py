"""What a person must not be given."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from eprescription.models.nobody import named_only


class Allergy(models.Model):
    """An allergy or intolerance, declared by a prescriber or by the patient; never deleted.

    `code` is a substance of the drug base (five digits) or the beginning of an ATC code (a class);
    empty for what could only be written: it is shown, and said not to be checked.
    """

    class Kind(models.TextChoices):
        """What is named."""

        SUBSTANCE = "substance", _("Substance")
        CLASS = "class", _("Classe")
        OTHER = "other", _("Autre, non contrôlée par le portail")

    subject = models.ForeignKey(
        "eprescription.Subject", on_delete=models.PROTECT, related_name="allergies"
    )
    kind = models.CharField(max_length=10, choices=Kind)
    code = models.CharField(max_length=7, blank=True)
    label = models.CharField(max_length=120)
    declared_by = models.ForeignKey(
        "eprescription.Activity", on_delete=models.PROTECT, related_name="+"
    )
    declared_at = models.DateTimeField()
    withdrawn_by = models.ForeignKey(
        "eprescription.Activity", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["subject"], name="allergies_of_subject")]
        triggers = [named_only()]
        constraints = [
            models.CheckConstraint(
                name="allergy_named_by_its_code",
                condition=Q(kind="other", code="")
                | Q(kind="substance", code__regex=r"^[0-9]{5}$")
                | Q(kind="class", code__regex=r"^[A-Z][0-9]{2}[A-Z]{0,2}$"),
            ),
            models.CheckConstraint(
                name="allergy_withdrawn_by_somebody",
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["subject", "kind", "code", "label"],
                condition=Q(withdrawn_at=None),
                name="one_living_allergy",
            ),
        ]
