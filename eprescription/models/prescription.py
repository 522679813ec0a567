"""The prescription as its author knows it: nothing of its dispensing stands on these rows."""

import uuid
from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from eprescription.insert_only import insert_only
from eprescription.models.content import LineContent
from eprescription.models.frozen import (
    erased_for_good,
    signed_is_frozen,
    signed_is_kept,
    signed_lines_are_frozen,
)
from eprescription.models.nobody import (
    NO_WORDS_ON_A_LINE,
    answered_once,
    kind_and_answer_agree,
    wordless,
)
from eprescription.models.states import PrescriptionState


class Paper(models.TextChoices):
    """What the patient takes home."""

    PAPER = "paper", _("Papier et messagerie sécurisée")
    MAIL = "mail", _("Messagerie sécurisée seulement, sans papier")


class Anonymity(models.TextChoices):
    """The answer to the question of abortion medicines (CSP R. 4072-1 et s.); asked, never guessed."""

    NAMED = "named", _("La patiente ne demande pas l'anonymat")
    ANONYMOUS = "anonymous", _("La patiente demande l'anonymat")


class SecretCare(models.TextChoices):
    """The ground on which care of a minor stays unknown to those who hold parental authority."""

    NONE = "", _("Soins ordinaires")
    HEALTH = "L1111-5", _("Soins nécessaires, le mineur s'oppose à la consultation (L. 1111-5)")
    CONTRACEPTION = "L5134-1", _("Contraception (L. 5134-1)")
    ABORTION = "L2212-7", _("Interruption volontaire de grossesse (L. 2212-7)")


class Prescription(models.Model):
    """What a prescriber writes for a subject; frozen when signed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    state = models.CharField(
        max_length=10, choices=PrescriptionState, default=PrescriptionState.DRAFT
    )
    version = models.PositiveIntegerField(default=0)
    author = models.ForeignKey("eprescription.Activity", on_delete=models.PROTECT)
    subject = models.ForeignKey("eprescription.Subject", on_delete=models.PROTECT)
    identity_version = models.PositiveIntegerField(null=True, blank=True)
    created_at = models.DateTimeField()
    written_at = models.DateTimeField(help_text="last change by its author")
    # The two questions asked each time; null until answered
    may_follow = models.BooleanField(null=True, blank=True)
    paper = models.CharField(max_length=5, choices=Paper, null=True, blank=True)  # noqa: DJ001 (null: not asked)
    # Said when the medicines ask for it
    weight_kg = models.DecimalField(
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.3")), MaxValueValidator(Decimal("500"))],
    )
    height_cm = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(20), MaxValueValidator(260)]
    )
    pharmacy_named = models.CharField(
        max_length=120, blank=True, help_text="where it is dispensed: substitution treatment, IVG"
    )
    designated = models.ForeignKey(
        "eprescription.Place",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="the one pharmacy that opens an anonymous prescription",
    )
    teleconsultation = models.BooleanField(null=True, blank=True)
    anonymity = models.CharField(max_length=10, choices=Anonymity, blank=True)
    convention_place = models.CharField(max_length=120, blank=True)
    convention_date = models.DateField(null=True, blank=True)
    # Said for a minor who wants it (product decision 8)
    secret = models.CharField(max_length=8, choices=SecretCare, blank=True, db_default="")
    accompanied = models.BooleanField(
        null=True, blank=True, help_text="an adult of the minor's choice was present"
    )
    # Copied at signature: they do not change with a profile
    number = models.CharField(max_length=18, null=True, blank=True, unique=True)
    prescriber = models.JSONField(null=True, blank=True)
    catalogue_edition = models.CharField(max_length=40, blank=True)
    secured = models.BooleanField(default=False)
    attestation = models.CharField(
        max_length=175, blank=True, db_default="", help_text="the code that is verified offline"
    )
    signed_at = models.DateTimeField(null=True, blank=True)
    expires_on = models.DateField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="it is over for all but the register that still tells of it",
    )

    class Meta:
        default_permissions = ()
        permissions = [
            ("open_presented", "open a prescription whose code was presented"),
            ("read_execution", "read what was dispensed"),
        ]
        indexes = [
            models.Index(fields=["author", "-written_at"], name="rx_of_author"),
            models.Index(fields=["subject", "-signed_at"], name="rx_of_subject"),
            models.Index(fields=["expires_on"], name="rx_expiring", condition=Q(state="issued")),
            models.Index(
                fields=["expires_on"],
                include=["number"],
                name="rx_cancelled",
                condition=Q(state="cancelled"),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="signed_means_complete",
                condition=Q(state="draft", number=None, signed_at=None)
                | Q(
                    ~Q(state="draft"),
                    number__isnull=False,
                    signed_at__isnull=False,
                    expires_on__isnull=False,
                    prescriber__isnull=False,
                    may_follow__isnull=False,
                    paper__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="cancelled_means_when",
                condition=Q(state="cancelled", cancelled_at__isnull=False)
                | (~Q(state="cancelled") & Q(cancelled_at=None)),
            ),
            models.CheckConstraint(
                name="anonymous_means_nobody",
                condition=~Q(anonymity="anonymous")
                | Q(
                    ~Q(convention_place=""),
                    Q(paper=None) | Q(paper="paper"),
                    identity_version=None,
                    weight_kg=None,
                    height_cm=None,
                    secret="",
                    accompanied=None,
                    teleconsultation=True,
                    designated__isnull=False,
                    convention_date__isnull=False,
                ),
            ),
            models.UniqueConstraint(
                fields=["subject"],
                condition=Q(anonymity="anonymous"),
                name="an_anonymous_subject_has_one",
            ),
        ]
        triggers = [
            kind_and_answer_agree(),
            answered_once(),
            signed_is_frozen(),
            erased_for_good(),
            signed_is_kept(),
        ]

    def __str__(self) -> str:
        return self.number or str(self.pk)


class LinesInForce(models.Manager["Line"]):
    """The lines as they hold today: a version that another one replaced is kept, and found by `Line.versions`."""

    def get_queryset(self) -> models.QuerySet["Line"]:
        return super().get_queryset().filter(replacement=None)


class Line(LineContent):
    """One line of a prescription.

    A signed line never changes. What its author agrees to change afterwards, at a pharmacist's question, is a new
    version at the same position that `replaces` it; both are kept.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    prescription = models.ForeignKey(Prescription, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    version = models.PositiveSmallIntegerField(default=1, db_default=1)
    replaces = models.OneToOneField(
        "self", on_delete=models.CASCADE, null=True, blank=True, related_name="replacement"
    )

    objects = LinesInForce()
    versions = models.Manager()

    class Meta:
        default_permissions = ()
        ordering = ["position"]
        constraints = [
            models.CheckConstraint(
                name="a_later_version_replaces_one",
                condition=Q(version=1, replaces=None) | Q(version__gt=1, replaces__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["prescription", "position", "version"],
                name="one_line_a_position",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(
                name="something_is_ordered",
                condition=Q(quantity=None) | Q(quantity__gte=1),
            ),
            models.CheckConstraint(
                name="a_medicine_has_its_code", condition=~Q(kind="medicine") | ~Q(cis="")
            ),
        ]
        triggers = [
            wordless(NO_WORDS_ON_A_LINE, "NEW.prescription_id"),
            signed_lines_are_frozen(),
        ]

    def __str__(self) -> str:
        return f"{self.prescription_id} {self.position}"


class Transition(models.Model):
    """One change of state, appended by `lifecycle.move` and never changed."""

    machine = models.CharField(max_length=12)
    object_id = models.UUIDField()
    before = models.CharField(max_length=10)
    after = models.CharField(max_length=10)
    by = models.ForeignKey("eprescription.Activity", on_delete=models.PROTECT, null=True)
    at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["object_id"], name="transition_of")]
        triggers = [insert_only(erased=True)]
