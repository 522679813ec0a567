"""What happened to a prescription in pharmacies: records of their own, which the prescriber's rows never show."""

import uuid

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from eprescription.models.prescription import Line, Prescription
from eprescription.models.states import CaseState


class DispensingCase(models.Model):
    """Where the dispensing of one prescription stands, across pharmacies."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    prescription = models.OneToOneField(Prescription, on_delete=models.PROTECT, related_name="case")
    state = models.CharField(max_length=10, choices=CaseState, default=CaseState.WAITING)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.prescription_id} {self.state}"


class Claim(models.Model):
    """A pharmacy has taken the prescription in hand; one lives at a time."""

    class End(models.TextChoices):
        RELEASED = "released", _("Libérée par la pharmacie")
        DISPENSED = "dispensed", _("Délivrée")
        LAPSED = "lapsed", _("Sans suite après 72 h")
        STOPPED = "stopped", _("Ordonnance annulée ou expirée")

    case = models.ForeignKey(DispensingCase, on_delete=models.PROTECT, related_name="claims")
    pharmacy = models.ForeignKey("eprescription.Place", on_delete=models.PROTECT)
    by = models.ForeignKey("eprescription.Activity", on_delete=models.PROTECT)
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    end = models.CharField(max_length=10, choices=End, blank=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(ended_at=None), name="one_live_claim"
            )
        ]
        indexes = [
            models.Index(fields=["pharmacy", "at"], name="live_claims", condition=Q(ended_at=None))
        ]


class Balance(models.Model):
    """What may still be dispensed of one line, in units of dispensing (boxes), renewals included."""

    line = models.OneToOneField(
        Line, on_delete=models.PROTECT, primary_key=True, related_name="balance"
    )
    case = models.ForeignKey(DispensingCase, on_delete=models.PROTECT, related_name="balances")
    total = models.PositiveSmallIntegerField()
    dispensed = models.PositiveSmallIntegerField(default=0)

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                name="never_more_than_prescribed", condition=Q(dispensed__lte=F("total"))
            )
        ]


class Substitution(models.TextChoices):
    """What the pharmacist gave compared with what was prescribed."""

    NONE = "", _("Produit prescrit")
    GENERIC = "G", _("Substitution dans le groupe générique")
    AGREED = "A", _("Autre produit, avec l'accord du prescripteur")


class Refusal(models.TextChoices):
    """Why a line was not dispensed."""

    NONE = "", _("Délivrée")
    HAS_SOME = "has_some", _("Le patient en a déjà")
    DECLINED = "declined", _("Le patient n'en veut pas")
    SHORTAGE = "shortage", _("Rupture de stock")
    UNSAFE = "unsafe", _("Contre-indication ou interaction")
    DOUBT = "doubt", _("Doute sur la prescription")


class Dispensing(models.Model):
    """One act at the counter, by one pharmacist; never changed afterwards."""

    class Completeness(models.TextChoices):
        """Codes of the national dispensing document (JDV_CompletudeDispensation)."""

        FFC = "FFC", _("Première délivrance, complète")
        FFP = "FFP", _("Première délivrance, partielle")
        RFP = "RFP", _("Délivrance suivante, partielle")
        RFC = "RFC", _("Délivrance suivante, complète")
        NONE = "", _("Rien n'a été délivré")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(DispensingCase, on_delete=models.PROTECT, related_name="dispensings")
    pharmacy = models.ForeignKey("eprescription.Place", on_delete=models.PROTECT)
    by = models.ForeignKey("eprescription.Activity", on_delete=models.PROTECT)
    at = models.DateTimeField()
    key = models.UUIDField(help_text="idempotency key, made by the page that asked")
    completeness = models.CharField(max_length=3, choices=Completeness, blank=True)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["pharmacy", "key"], name="one_effect_a_key")]
        indexes = [models.Index(fields=["pharmacy", "-at"], name="dispensings_of_pharmacy")]
        triggers = [
            pgtrigger.Protect(name="insert_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]


class DispensedLine(models.Model):
    """What was done of one line in one dispensing; the product's name is copied on the day."""

    dispensing = models.ForeignKey(Dispensing, on_delete=models.PROTECT, related_name="lines")
    line = models.ForeignKey(Line, on_delete=models.PROTECT, related_name="deliveries")
    quantity = models.PositiveSmallIntegerField()
    cis = models.CharField(max_length=8)
    name = models.TextField()
    substitution = models.CharField(max_length=1, choices=Substitution, blank=True)
    posology = models.CharField(max_length=300, blank=True, help_text="empty: as prescribed")
    agreement = models.CharField(max_length=300, blank=True)
    refusal = models.CharField(max_length=10, choices=Refusal, blank=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["dispensing", "line"], name="one_delivery_a_line"),
            models.CheckConstraint(
                name="nothing_dispensed_has_a_reason",
                condition=Q(quantity__gt=0, refusal="") | (Q(quantity=0) & ~Q(refusal="")),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="insert_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]
