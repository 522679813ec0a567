"""One line of a dispensing, in the codes of the counter, and its number in the register."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from eprescription.models.dispensing import INSERT_ONLY, Dispensing
from eprescription.models.nobody import CODED, wordless
from eprescription.models.prescription import Line


class Substitution(models.TextChoices):
    """What the pharmacist gave compared with what was prescribed, and by which right."""

    NONE = "", _("Produit prescrit")
    GENERIC = "G", _("Substitution dans le groupe générique")
    HYBRID = "H", _("Substitution dans le groupe hybride")
    BIOSIMILAR = "B", _("Substitution par un biosimilaire")
    SHORTAGE = "R", _("Remplacement en rupture, sur recommandation de l'ANSM")
    URGENT = "U", _("Autre produit, en urgence et dans l'intérêt du patient")
    AGREED = "A", _("Autre produit, avec l'accord du prescripteur")


class Refusal(models.TextChoices):
    """Why a line was not dispensed, or not wholly."""

    NONE = "", _("Délivrée")
    HAS_SOME = "has_some", _("Le patient en a déjà")
    DECLINED = "declined", _("Le patient n'en veut pas")
    LATER = "later", _("Le patient reviendra")
    SHORTAGE = "shortage", _("Rupture de stock")
    EARLY = "early", _("Trop tôt pour renouveler")
    UNSAFE = "unsafe", _("Contre-indication ou interaction")
    QUESTION = "question", _("En attente de la réponse du prescripteur")
    DOUBT = "doubt", _("Doute sur la prescription")
    FORGED = "forged", _("Ordonnance tenue pour fausse")


class Agreement(models.TextChoices):
    """How the prescriber agreed to a change."""

    NONE = "", _("Pas d'accord demandé")
    PHONE = "phone", _("Par téléphone")
    QUESTION = "question", _("Sur le portail")
    MAIL = "mail", _("Par messagerie sécurisée")
    PERSON = "person", _("De vive voix")


class Exceptional(models.TextChoices):
    """A delivery beside what was prescribed, after the end of validity."""

    NONE = "", _("Sur l'ordonnance")
    CHRONIC = "chronic", _("Traitement chronique, à titre exceptionnel")
    CONTRACEPTIVE = "pill", _("Dispensation supplémentaire de contraceptifs oraux")


# Who agreed is the one who signed.
HIS_NAME = """(
    SELECT trim(concat(prescriber->>'title', ' ', prescriber->>'name'))
    FROM eprescription_prescription p JOIN eprescription_line l ON l.prescription_id = p.id
    WHERE l.id = NEW.line_id
)"""
NOT_A_WORD = " AND ".join(
    (
        "NEW.note || NEW.instruction || NEW.posology = ''",
        f"NEW.reason IN ('', {CODED})",
        f"(NEW.agreement = '' OR NEW.agreement = {HIS_NAME})",
    )
)


class DispensedLine(models.Model):
    """What was done of one line in one dispensing; the product's name is copied on the day.

    `quantity` and `owed` count in the unit of the line's balance, `packs` the boxes that left the shelf, `days` the
    treatment that they cover as far as the posology tells. The serial number stays in the pharmacy.
    """

    dispensing = models.ForeignKey(Dispensing, on_delete=models.PROTECT, related_name="lines")
    line = models.ForeignKey(Line, on_delete=models.PROTECT, related_name="deliveries")
    quantity = models.PositiveIntegerField()
    exceptional = models.CharField(max_length=8, choices=Exceptional, blank=True, db_default="")
    owed = models.PositiveIntegerField(default=0, db_default=0)
    lost = models.PositiveIntegerField(
        default=0, db_default=0, help_text="given up with it: days of a narcotic that passed"
    )
    days = models.PositiveSmallIntegerField(null=True, blank=True)
    # Copied and counted on the day, so that a pharmacy finds at once what is due at its counter
    pharmacy = models.ForeignKey(
        "eprescription.Place",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    owed_since = models.DateField(null=True, blank=True, help_text="when something is owed")
    ends_on = models.DateField(
        null=True, blank=True, help_text="when nothing is owed: what was given lasts until then"
    )
    # The boxes
    cis = models.CharField(max_length=8)
    name = models.TextField()
    cip13 = models.CharField(max_length=13, blank=True, db_default="")
    packs = models.PositiveSmallIntegerField(null=True, blank=True)
    lot = models.CharField(max_length=20, blank=True, db_default="")
    expiry = models.DateField(null=True, blank=True)
    serial = models.CharField(max_length=20, blank=True, db_default="")
    # What differs from what was prescribed, and by which right
    substitution = models.CharField(max_length=1, choices=Substitution, blank=True)
    posology = models.CharField(max_length=300, blank=True, help_text="empty: as prescribed")
    agreement = models.CharField(max_length=300, blank=True, help_text="who agreed")
    agreed_how = models.CharField(max_length=8, choices=Agreement, blank=True, db_default="")
    agreed_at = models.DateTimeField(null=True, blank=True)
    question = models.ForeignKey(
        "eprescription.Question",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="deliveries",
    )
    refusal = models.CharField(max_length=10, choices=Refusal, blank=True)
    reason = models.CharField(
        max_length=300, blank=True, db_default="", help_text="why a warning of the law was passed"
    )
    warnings = models.JSONField(default=list, db_default=[], help_text="rules that were passed")
    # Pharmaceutical intervention (codes of Interop'Santé, after the SFPC)
    problem = models.CharField(max_length=3, blank=True, db_default="")
    intervention = models.CharField(max_length=1, blank=True, db_default="")
    outcome = models.CharField(max_length=1, blank=True, db_default="")
    note = models.CharField(max_length=300, blank=True)
    instruction = models.CharField(
        max_length=300, blank=True, db_default="", help_text="said to the patient, on the label"
    )

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["dispensing", "line"], name="one_delivery_a_line"),
            models.CheckConstraint(
                name="nothing_dispensed_has_a_reason",
                condition=Q(quantity__gt=0) | ~Q(refusal=""),
            ),
        ]
        indexes = [
            models.Index(fields=["cip13", "serial"], name="boxes_given", condition=~Q(serial="")),
            models.Index(
                fields=["pharmacy", "owed_since"],
                name="boxes_owed",
                condition=Q(owed_since__isnull=False),
            ),
            models.Index(
                fields=["pharmacy", "ends_on"],
                name="treatments_ending",
                condition=Q(ends_on__isnull=False),
            ),
        ]
        triggers = [
            INSERT_ONLY,
            wordless(
                NOT_A_WORD,
                "(SELECT prescription_id FROM eprescription_line WHERE id = NEW.line_id)",
            ),
        ]


class Register(models.Model):
    """The last number that a pharmacy gave in its register of listed medicines."""

    pharmacy = models.OneToOneField(
        "eprescription.Place", on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    last = models.PositiveIntegerField(default=0)

    class Meta:
        default_permissions = ()


class RegisterEntry(models.Model):
    """One line of the register (*ordonnancier*): numbered without gaps, never changed (CSP R. 5132-9, R. 5132-10)."""

    pharmacy = models.ForeignKey("eprescription.Place", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    delivered = models.OneToOneField(
        DispensedLine, on_delete=models.PROTECT, related_name="registered"
    )
    subject = models.ForeignKey("eprescription.Subject", on_delete=models.PROTECT, related_name="+")
    cis = models.CharField(max_length=8)
    narcotic = models.BooleanField(
        default=False, db_default=False, help_text="copied, so that a year of them is found at once"
    )

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["pharmacy", "number"], name="one_number_a_pharmacy")
        ]
        indexes = [
            models.Index(fields=["pharmacy", "-at"], name="register_by_date"),
            models.Index(fields=["pharmacy", "cis", "-at"], name="register_by_product"),
            models.Index(fields=["pharmacy", "subject", "-at"], name="register_by_patient"),
            models.Index(
                fields=["pharmacy", "-at"], name="register_narcotics", condition=Q(narcotic=True)
            ),
        ]
        triggers = [
            INSERT_ONLY,
            pgtrigger.Trigger(
                name="never_emptied",
                operation=pgtrigger.Truncate,
                level=pgtrigger.Statement,
                when=pgtrigger.Before,
                func="RAISE EXCEPTION 'the register is insert-only';",
            ),
        ]
