"""The patient's opposition to the prescriber reading the execution (CSP R. 4072-1 et s.)."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from eprescription.models.nobody import named_only


class Reach(models.TextChoices):
    """How far an opposition reaches."""

    PRESCRIPTION = "prescription", _("Cette ordonnance")
    PRESCRIBER = "prescriber", _("Ce prescripteur")
    ALL = "all", _("Tous les prescripteurs")


class Channel(models.TextChoices):
    """Where the patient said so."""

    WRITING = "writing", _("Auprès du prescripteur")
    SPACE = "space", _("Dans l'espace du patient")


class Opposition(models.Model):
    """Stands until it is taken back; it concerns past and future dispensings."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject = models.ForeignKey(
        "eprescription.Subject", on_delete=models.PROTECT, related_name="oppositions"
    )
    reach = models.CharField(max_length=12, choices=Reach)
    prescription = models.ForeignKey(
        "eprescription.Prescription", on_delete=models.PROTECT, null=True, blank=True
    )
    prescriber = models.ForeignKey(
        "eprescription.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    channel = models.CharField(max_length=8, choices=Channel)
    since = models.DateTimeField()
    by = models.ForeignKey("eprescription.Activity", on_delete=models.PROTECT, related_name="+")
    until = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        "eprescription.Activity", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        default_permissions = ()
        triggers = [named_only()]
        constraints = [
            models.CheckConstraint(
                name="an_opposition_has_its_target",
                condition=Q(reach="all", prescription=None, prescriber=None)
                | Q(reach="prescriber", prescription=None, prescriber__isnull=False)
                | Q(reach="prescription", prescription__isnull=False, prescriber=None),
            ),
            models.UniqueConstraint(
                fields=["subject", "reach", "prescription", "prescriber"],
                condition=Q(until=None),
                name="one_standing_opposition",
                nulls_distinct=False,
            ),
        ]


class Consent(models.Model):
    """One of those who decide agrees that an opposition ends; it ends when all of them do.

    Two parents: if one of them opposes, it stands until both allow, or the child, of age, decides (decision 9).
    A person who opposes again takes his consent back.
    """

    opposition = models.ForeignKey(Opposition, on_delete=models.PROTECT, related_name="consents")
    user = models.ForeignKey("eprescription.User", on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey("eprescription.Activity", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["opposition", "user"],
                condition=Q(until=None),
                name="one_consent_a_person",
            )
        ]
