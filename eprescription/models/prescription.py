"""The prescription as its author knows it: nothing of its dispensing stands on these rows."""

import uuid
from decimal import Decimal

import pgtrigger
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from eprescription.models.content import LineContent
from eprescription.models.states import PrescriptionState


class Paper(models.TextChoices):
    """What the patient takes home."""

    PAPER = "paper", _("Papier et messagerie sécurisée")
    MAIL = "mail", _("Messagerie sécurisée seulement, sans papier")


class Anonymity(models.TextChoices):
    """The answer to the question of abortion medicines (CSP R. 4072-1 et s.); asked, never guessed."""

    NAMED = "named", _("La patiente ne demande pas l'anonymat")
    ANONYMOUS = "anonymous", _("La patiente demande l'anonymat")


FROZEN = [
    "number",
    "author_id",
    "subject_id",
    "identity_version",
    "prescriber",
    "signed_at",
    "expires_on",
    "may_follow",
    "paper",
    "weight_kg",
    "height_cm",
    "pharmacy_named",
    "teleconsultation",
    "anonymity",
    "convention_place",
    "convention_date",
    "secured",
    "catalogue_edition",
]
FROZEN_CONTENT = "OLD.state <> 'draft' AND ({})".format(
    " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in FROZEN)
)


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
    teleconsultation = models.BooleanField(null=True, blank=True)
    anonymity = models.CharField(max_length=10, choices=Anonymity, blank=True)
    convention_place = models.CharField(max_length=120, blank=True)
    convention_date = models.DateField(null=True, blank=True)
    # Copied at signature: they do not change with a profile
    number = models.CharField(max_length=18, null=True, blank=True, unique=True)
    prescriber = models.JSONField(null=True, blank=True)
    catalogue_edition = models.CharField(max_length=40, blank=True)
    secured = models.BooleanField(default=False)
    signed_at = models.DateTimeField(null=True, blank=True)
    expires_on = models.DateField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)

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
        ]
        triggers = [
            pgtrigger.Protect(
                name="signed_is_frozen",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(FROZEN_CONTENT),
            ),
            pgtrigger.Protect(
                name="signed_is_kept",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Condition("OLD.state <> 'draft'"),
            ),
        ]

    def __str__(self) -> str:
        return self.number or str(self.pk)


FROZEN_LINE = """
    IF (SELECT state FROM eprescription_prescription WHERE id = OLD.prescription_id) <> 'draft' THEN
        RAISE EXCEPTION 'the lines of a signed prescription are frozen';
    END IF;
    RETURN COALESCE(NEW, OLD);
"""


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
            pgtrigger.Trigger(
                name="signed_lines_are_frozen",
                operation=pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                func=FROZEN_LINE,
            )
        ]

    def __str__(self) -> str:
        return f"{self.prescription_id} {self.position}"


class AccessCode(models.Model):
    """The token of a QR code: only its keyed hash lasts, and one of each kind is alive at a time.

    `sealed` is the token under the field key, kept for as long as the prescriber may still print and the document
    still has to leave; a sweep empties it. A later print therefore makes a new code.
    """

    class Kind(models.TextChoices):
        """Whose hand holds it: the patient's own, or that of somebody who fetches the boxes."""

        OWN = "own", _("Code de l'ordonnance")
        COLLECT = "collect", _("Code de retrait")

    prescription = models.ForeignKey(Prescription, on_delete=models.PROTECT, related_name="codes")
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.OWN, db_default=Kind.OWN)
    serial = models.PositiveSmallIntegerField()
    digest = models.BinaryField(max_length=32, unique=True)
    alive = models.BooleanField(default=True)
    made_at = models.DateTimeField()
    sealed = models.BinaryField(default=b"")
    sealed_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["prescription", "kind"], condition=Q(alive=True), name="one_living_code"
            ),
            models.UniqueConstraint(fields=["prescription", "serial"], name="one_code_a_serial"),
        ]
        indexes = [
            models.Index(
                fields=["sealed_until"],
                name="code_to_empty",
                condition=Q(sealed_until__isnull=False),
            )
        ]


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
        triggers = [
            pgtrigger.Protect(name="insert_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]
