"""What is done on paper while the portal cannot be reached, and how it comes back (product.md, decision 17).

The motives are those reported of R. 4073-2 CSP; the list that could be read is incomplete (domain.md 1.2).
"""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class PaperMotive(models.TextChoices):
    """Why a prescription was written on paper (CSP R. 4073-2)."""

    TELESERVICE = "teleservice", _("Téléservice indisponible")
    INTERNET = "internet", _("Connexion à internet insuffisante")
    TECHNICAL = "technical", _("Difficulté technique ponctuelle")
    EQUIPMENT = "equipment", _("Pas d'outil informatique adapté sur le lieu de la prescription")


class SheetState(models.TextChoices):
    """Where a sheet of a downtime pad stands."""

    RESERVED = "reserved", _("Vierge")
    ON_PAPER = "on_paper", _("Délivrée sur papier, à régulariser")
    ENTERED = "entered", _("Régularisée")
    MATCHED = "matched", _("Régularisée et rapprochée")
    CONFLICT = "conflict", _("À trancher")
    VOID = "void", _("Annulée")


class DowntimeSheet(models.Model):
    """One sheet printed in advance: its number is of the same space as all, and reserved for it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(max_length=18, unique=True)
    state = models.CharField(max_length=10, choices=SheetState, default=SheetState.RESERVED)
    version = models.PositiveIntegerField(default=0)
    prescriber = models.ForeignKey("eprescription.Activity", on_delete=models.PROTECT)
    batch = models.UUIDField(help_text="printed together")
    printed_at = models.DateTimeField()
    expires_on = models.DateField()
    # What the prescriber copies from it afterwards; the draft first, then the signed prescription
    prescription = models.OneToOneField(
        "eprescription.Prescription",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="sheet",
    )
    motive = models.CharField(max_length=12, choices=PaperMotive, blank=True)
    written_at = models.DateTimeField(null=True, blank=True, help_text="when the paper was signed")
    secured_paper = models.BooleanField(default=False)
    entered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["prescriber", "state"], name="sheets_of_prescriber")]
        constraints = [
            models.CheckConstraint(
                name="entered_means_motive_and_moment",
                condition=Q(entered_at=None) | (~Q(motive="") & Q(written_at__isnull=False)),
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.state}"


class PaperDispensing(models.Model):
    """What a pharmacy handed over on paper, as its pharmacist recorded it afterwards; kept whatever the number.

    `proof`: keyed hash of number and birth date as they stand on the paper, compared with the patient once there is one.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(max_length=18, db_index=True)
    pharmacy = models.ForeignKey("eprescription.Place", on_delete=models.PROTECT)
    by = models.ForeignKey("eprescription.Activity", on_delete=models.PROTECT)
    dispensed_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    proof = models.BinaryField()
    secured_paper = models.BooleanField(default=False)
    lines = models.JSONField(help_text="[{cis, cip13, name, quantity}]")
    # Found by its number, at once or later
    prescription = models.ForeignKey(
        "eprescription.Prescription", on_delete=models.PROTECT, null=True, blank=True
    )
    dispensing = models.OneToOneField(
        "eprescription.Dispensing", on_delete=models.PROTECT, null=True, blank=True
    )

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["pharmacy", "-recorded_at"], name="paper_of_pharmacy")]


class PaperConflict(models.Model):
    """Paper and portal do not agree: both sides, and what a person decided; nothing is dropped."""

    class Kind(models.TextChoices):
        PATIENT = "patient", _("La date de naissance n'est pas celle du patient régularisé")
        DIFFERS = "differs", _("La délivrance diffère de ce qui a été prescrit")
        TWICE = "twice", _("Le même numéro a été délivré deux fois")
        CANCELLED = "cancelled", _("L'ordonnance était annulée, ou la feuille retirée")
        UNKNOWN = "unknown", _("Ce numéro n'a été réservé par aucun prescripteur")
        LATE = "late", _("La feuille n'a pas été régularisée à temps")

    class Decision(models.TextChoices):
        STANDS = "stands", _("La délivrance a bien eu lieu ainsi : elle est gardée")
        AGREED = "agreed", _("Le prescripteur a donné son accord : la délivrance est gardée")
        MISTAKE = "mistake", _("Erreur de saisie : cet enregistrement ne compte pas")
        FORGED = "forged", _("Faux : signalé, la feuille est retirée")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=10, choices=Kind)
    paper = models.ForeignKey(PaperDispensing, on_delete=models.PROTECT, related_name="conflicts")
    opened_at = models.DateTimeField()
    decision = models.CharField(max_length=10, choices=Decision, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    decided_by = models.ForeignKey(
        "eprescription.Activity", on_delete=models.PROTECT, null=True, blank=True
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["paper"], condition=Q(decided_at=None), name="one_open_conflict_a_paper"
            ),
            models.CheckConstraint(
                name="a_decision_says_who_and_why",
                condition=Q(decided_at=None, decision="")
                | (Q(decided_at__isnull=False, decided_by__isnull=False) & ~Q(reason="")),
            ),
        ]


__all__ = [
    "DowntimeSheet",
    "PaperConflict",
    "PaperDispensing",
    "PaperMotive",
    "SheetState",
]
