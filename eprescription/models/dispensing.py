"""What happened to a prescription in pharmacies: records of their own, which the prescriber's rows never show."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from eprescription.insert_only import insert_only
from eprescription.models.nobody import CODED, designated_only, wordless
from eprescription.models.prescription import Line, Prescription
from eprescription.models.states import CaseState

INSERT_ONLY = insert_only(erased=True)
OF_ITS_CASE = "(SELECT prescription_id FROM eprescription_dispensingcase WHERE id = NEW.case_id)"


class DispensingCase(models.Model):
    """Where the dispensing of one prescription stands, across pharmacies."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    prescription = models.OneToOneField(Prescription, on_delete=models.PROTECT, related_name="case")
    state = models.CharField(max_length=10, choices=CaseState, default=CaseState.WAITING)
    version = models.PositiveIntegerField(default=0)
    # It was open when the base was put back: what was dispensed in between is not known here.
    restoration = models.ForeignKey(
        "eprescription.Restoration",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_index=False,  # nobody looks for them: who presents one is told
    )

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
        triggers = [designated_only("NEW.pharmacy_id", OF_ITS_CASE)]
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(ended_at=None), name="one_live_claim"
            )
        ]
        indexes = [
            models.Index(fields=["pharmacy", "at"], name="live_claims", condition=Q(ended_at=None))
        ]


class Balance(models.Model):
    """What may still be dispensed of one line, in its unit of dispensing, renewals included.

    Boxes for most lines; what one counts in them (capsules, ampoules) for narcotics, whose quantities the law wants
    exact (CSP R. 5132-35). `lost` may not be dispensed any more: days of a narcotic that passed (R. 5132-33), or a
    line that its author stopped or replaced. `extra` was dispensed after expiry, by exception, beside the total.
    """

    class Unit(models.TextChoices):
        BOX = "box", _("boîte")
        UNIT = "unit", _("unité")

    line = models.OneToOneField(
        Line, on_delete=models.PROTECT, primary_key=True, related_name="balance"
    )
    case = models.ForeignKey(DispensingCase, on_delete=models.PROTECT, related_name="balances")
    unit = models.CharField(max_length=4, choices=Unit, default=Unit.BOX, db_default=Unit.BOX)
    total = models.PositiveIntegerField()
    dispensed = models.PositiveIntegerField(default=0)
    lost = models.PositiveIntegerField(default=0, db_default=0)
    extra = models.PositiveIntegerField(default=0, db_default=0)

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                name="never_more_than_prescribed",
                condition=Q(dispensed__lte=F("total") - F("lost")),
            )
        ]

    @property
    def remaining(self) -> int:
        """What may still be dispensed, in the unit of the balance."""
        return self.total - self.dispensed - self.lost


class Dispensing(models.Model):
    """One act at the counter; never changed afterwards. A correction is another one that `corrects` it."""

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
    prepared_by = models.ForeignKey(
        "eprescription.Activity", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField()
    completeness = models.CharField(max_length=3, choices=Completeness, blank=True)
    corrects = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="correction"
    )
    correction_reason = models.CharField(max_length=300, blank=True)
    # Who fetched it, when it was not the patient: name and address, sealed (CSP R. 5132-35)
    bearer = models.BinaryField(default=b"", db_default=b"")
    identity_checked = models.BooleanField(default=False, db_default=False)

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                name="a_correction_says_why",
                condition=Q(corrects=None) | ~Q(correction_reason=""),
            )
        ]
        indexes = [models.Index(fields=["pharmacy", "-at"], name="dispensings_of_pharmacy")]
        triggers = [
            designated_only("NEW.pharmacy_id", OF_ITS_CASE),
            wordless(
                f"octet_length(NEW.bearer) = 0 AND NEW.correction_reason IN ('', {CODED})",
                OF_ITS_CASE,
            ),
            insert_only(
                rotated=("bearer",),
                emptied=("bearer",),
                emptied_to="octet_length(NEW.bearer) = 0",
                erased=True,
            ),
        ]


class Preparation(models.Model):
    """What a préparateur made ready under the claim; a pharmacist reads it over and validates (CSP L. 4241-1)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="preparations")
    by = models.ForeignKey("eprescription.Activity", on_delete=models.PROTECT)
    at = models.DateTimeField()
    typed = models.JSONField(help_text="fields of the dispensing page, as they were sent")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["claim"], condition=Q(ended_at=None), name="one_live_preparation"
            )
        ]
