"""Each presentation of a code at a pharmacy: the receipt of good faith, the signals of cloning, reports of forgery."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from eprescription.models.dispensing import INSERT_ONLY
from eprescription.models.nobody import designated_only
from eprescription.models.prescription import Prescription


class Opening(models.Model):
    """One presentation. Granted, it is a receipt: what the portal answered then, signed; else why it was refused."""

    class Way(models.TextChoices):
        CODE = "code", _("code scanné")
        COLLECT = "collect", _("code de retrait")
        NUMBER = "number", _("numéro tapé")
        MAIL = "mail", _("messagerie sécurisée")
        AGAIN = "again", _("reprise au comptoir")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    prescription = models.ForeignKey(
        Prescription, on_delete=models.PROTECT, related_name="openings"
    )
    pharmacy = models.ForeignKey("eprescription.Place", on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey("eprescription.Activity", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    way = models.CharField(max_length=8, choices=Way)
    refused = models.CharField(max_length=40, blank=True, help_text="code of the refusal")
    remaining = models.JSONField(default=list, help_text="left of each line, by position")
    signature = models.BinaryField(default=b"", help_text="Ed25519, when granted")

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["prescription", "-at"], name="openings_of_prescription")]
        triggers = [INSERT_ONLY, designated_only("NEW.pharmacy_id")]


class ForgeryReport(models.Model):
    """A pharmacy holds this code, or the paper that bears it, for forged. `digest`: keyed hash of a code that opens
    nothing, so that the next pharmacy that scans it is warned too."""

    prescription = models.ForeignKey(
        Prescription, on_delete=models.PROTECT, null=True, blank=True, related_name="forgeries"
    )
    digest = models.BinaryField(max_length=32, default=b"")
    pharmacy = models.ForeignKey("eprescription.Place", on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey("eprescription.Activity", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                name="a_report_is_about_something",
                condition=Q(prescription__isnull=False) | ~Q(digest=b""),
            )
        ]
        indexes = [
            models.Index(fields=["digest"], name="reported_codes"),
            models.Index(fields=["prescription"], name="reported_prescriptions"),
        ]
        triggers = [INSERT_ONLY]
