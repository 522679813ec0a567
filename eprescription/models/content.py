"""What a line says, whether it stands on a prescription or waits in a template."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class LineKind(models.TextChoices):
    """What is prescribed. All but medicines may be free text: it never blocks."""

    MEDICINE = "medicine", _("Médicament")
    DEVICE = "device", _("Dispositif médical")
    PREPARATION = "preparation", _("Préparation magistrale")
    BIOLOGY = "biology", _("Biologie")
    NURSING = "nursing", _("Soins infirmiers")
    PHYSIOTHERAPY = "physio", _("Kinésithérapie")
    TRANSPORT = "transport", _("Transport")
    OTHER = "other", _("Autre prescription")


class NonSubstitutable(models.TextChoices):
    """The only three reasons for excluding substitution (CSP L. 5125-23, arrêté du 12 novembre 2019)."""

    NO = "", _("Substitution possible")
    MTE = "MTE", _("MTE : marge thérapeutique étroite")
    EFG = "EFG", _("EFG : enfant de moins de 6 ans, aucune forme générique adaptée")
    CIF = "CIF", _("CIF : contre-indication formelle à un excipient")


class Cover(models.TextChoices):
    """The risk that a line is charged to, beside a long-term illness (CSS R. 161-45)."""

    SICKNESS = "", _("Maladie")
    WORK = "atmp", _("Accident du travail, maladie professionnelle")
    MATERNITY = "maternity", _("Maternité")
    PREVENTION = "prevention", _("Prévention")


class LineContent(models.Model):
    """One line: what, as the drug base named it on the day, and how to take it.

    `by_inn`: prescribed by its INN alone; `cis` is then the usual member of what it names, from
    which the law is read, and no brand is printed. `dosing` is the structured posology
    (`eprescription.posology`), null for free text; `posology` is the sentence that is printed.
    """

    kind = models.CharField(max_length=12, choices=LineKind, default=LineKind.MEDICINE)
    cis = models.CharField(max_length=8, blank=True)
    cip13 = models.CharField(max_length=13, blank=True)
    lpp = models.CharField(max_length=7, blank=True)
    by_inn = models.BooleanField(default=False)
    inn = models.TextField(blank=True)
    name = models.TextField(blank=True)
    strength = models.TextField(blank=True)
    form = models.TextField(blank=True)
    box_units = models.PositiveSmallIntegerField(null=True, blank=True)
    # What the drug base and the lists of the law say of it on the day
    list = models.CharField(max_length=2, blank=True)
    atc = models.CharField(max_length=7, blank=True)
    max_days = models.PositiveSmallIntegerField(null=True, blank=True)
    max_days_extended = models.PositiveSmallIntegerField(null=True, blank=True)
    fraction_days = models.PositiveSmallIntegerField(null=True, blank=True)
    secured = models.BooleanField(default=False)
    ivg = models.BooleanField(default=False)
    exception = models.BooleanField(default=False)
    # How it is taken, for how long, how much
    dosing = models.JSONField(null=True, blank=True)
    posology = models.CharField(max_length=300, blank=True)
    duration_days = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(366)]
    )
    quantity = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(99)]
    )
    renewals = models.PositiveSmallIntegerField(default=0, validators=[MaxValueValidator(11)])
    # What the prescriber decides
    ald = models.BooleanField(default=False)
    cover = models.CharField(max_length=10, choices=Cover, blank=True, default=Cover.SICKNESS)
    off_label = models.BooleanField(default=False)
    not_reimbursable = models.BooleanField(default=False)
    non_substitutable = models.CharField(
        max_length=3, choices=NonSubstitutable, blank=True, default=NonSubstitutable.NO
    )
    # Narcotics: all at once (R. 5132-30), expressly over an earlier one (R. 5132-33), by active pump
    single_delivery = models.BooleanField(default=False)
    overlap = models.CharField(max_length=200, blank=True)
    by_pump = models.BooleanField(default=False)

    class Meta:
        abstract = True
